//! What an order can be asked.

use crate::shared::{
    Actor, CustomerId, Failure, Fill, Money, Name, Note, OrderId, Price, PricedLine, Quantity, StepKind, Timestamp,
    Totals,
};

use super::axes::{FillState, LineFulfilment, PaymentState, Stage, Status};
use super::event::{Rated, Wanted};
use super::ledger::Ledger;
use super::order::{CancelState, Order, OrderNote, RefundRecord};
use super::plan::{Plan, bit};
use super::step::{Step, StepState, UndoState};

/// One step, for whoever shows or supervises it.
#[derive(Clone, Debug)]
pub struct StepView<'a> {
    /// Which.
    pub kind: &'a StepKind,
    /// Where it is.
    pub state: StepState,
    /// Where its undo is.
    pub undo: UndoState,
    /// The current attempt; 0 before the first.
    pub attempt: u32,
    /// Known failures so far.
    pub failures: u32,
    /// How often the current attempt was asked.
    pub asked: u16,
    /// When it was asked, or its turn came.
    pub requested_at: Option<Timestamp>,
    /// When it was done, or failed.
    pub finished_at: Option<Timestamp>,
    /// When the next attempt is due.
    pub retry_at: Option<Timestamp>,
    /// The last failure.
    pub failure: Option<&'a Failure>,
    /// The last news.
    pub note: Option<&'a Note>,
    /// Done because an operator says so.
    pub by_hand: bool,
}

impl Order {
    /// `true` once it is placed.
    #[must_use]
    pub const fn exists(&self) -> bool {
        self.facts.is_some()
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> Option<OrderId> {
        self.facts.as_ref().map(|facts| facts.id)
    }

    /// Whose it is.
    #[must_use]
    pub fn customer(&self) -> Option<CustomerId> {
        self.facts.as_ref().map(|facts| facts.customer)
    }

    /// The plan that carries it out; none if this process does not know it.
    #[must_use]
    pub fn plan(&self) -> Option<&Plan> {
        self.plan.as_deref()
    }

    /// The stored name of its plan.
    #[must_use]
    pub fn plan_name(&self) -> Option<&Name> {
        self.facts.as_ref().map(|facts| &facts.plan)
    }

    /// What is wanted.
    #[must_use]
    pub fn wanted(&self) -> Option<&Wanted> {
        self.facts.as_ref().map(|facts| &facts.wanted)
    }

    /// Where it is. Before it is placed: CREATED, which nobody sees.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status.unwrap_or(Status::Created)
    }

    /// When it was placed.
    #[must_use]
    pub fn created_at(&self) -> Option<Timestamp> {
        self.facts.as_ref().map(|facts| facts.created_at)
    }

    /// When its last event was decided.
    #[must_use]
    pub const fn updated_at(&self) -> Timestamp {
        self.updated_at
    }

    /// When it came to its end.
    #[must_use]
    pub const fn completed_at(&self) -> Option<Timestamp> {
        self.completed_at
    }

