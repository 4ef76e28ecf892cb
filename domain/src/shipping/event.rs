//! What can happen to one order's parcels.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::shared::{
    Failure, Name, Note, OrderId, OrderLine, Outcome, OutletId, Reason, StepKind, StepResult, Success, Timestamp,
    Undone, events,
};

events! {
    /// An event of a `shipment` stream.
    ShipmentEvent {
        401 "shipment.requested" v 1 => Requested,
        402 "shipment.booked" v 1 => Booked,
        403 "shipment.refused" v 1 => Refused,
        404 "shipment.shipped" v 1 => Shipped,
        405 "shipment.delivered" v 1 => Delivered,
        406 "shipment.delivery_failed" v 1 => DeliveryFailed,
        407 "shipment.cancel_requested" v 1 => CancelRequested,
        408 "shipment.cancelled" v 1 => Cancelled,
    }
}

/// The carrier was, or will be, asked under (order, step, attempt). Where to is personal data and not in here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Requested {
    /// Which attempt.
    pub attempt: u32,
    /// From where.
    pub outlet: OutletId,
    /// What.
    pub lines: Arc<[OrderLine]>,
}

/// The carrier will come for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Booked {
    /// Which attempt.
    pub attempt: u32,
    /// The carrier's number.
    pub tracking: Name,
}

/// The carrier will not. Answers `Ship`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refused {
    /// Which attempt.
    pub attempt: u32,
    /// Why.
    pub failure: Failure,
}

/// The carrier has it: from here it can't be called back. Answers `Ship`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shipped {
    /// Which attempt.
    pub attempt: u32,
    /// The carrier's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<Name>,
}

/// It is in the customer's hands. Answers `Deliver`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivered {
    /// When, as the carrier says.
    pub when: Timestamp,
}

/// It could not be delivered. Answers `Deliver`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeliveryFailed {
    /// Why.
    pub failure: Failure,
}

/// It is wanted back before the carrier has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CancelRequested {
    /// Which attempt.
    pub attempt: u32,
    /// Why.
    pub reason: Reason,
}

/// The carrier will not come for it; also the tombstone of an attempt that was never known. Answers the undo of `Ship`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cancelled {
    /// Which attempt.
    pub attempt: u32,
}

impl ShipmentEvent {
    /// What the order reads of it.
    #[must_use]
    pub fn outcome(&self, order: OrderId) -> Option<Outcome> {
        let answer = |step, attempt, result| Some(Outcome { order, step, attempt, result });
        match self {
            Self::Booked(event) => answer(
                StepKind::Ship,
                event.attempt,
                StepResult::Noted(Note::Booked { tracking: event.tracking.clone() }),
            ),
            Self::Refused(event) => answer(StepKind::Ship, event.attempt, StepResult::Failed(event.failure.clone())),
            Self::Shipped(event) => answer(
                StepKind::Ship,
                event.attempt,
                StepResult::Succeeded(Success::HandedOver { tracking: event.tracking.clone() }),
            ),
            Self::Delivered(event) => {
                answer(StepKind::Deliver, 1, StepResult::Succeeded(Success::Delivered { at: event.when }))
            }
            Self::DeliveryFailed(event) => answer(StepKind::Deliver, 1, StepResult::Failed(event.failure.clone())),
            Self::Cancelled(event) => answer(StepKind::Ship, event.attempt, StepResult::Undone(Undone::Nothing)),
            Self::Requested(_) | Self::CancelRequested(_) => None,
        }
    }
}
