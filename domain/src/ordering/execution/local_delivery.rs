//! Goods that a courier brings from an outlet near by.
//!
//! ```text
//! ReserveStock => VALIDATED  ->  AuthorisePayment*  ->  ApproveByOutlet (requested => SENT_TO_EXECUTOR, done => EXECUTING)
//!   ->  { Prepare, AssignPartner (guard) }  ->  PickUp (pivot)
//!   ->  { CapturePayment*, CommitStock, Deliver }                                          * not for cash
//! ```
//!
//! Delivery settles whether the courier was released or had picked up, so the guard is the assignment and the pivot the pick-up.

use crate::shared::StepKind;

use super::super::axes::Status;
use super::super::event::{Fulfilment, Wanted};
use super::super::plan::Plan;

pub(super) fn plan() -> Plan {
    Plan::named("local-delivery-v1")
        .step(StepKind::ReserveStock)
        .on_success(Status::Validated)
        .step(StepKind::AuthorisePayment)
        .prepaid_only()
        .step(StepKind::ApproveByOutlet)
        .on_request(Status::SentToExecutor)
        .on_success(Status::Executing)
        .step(StepKind::Prepare)
        .after(&[StepKind::ApproveByOutlet])
        .step(StepKind::AssignPartner)
        .after(&[StepKind::ApproveByOutlet])
        .step(StepKind::PickUp)
        .after(&[StepKind::Prepare, StepKind::AssignPartner])
        .step(StepKind::CapturePayment)
        .after(&[StepKind::PickUp])
        .prepaid_only()
        .step(StepKind::CommitStock)
        .after(&[StepKind::PickUp])
        .step(StepKind::Deliver)
        .after(&[StepKind::PickUp])
        .pivot(StepKind::PickUp)
        .guard(StepKind::AssignPartner)
        .chosen_for(|wanted| match wanted {
            Wanted::Trade(_) => false,
            Wanted::Purchase(purchase) => purchase.fulfilment == Fulfilment::Delivery,
        })
}