    /// Its steps, in the order of the plan; those that are no part of this order are left out.
    pub fn steps(&self) -> impl Iterator<Item = StepView<'_>> {
        let specs = self.plan.iter().flat_map(|plan| plan.steps());
        specs.zip(&self.steps).filter(|(_, step)| step.state != StepState::LeftOut).map(|(spec, step)| StepView {
            kind: &spec.kind,
            state: step.state,
            undo: step.undo.state,
            attempt: step.attempt,
            failures: step.failures,
            asked: step.asked,
            requested_at: step.requested_at,
            finished_at: step.finished_at,
            retry_at: step.retry_at,
            failure: step.failure.as_deref(),
            note: step.note.as_deref(),
            by_hand: step.by_hand,
        })
    }

    /// The step of that kind, if the order has it.
    #[must_use]
    pub fn step(&self, kind: &StepKind) -> Option<StepView<'_>> {
        self.steps().find(|step| step.kind == kind)
    }

    pub(super) fn step_state(&self, kind: &StepKind) -> Option<&Step> {
        self.index(kind).and_then(|index| self.steps.get(index))
    }

    /// The lines as they are sold, once they are priced.
    #[must_use]
    pub fn lines(&self) -> Option<&[PricedLine]> {
        self.priced.as_ref().map(|priced| priced.lines.as_ref())
    }

    /// What it comes to, once it is priced.
    #[must_use]
    pub fn totals(&self) -> Option<Totals> {
        self.priced.as_ref().map(|priced| priced.totals)
    }

    /// Its money.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// An amount of its ledger in its currency: that of the money that moved, or of its price.
    #[must_use]
    pub fn money(&self, amount: i64) -> Option<Money> {
        let priced = || self.totals().map(|totals| Money::new(amount, totals.total.currency));
        self.ledger.money(amount).or_else(priced)
    }

    /// Where its money is.
    #[must_use]
    pub fn payment_state(&self) -> PaymentState {
        let ledger = &self.ledger;
        if ledger.captured() > 0 {
            return match ledger.refunded() {
                0 => PaymentState::Captured,
                refunded if refunded >= ledger.captured() => PaymentState::Refunded,
                _ => PaymentState::PartlyRefunded,
            };
        }
        if ledger.held() > 0 {
            PaymentState::Authorised
        } else if self.action_url().is_some() {
            PaymentState::ActionRequired
        } else if ledger.authorised() > 0 {
            PaymentState::Voided
        } else {
            PaymentState::None
        }
    }

    /// Where the customer has to confirm the payment, as long as that is so.
    #[must_use]
    pub fn action_url(&self) -> Option<&str> {
        let step = self.step_state(&StepKind::AuthorisePayment)?;
        match (step.state, step.undo.state, step.note.as_deref()) {
            (StepState::Requested, UndoState::None, Some(Note::ActionRequired { url })) => Some(url),
            _ => None,
        }
    }

    /// The fills, in the order in which they were heard of.
    #[must_use]
    pub fn fills(&self) -> &[Fill] {
        self.trading.as_ref().map_or(&[], |trading| trading.fills.as_slice())
    }

    /// How much is filled.
    #[must_use]
    pub fn filled_quantity(&self) -> Quantity {
        self.trading.as_ref().map_or(Quantity::ZERO, |trading| trading.filled)
    }

    /// How much was asked for and is not filled; none if this is no trade.
    #[must_use]
    pub fn remaining(&self) -> Option<Quantity> {
        match self.wanted()? {
            Wanted::Trade(ticket) => ticket.quantity.checked_sub(self.filled_quantity()),
            Wanted::Purchase(_) => None,
        }
    }

    /// The average price of the fills, half-even at the tick's decimals + 4; shown with the tick's decimals at least.
    #[must_use]
    pub fn average_price(&self) -> Option<Price> {
        let trading = self.trading.as_ref()?;
        let decimals = trading.tick.map_or(0, Price::decimals) + 4;
        Price::average(trading.notional, trading.filled, decimals)
    }

    /// The instrument's tick, once the trade is admitted.
    #[must_use]
    pub fn tick(&self) -> Option<Price> {
        self.trading.as_ref().and_then(|trading| trading.tick)
    }

    /// How much of a trade is filled; none if this is no trade.
    #[must_use]
    pub fn fill_state(&self) -> Option<FillState> {
        let remaining = self.remaining()?;
        Some(if remaining.is_zero() {
            FillState::Filled
        } else if self.filled_quantity().is_positive() {
            FillState::PartiallyFilled
        } else {
            FillState::Unfilled
        })
    }

    /// The customer's word for where it is; none at its end.
    #[must_use]
    pub fn stage(&self) -> Option<Stage> {
        if self.is_final() || !self.exists() {
            return None;
        }
        if self.undoing() {
            return Some(Stage::Undoing);
        }
        let plan = self.plan.as_ref()?;
        let waits_for = |index: &usize| self.steps[*index].state != StepState::Succeeded && self.is_under_way(*index);
        let labels = (0..self.steps.len()).filter(waits_for).map(|index| plan.steps()[index].stage);
        // What is being settled behind the scenes is not where the goods are.
        labels.min_by_key(|stage| *stage == Stage::Settling)
    }

    /// Where the goods are; the same for all lines of an order, which go together.
    #[must_use]
    pub fn fulfilment(&self) -> Option<LineFulfilment> {
        let Some(Wanted::Purchase(_)) = self.wanted() else { return None };
        let state = |kind: &StepKind| self.step_state(kind).map(|step| (step.state, step.undo.state));
        Some(match (state(&StepKind::Deliver), state(&StepKind::ReserveStock)) {
            (Some((StepState::Succeeded, _)), _) => LineFulfilment::Delivered,
            (Some((StepState::Failed, _)), _) if self.pivot_won => LineFulfilment::Undelivered,
            _ if self.pivot_won => LineFulfilment::OnTheWay,
            (_, Some((StepState::Succeeded, UndoState::Done))) => LineFulfilment::Released,
            (_, Some((StepState::Succeeded, _))) => LineFulfilment::Reserved,
            _ => LineFulfilment::Pending,
        })
    }

    /// How it ended, if not as wished: why, and who chose so or could not do it.
    #[must_use]
    pub fn ending(&self) -> Option<(&Failure, &Actor)> {
        self.cause.as_ref().filter(|_| self.is_final()).map(|cause| (&cause.failure, &cause.by))
    }

    /// Why it is being undone, or how it ended.
    #[must_use]
    pub fn trouble(&self) -> Option<(&Failure, &Actor)> {
        self.cause.as_ref().map(|cause| (&cause.failure, &cause.by))
    }

    /// The carrier's number, from the booking or the hand-over.
    #[must_use]
    pub const fn tracking(&self) -> Option<&Name> {
        self.tracking.as_ref()
    }

    /// What became of the wish to cancel.
    #[must_use]
    pub const fn cancel_state(&self) -> CancelState {
        self.cancel
    }

    /// The customer's opinion.
    #[must_use]
    pub fn rating(&self) -> Option<&Rated> {
        self.afterthoughts.as_ref().and_then(|after| after.rating.as_ref())
    }

    /// Remarks of staff.
    #[must_use]
    pub fn notes(&self) -> &[OrderNote] {
        self.afterthoughts.as_ref().map_or(&[], |after| after.notes.as_slice())
    }

    /// Refunds that operators asked for.
    #[must_use]
    pub fn refunds(&self) -> &[RefundRecord] {
        self.afterthoughts.as_ref().map_or(&[], |after| after.refunds.as_slice())
    }

    /// Nobody asks for the step, and its turn has come.
    pub(super) fn is_awaited(&self, index: usize) -> bool {
        self.plan.as_ref().is_some_and(|plan| {
            let sets = plan.compiled();
            sets.expected & bit(index) != 0 && sets.ready(index, self.done, self.left_out)
        })
    }

    fn is_under_way(&self, index: usize) -> bool {
        match self.steps[index].state {
            StepState::Requested | StepState::Retrying | StepState::Awaited | StepState::Lost => true,
            StepState::Waiting => self.is_awaited(index),
            StepState::LeftOut | StepState::Succeeded | StepState::Failed => false,
        }
    }
}
