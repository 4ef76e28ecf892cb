//! The order as the fold of its events. `apply` is total: it takes what the log holds, whatever it holds; it is `decide` that refuses.

mod apply;
mod money;
mod steps;

pub(super) use money::is_cash;

use std::sync::Arc;

use crate::shared::{
    Actor, CustomerId, Failure, Fill, Money, Name, OrderId, Price, PricedLine, Quantity, StepKind, Timestamp, Totals,
};

use super::axes::Status;
use super::event::{OrderEvent, Rated, Wanted};
use super::ledger::Ledger;
use super::lifecycle;
use super::plan::{Plan, Plans, UndoRule, bit};
use super::step::{Step, StepState, UndoState};

/// What became of the wish to cancel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CancelState {
    /// Nobody wished.
    #[default]
    None,
    /// Recorded, not settled.
    Pending,
    /// The pivot won, or another cause ended the order.
    Rejected,
}

/// A refund that an operator asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundRecord {
    /// From 1.
    pub number: u32,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: String,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When the money went back.
    pub refunded_at: Option<Timestamp>,
    /// Why it did not.
    pub failure: Option<Failure>,
}

impl RefundRecord {
    pub(super) const fn is_pending(&self) -> bool {
        self.refunded_at.is_none() && self.failure.is_none()
    }
}

/// A remark of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderNote {
    /// The remark.
    pub text: String,
    /// When.
    pub at: Timestamp,
}

/// What `placed` says.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) id: OrderId,
    pub(super) customer: CustomerId,
    pub(super) plan: Name,
    pub(super) wanted: Wanted,
    pub(super) created_at: Timestamp,
}

/// What a reservation brings.
#[derive(Debug)]
pub(super) struct Priced {
    pub(super) lines: Arc<[PricedLine]>,
    pub(super) totals: Totals,
}

/// What set undoing off, or how the order ended.
#[derive(Debug)]
pub(super) struct Cause {
    pub(super) failure: Failure,
    pub(super) by: Actor,
    /// A cancel ends CANCELLED, whatever its reason.
    pub(super) cancel: bool,
}

/// What happens after the end; rare, so that it is one pointer in most orders.
#[derive(Clone, Debug, Default)]
pub(super) struct Afterthoughts {
    pub(super) refunds: Vec<RefundRecord>,
    pub(super) notes: Vec<OrderNote>,
    pub(super) rating: Option<Rated>,
    pub(super) count: usize,
}

/// How far a trade is filled.
#[derive(Clone, Debug, Default)]
pub(super) struct Trading {
    pub(super) fills: Arc<Vec<Fill>>,
    pub(super) filled: Quantity,
    /// Sum of price × quantity, in 10⁻¹⁶.
    pub(super) notional: i128,
    /// What the venue says that it filled in all, once it says so.
    pub(super) reported: Option<Quantity>,
    pub(super) tick: Option<Price>,
}

/// One order.
#[derive(Clone, Debug)]
pub struct Order {
    plans: Arc<Plans>,
    pub(super) plan: Option<Arc<Plan>>,
    pub(super) facts: Option<Arc<Facts>>,
    pub(super) status: Option<Status>,
    pub(super) steps: Vec<Step>,
    /// Steps that are done.
    pub(super) done: u32,
    /// Steps that are no part of this order.
    pub(super) left_out: u32,
    /// The highest status that is due.
    pub(super) due: Status,
    /// The pivot has succeeded, and was not undone before.
    pub(super) pivot_won: bool,
    pub(super) cancel: CancelState,
    /// Why the order is being undone, or how it ended.
    pub(super) cause: Option<Arc<Cause>>,
    pub(super) priced: Option<Arc<Priced>>,
    pub(super) trading: Option<Box<Trading>>,
    pub(super) ledger: Ledger,
    pub(super) tracking: Option<Name>,
    pub(super) afterthoughts: Option<Arc<Afterthoughts>>,
    pub(super) updated_at: Timestamp,
    pub(super) completed_at: Option<Timestamp>,
}

impl Order {
    /// Before its first event.
    #[must_use]
    pub fn blank(plans: &Arc<Plans>) -> Self {
        Self {
            plans: Arc::clone(plans),
            plan: None,
            facts: None,
            status: None,
            steps: Vec::new(),
            done: 0,
            left_out: 0,
            due: Status::Created,
            pivot_won: false,
            cancel: CancelState::None,
            cause: None,
            priced: None,
            trading: None,
            ledger: Ledger::default(),
            tracking: None,
            afterthoughts: None,
            updated_at: Timestamp::UNIX_EPOCH,
            completed_at: None,
        }
    }

    /// Takes an event of its stream, decided at that time.
    pub fn apply(&mut self, event: &OrderEvent, at: Timestamp) {
        if let Ok(status) = lifecycle::transition(self.status, event) {
            self.status = status;
        }
        self.updated_at = at;
        self.fold(event, at);
    }

    pub(super) const fn plans(&self) -> &Arc<Plans> {
        &self.plans
    }

    /// `true` while something is to be undone before the order ends.
    #[must_use]
    pub fn undoing(&self) -> bool {
        self.cause.is_some() && !self.is_final()
    }

    /// `true` at the end.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.status.is_some_and(Status::is_final)
    }

    pub(super) fn index(&self, kind: &StepKind) -> Option<usize> {
        let index = self.plan.as_ref()?.index(kind)?;
        (self.steps.get(index)?.state != StepState::LeftOut).then_some(index)
    }

    /// The current attempt of the step is to be undone, and that is not under way.
    pub(super) fn needs_undo(&self, index: usize) -> bool {
        let (Some(plan), Some(step)) = (&self.plan, self.steps.get(index)) else { return false };
        let allowed = match plan.steps()[index].undo {
            UndoRule::Nothing => false,
            UndoRule::UntilPivot => !self.pivot_won,
            UndoRule::Always => true,
        };
        allowed && step.undo.state == UndoState::None && step.has_effect()
    }

    /// The step goes on: while nothing is being undone, and what is past the pivot and has no undo even then.
    pub(super) fn carries_on(&self, index: usize) -> bool {
        let Some(plan) = &self.plan else { return false };
        if self.is_final() {
            return false;
        }
        self.cause.is_none()
            || self.pivot_won
                && plan.compiled().past_pivot & bit(index) != 0
                && plan.compiled().expected & bit(index) == 0
                && plan.steps()[index].undo == UndoRule::Nothing
    }

    pub(super) fn fills_are_complete(&self) -> bool {
        self.trading.as_ref().is_none_or(|trading| trading.reported.is_none_or(|all| trading.filled >= all))
    }

    pub(super) fn pending_refunds(&self) -> i64 {
        let pending = self.afterthoughts.iter().flat_map(|after| &after.refunds).filter(|refund| refund.is_pending());
        pending.fold(0, |sum, refund| refund.amount.amount.saturating_add(sum))
    }
}
