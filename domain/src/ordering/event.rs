//! What can happen to an order. Each struct is a stored contract: golden files pin its JSON, and it only ever grows optional fields.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::shared::{
    Actor, CustomerId, Failure, Fill, Money, Name, Note, OrderId, OrderLine, OutletId, PaymentMethod, PaymentToken,
    Published, Reason, StepKind, StepRequest, Success, TimerChange, TimerLabel, Timestamp, TradeTicket, UndoRequest,
    Undone, events,
};

events! {
    /// An event of an order's stream.
    OrderEvent {
        101 "order.placed" v 1 => Placed,
        102 "order.validated" v 1 => Validated,
        103 "order.sent_to_executor" v 1 => SentToExecutor,
        104 "order.executing" v 1 => Executing,
        105 "order.filled" v 1 => Filled,
        106 "order.executed" v 1 => Executed,
        107 "order.cancel_requested" v 1 => CancelRequested,
        108 "order.cancel_rejected" v 1 => CancelRejected,
        109 "order.cancelled" v 1 => Cancelled,
        110 "order.failed" v 1 => Failed,
        111 "order.step_requested" v 1 => StepRequested,
        112 "order.step_succeeded" v 1 => StepSucceeded,
        113 "order.step_failed" v 1 => StepFailed,
        114 "order.step_overdue" v 1 => StepOverdue,
        115 "order.step_lost" v 1 => StepLost,
        116 "order.step_noted" v 1 => StepNoted,
        117 "order.undo_requested" v 1 => UndoRequested,
        118 "order.undo_succeeded" v 1 => UndoSucceeded,
        119 "order.refund_requested" v 1 => RefundRequested,
        120 "order.refunded" v 1 => Refunded,
        121 "order.rated" v 1 => Rated,
        122 "order.note_added" v 1 => NoteAdded,
        123 "order.step_awaited" v 1 => StepAwaited,
    }
}

/// The order was taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Placed {
    /// Its id, also the key of its stream.
    pub order: OrderId,
    /// Whose it is.
    pub customer: CustomerId,
    /// The plan that carries it out, by its stored name (`trade.v1`).
    pub plan: Name,
    /// What is wanted.
    pub wanted: Wanted,
}

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Wanted {
    /// A trade on a venue.
    Trade(TradeTicket),
    /// Goods of one outlet.
    Purchase(Purchase),
}

/// Goods of one outlet, to be paid and brought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Purchase {
    /// Who sells.
    pub outlet: OutletId,
    /// What.
    pub lines: Arc<[OrderLine]>,
    /// How it is paid.
    pub method: PaymentMethod,
    /// With what.
    pub token: PaymentToken,
    /// How it gets there.
    pub fulfilment: Fulfilment,
    /// Whether the order has an address document; without, the carrier's default applies.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub addressed: bool,
    /// If given, another total ends the order as PRICE_CHANGED.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_total: Option<Money>,
}

/// How goods get to the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Fulfilment {
    /// By a carrier.
    Shipping,
    /// By a courier, from an outlet near by.
    Delivery,
}

/// It can be carried out as asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Validated {}

/// Handed to whoever executes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentToExecutor {}

/// The executor has begun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Executing {}

/// A part of a trade was filled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Filled {
    /// The fill.
    pub fill: Fill,
}

/// Done, and money settled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Executed {}

/// Someone wants it cancelled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CancelRequested {
    /// Who.
    pub by: Actor,
    /// Why, in a code.
    pub reason: Reason,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// The pivot won: the cancel came too late.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CancelRejected {
    /// A stable code: TOO_LATE_TO_CANCEL.
    pub code: Name,
}

/// Undone because someone, or a time limit, chose so. Final.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cancelled {
    /// Why.
    #[serde(flatten)]
    pub failure: Failure,
    /// Who.
    pub by: Actor,
}

/// Undone because it could not be done. Final.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failed {
    /// Why.
    #[serde(flatten)]
    pub failure: Failure,
    /// Whose answer it was.
    pub by: Actor,
}

/// A step is asked of its participant, or asked again with the same attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepRequested {
    /// The request as the participant reads it.
    #[serde(flatten)]
    pub request: StepRequest,
    /// When the order's watchdog looks after it.
    pub watch: Timestamp,
}

/// The turn of a step that nobody asks for has come (the courier is to pick up): from here the order's watchdog looks after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepAwaited {
    /// Which.
    pub step: StepKind,
    /// When the watchdog looks.
    pub watch: Timestamp,
}

