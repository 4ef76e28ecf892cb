//! What can happen to one order's money. The stream is the account: captured never exceeds authorised, refunded never exceeds captured.

use serde::{Deserialize, Serialize};

use crate::shared::{
    Failure, Money, Name, Note, OrderId, Outcome, PaymentMethod, PaymentToken, Reason, StepKind, StepResult, Success,
    TimerChange, TimerLabel, Timestamp, Undone, events,
};

events! {
    /// An event of a `payment` stream.
    PaymentEvent {
        301 "payment.requested" v 1 => Requested,
        302 "payment.authorised" v 1 => Authorised,
        303 "payment.action_required" v 1 => ActionRequired,
        304 "payment.declined" v 1 => Declined,
        305 "payment.captured" v 1 => Captured,
        306 "payment.voided" v 1 => Voided,
        307 "payment.refunded" v 1 => Refunded,
        308 "payment.undo_requested" v 1 => UndoRequested,
        309 "payment.capture_requested" v 1 => CaptureRequested,
        310 "payment.capture_failed" v 1 => CaptureFailed,
        311 "payment.abandoned" v 1 => Abandoned,
        312 "payment.refund_requested" v 1 => RefundRequested,
        313 "payment.refund_failed" v 1 => RefundFailed,
    }
}

/// An authorisation is under way: the gateway was, or will be, asked under (order, step, attempt). From here the customer's time runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Requested {
    /// Which attempt.
    pub attempt: u32,
    /// How much.
    pub amount: Money,
    /// How.
    pub method: PaymentMethod,
    /// With what.
    pub token: PaymentToken,
    /// When the participant's patience ends.
    pub until: Timestamp,
}

/// The gateway holds the money. Answers `AuthorisePayment`, unless the attempt was given up: then it is recorded, and voided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Authorised {
    /// Which attempt.
    pub attempt: u32,
    /// The gateway's reference.
    pub payment: Name,
    /// How much.
    pub amount: Money,
}

/// The customer has to confirm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActionRequired {
    /// Which attempt.
    pub attempt: u32,
    /// Where.
    pub url: String,
}

/// The attempt failed, definitively. Answers `AuthorisePayment`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Declined {
    /// Which attempt.
    pub attempt: u32,
    /// DECLINED, PAYMENT_ABANDONED, GATEWAY_UNAVAILABLE.
    pub failure: Failure,
}

/// The order wants the money.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaptureRequested {
    /// Which attempt.
    pub attempt: u32,
    /// How much.
    pub amount: Money,
}

/// Taken. Answers `CapturePayment`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Captured {
    /// Which attempt.
    pub attempt: u32,
    /// How much.
    pub amount: Money,
}

/// The gateway refused the capture. It is asked again, for ever, with an alarm, if `failure.again`; otherwise this capture is over: because there
/// is nothing to capture, or because it is wanted no longer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaptureFailed {
    /// Which attempt.
    pub attempt: u32,
    /// Why.
    pub failure: Failure,
}

/// The customer's time is over. Not an outcome: what the gateway says now, once it is definitive, is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Abandoned {
    /// Which attempt.
    pub attempt: u32,
}

/// An operator wants a part of what was captured to go back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RefundRequested {
    /// The number of the refund.
    pub attempt: u32,
    /// Which attempt of `CapturePayment` it is taken from.
    pub capture: u32,
    /// How much.
    pub amount: Money,
}

/// An operator's refund will not be done. Answers `Refund`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RefundFailed {
    /// The number of the refund.
    pub attempt: u32,
    /// Why.
    pub failure: Failure,
}

/// The authorisation is wanted no longer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UndoRequested {
    /// Which step: `AuthorisePayment` or `CapturePayment`.
    pub step: StepKind,
    /// Which attempt.
    pub attempt: u32,
    /// Why.
    pub reason: Reason,
}

/// What was authorised is free again (nothing, if nothing ever was); also the tombstone of an attempt that was never known. Answers the undo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Voided {
    /// The step whose undo this answers.
    pub step: StepKind,
    /// Which attempt.
    pub attempt: u32,
    /// How much; none if nothing was authorised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
}

/// What was captured went back. Answers the undo of a step, or an operator's refund.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refunded {
    /// The step whose undo this answers; `Refund` for an operator's.
    pub step: StepKind,
    /// Which attempt of it, or the number of the refund.
    pub attempt: u32,
    /// How much.
    pub amount: Money,
}

impl PaymentEvent {
    /// What the order reads of it.
    #[must_use]
    pub fn outcome(&self, order: OrderId) -> Option<Outcome> {
        let answer = |step, attempt, result| Some(Outcome { order, step, attempt, result });
        match self {
            Self::Authorised(event) => answer(
                StepKind::AuthorisePayment,
                event.attempt,
                StepResult::Succeeded(Success::Authorised { payment: event.payment.clone(), amount: event.amount }),
            ),
            Self::ActionRequired(event) => answer(
                StepKind::AuthorisePayment,
                event.attempt,
                StepResult::Noted(Note::ActionRequired { url: event.url.clone() }),
            ),
            Self::Declined(event) => {
                answer(StepKind::AuthorisePayment, event.attempt, StepResult::Failed(event.failure.clone()))
            }
            Self::Captured(event) => answer(
                StepKind::CapturePayment,
                event.attempt,
                StepResult::Succeeded(Success::Captured { amount: event.amount }),
            ),
            Self::CaptureFailed(event) => answer(
                StepKind::CapturePayment,
                event.attempt,
                StepResult::Noted(Note::Alarm { message: event.failure.message.clone() }),
            ),
            Self::Voided(event) => {
                let undone = event.amount.map_or(Undone::Nothing, |amount| Undone::Voided { amount });
                answer(event.step.clone(), event.attempt, StepResult::Undone(undone))
            }
            Self::Refunded(Refunded { step: StepKind::Refund, attempt, amount }) => {
                answer(StepKind::Refund, *attempt, StepResult::Succeeded(Success::Refunded { amount: *amount }))
            }
            Self::Refunded(event) => {
                answer(event.step.clone(), event.attempt, StepResult::Undone(Undone::Refunded { amount: event.amount }))
            }
            Self::RefundFailed(event) => {
                answer(StepKind::Refund, event.attempt, StepResult::Failed(event.failure.clone()))
            }
            Self::Requested(_)
            | Self::CaptureRequested(_)
            | Self::UndoRequested(_)
            | Self::Abandoned(_)
            | Self::RefundRequested(_) => None,
        }
    }

    /// The customer's patience, counted from when the request was recorded.
    #[must_use]
    pub fn timer(&self) -> Option<TimerChange> {
        let label = TimerLabel { step: StepKind::AuthorisePayment, undo: false };
        match self {
            Self::Requested(event) => Some(TimerChange::Set { label, attempt: event.attempt, due: event.until }),
            Self::Authorised(_) | Self::Declined(_) | Self::UndoRequested(_) | Self::Voided(_) => {
                Some(TimerChange::Clear(label))
            }
            _ => None,
        }
    }
}
