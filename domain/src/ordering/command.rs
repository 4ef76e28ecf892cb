//! What can be asked of an order. What an operator does are the same commands by another actor.

use crate::shared::{Actor, CustomerId, Money, Name, OrderId, Outcome, Reason, StepKind};

use super::event::Wanted;

/// A command to one order. Each is safe to repeat: what is already recorded gives no events. (A refund and a retry are wishes of their own each
/// time; the idempotency key of their request makes them one.)
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Take the order.
    Place {
        /// Its id.
        order: OrderId,
        /// Whose it is.
        customer: CustomerId,
        /// The plan to carry it out by.
        plan: Name,
        /// What is wanted.
        wanted: Wanted,
    },
    /// Undo what was done, unless it is too late.
    Cancel {
        /// Who wants it.
        by: Actor,
        /// Why, in a code.
        reason: Reason,
        /// Why, in words.
        comment: Option<String>,
    },
    /// A participant has answered.
    Outcome(Outcome),
    /// A timer fired.
    Tick {
        /// Which step it is about.
        step: StepKind,
        /// Which attempt.
        attempt: u32,
        /// Its undo.
        undo: bool,
    },
    /// Give a part of the money back, after the end.
    Refund {
        /// At most what is captured and not refunded.
        amount: Money,
        /// Why.
        reason: String,
        /// Which operator.
        by: Actor,
    },
    /// The customer's opinion, after the end.
    Rate {
        /// 1 to 5, of the order as a whole.
        order: Option<u8>,
        /// 1 to 5.
        outlet: Option<u8>,
        /// 1 to 5.
        courier: Option<u8>,
    },
    /// A remark of staff.
    AddNote {
        /// The remark.
        text: String,
        /// Who.
        by: Actor,
    },
    /// Ask again now: what is under way with the same attempt, what waits for its next attempt with that one.
    Retry {
        /// Which step.
        step: StepKind,
        /// Which operator.
        by: Actor,
    },
    /// Go on without that step. For a capture this writes the money off.
    Skip {
        /// Which step.
        step: StepKind,
        /// Which operator.
        by: Actor,
        /// Why.
        reason: String,
    },
    /// Settle by hand what got stuck.
    Resolve {
        /// Which step.
        step: StepKind,
        /// Which operator.
        by: Actor,
        /// Why.
        reason: String,
        /// How it is settled.
        resolution: Resolution,
    },
}

/// How an operator settles a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resolution {
    /// It was done by other means.
    Done,
    /// It will not be done: the attempt is given up (and undone at its participant, who may still be at it).
    Failed,
    /// Its undo was done by other means.
    Undone,
    /// The money is given up; for a capture.
    WrittenOff,
}