/// A step is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepSucceeded {
    /// Which.
    pub step: StepKind,
    /// Which attempt.
    pub attempt: u32,
    /// What it brought.
    pub outcome: Success,
    /// It came after its attempt was given up: kept to be undone, while the step's own timer goes on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
}

/// An attempt of a step has failed, definitively.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepFailed {
    /// Which.
    pub step: StepKind,
    /// Which attempt.
    pub attempt: u32,
    /// Why.
    pub failure: Failure,
    /// When the next attempt is due; none if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<Timestamp>,
}

/// The watchdog saw no answer in time. An alarm: the same request is sent again; the attempt goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepOverdue {
    /// Which.
    pub step: StepKind,
    /// Which attempt.
    pub attempt: u32,
    /// `true` if it is the step's undo that is late.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undo: bool,
    /// The next look, if the watchdog goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch: Option<Timestamp>,
}

/// A step that was done came undone by itself and is to be asked again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepLost {
    /// Which.
    pub step: StepKind,
    /// Which attempt.
    pub attempt: u32,
    /// Why.
    pub failure: Failure,
}

/// News about a step under way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepNoted {
    /// Which.
    pub step: StepKind,
    /// Which attempt.
    pub attempt: u32,
    /// What.
    pub note: Note,
}

/// A step is to be undone at its participant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UndoRequested {
    /// The request as the participant reads it.
    #[serde(flatten)]
    pub request: UndoRequest,
    /// When the order's watchdog looks after it.
    pub watch: Timestamp,
}

/// A step is undone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UndoSucceeded {
    /// Which.
    pub step: StepKind,
    /// Which attempt.
    pub attempt: u32,
    /// What it came to.
    pub outcome: Undone,
}

/// An operator wants a part of the money to go back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RefundRequested {
    /// The request as payment reads it; its step is `Refund`, its attempt the number of the refund, from 1, within the order.
    #[serde(flatten)]
    pub request: StepRequest,
    /// Why.
    pub reason: String,
}

/// A refund that an operator asked for is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refunded {
    /// Its number.
    pub refund: u32,
    /// How much.
    pub amount: Money,
}

/// The customer's opinion; the newest counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rated {
    /// 1 to 5, of the order as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<u8>,
    /// 1 to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet: Option<u8>,
    /// 1 to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub courier: Option<u8>,
}

/// A remark of staff.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoteAdded {
    /// The remark; staff are told to keep personal data out.
    pub text: String,
}

impl OrderEvent {
    /// What participants read of it.
    #[must_use]
    pub const fn published(&self) -> Option<Published<'_>> {
        match self {
            Self::StepRequested(event) => Some(Published::Request(&event.request)),
            Self::RefundRequested(event) => Some(Published::Request(&event.request)),
            Self::UndoRequested(event) => Some(Published::Undo(&event.request)),
            _ => None,
        }
    }

    /// What it does to the order's timers.
    #[must_use]
    pub fn timer(&self) -> Option<TimerChange> {
        let label = |step: &StepKind, undo| TimerLabel { step: step.clone(), undo };
        let set = |step, undo, attempt, due| Some(TimerChange::Set { label: label(step, undo), attempt, due });
        match self {
            Self::StepRequested(event) => set(&event.request.step, false, event.request.attempt, event.watch),
            Self::StepAwaited(event) => set(&event.step, false, 1, event.watch),
            Self::StepFailed(StepFailed { step, attempt, retry_at: Some(due), .. }) => set(step, false, *attempt, *due),
            Self::StepOverdue(StepOverdue { step, attempt, undo, watch: Some(due) }) => {
                set(step, *undo, *attempt, *due)
            }
            Self::UndoRequested(event) => set(&event.request.step, true, event.request.attempt, event.watch),
            Self::StepSucceeded(StepSucceeded { late: true, .. }) => None,
            Self::StepSucceeded(StepSucceeded { step, .. }) | Self::StepFailed(StepFailed { step, .. }) => {
                Some(TimerChange::Clear(label(step, false)))
            }
            Self::UndoSucceeded(event) => Some(TimerChange::Clear(label(&event.step, true))),
            Self::Executed(_) | Self::Cancelled(_) | Self::Failed(_) => Some(TimerChange::ClearAll),
            _ => None,
        }
    }
}
