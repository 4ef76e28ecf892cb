//! Goods that a carrier brings.
//!
//! ```text
//! ReserveStock => VALIDATED  ->  AuthorisePayment
//!   ->  Ship (guard and pivot; requested => SENT_TO_EXECUTOR, handed over => EXECUTING)
//!   ->  { CapturePayment, CommitStock, Deliver }
//! ```
//!
//! The carrier settles whether a cancel or the hand-over came first, so shipping is guard and pivot in one. Money is taken once the goods are out.

use std::time::Duration;

use crate::shared::StepKind;

use super::super::axes::Status;
use super::super::event::{Fulfilment, Wanted};
use super::super::plan::Plan;

pub(super) fn plan() -> Plan {
    Plan::named("shipped-v1")
        .step(StepKind::ReserveStock)
        .on_success(Status::Validated)
        .step(StepKind::AuthorisePayment)
        .step(StepKind::Ship)
        .on_request(Status::SentToExecutor)
        .on_success(Status::Executing)
        .step(StepKind::CapturePayment)
        .after(&[StepKind::Ship])
        .step(StepKind::CommitStock)
        .after(&[StepKind::Ship])
        .step(StepKind::Deliver)
        .after(&[StepKind::Ship])
        .watch(Duration::from_secs(3 * 24 * 60 * 60))
        .pivot(StepKind::Ship)
        .guard(StepKind::Ship)
        .chosen_for(|wanted| match wanted {
            Wanted::Trade(_) => false,
            Wanted::Purchase(purchase) => purchase.fulfilment == Fulfilment::Shipping,
        })
}
