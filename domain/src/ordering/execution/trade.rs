//! A trade on a venue.
//!
//! ```text
//! AdmitTrade => VALIDATED  ->  RouteToVenue (guard; requested => SENT_TO_EXECUTOR, done => EXECUTING)  ->  Fill (pivot)
//! ```
//!
//! The venue settles whether a cancel or the last fill came first, so the guard is the routing and the pivot the complete fill.

use crate::shared::StepKind;

use super::super::axes::Status;
use super::super::event::Wanted;
use super::super::plan::Plan;

pub(super) fn plan() -> Plan {
    Plan::named("trade-v1")
        .step(StepKind::AdmitTrade)
        .on_success(Status::Validated)
        .step(StepKind::RouteToVenue)
        .on_request(Status::SentToExecutor)
        .on_success(Status::Executing)
        .step(StepKind::Fill)
        .pivot(StepKind::Fill)
        .guard(StepKind::RouteToVenue)
        .chosen_for(|wanted| match wanted {
            Wanted::Trade(_) => true,
            Wanted::Purchase(_) => false,
        })
}
