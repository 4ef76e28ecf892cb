//! What each event does to the order.

use std::sync::Arc;

use crate::shared::{
    Actor, Ask, Failure, Fill, Money, Note, PaymentMethod, Quantity, Reason, StepKind, Success, Timestamp, Undone,
};

use super::super::axes::Status;
use super::super::event::{
    OrderEvent, Placed, RefundRequested, StepFailed, StepLost, StepNoted, StepRequested, StepSucceeded, UndoSucceeded,
    Wanted,
};
use super::super::ledger::Account;
use super::super::plan::{OnlyFor, UndoRule, bit, bits};
use super::super::step::{Earlier, Step, StepState, Undo, UndoState};
use super::{Afterthoughts, CancelState, Cause, Facts, Order, OrderNote, Priced, RefundRecord};

impl Order {
    pub(super) fn fold(&mut self, event: &OrderEvent, at: Timestamp) {
        match event {
            OrderEvent::Placed(event) => self.placed(event, at),
            // The status is all that these change.
            OrderEvent::Validated(_) | OrderEvent::SentToExecutor(_) | OrderEvent::Executing(_) => {}
            OrderEvent::Filled(event) => self.filled(&event.fill),
            OrderEvent::Executed(_) => self.completed_at = Some(at),
            OrderEvent::Cancelled(event) => self.ended(&event.failure, &event.by, true, at),
            OrderEvent::Failed(event) => self.ended(&event.failure, &event.by, false, at),
            OrderEvent::CancelRequested(event) => {
                self.cancel = CancelState::Pending;
                let message = event.comment.clone().unwrap_or_default();
                self.undo_because(Failure::definitive(event.reason.clone(), message), event.by.clone(), true);
            }
            OrderEvent::CancelRejected(_) => self.cancel = CancelState::Rejected,
            OrderEvent::StepRequested(event) => self.step_requested(event, at),
            OrderEvent::StepAwaited(event) => self.on_step(&event.step, |step| {
                step.state = StepState::Awaited;
                step.attempt = 1;
                step.requested_at = Some(at);
            }),
            OrderEvent::StepSucceeded(event) => self.step_succeeded(event, at),
            OrderEvent::StepFailed(event) => self.step_failed(event, at),
            OrderEvent::StepOverdue(event) if event.undo => self.on_step(&event.step, |step| {
                if let Some(undo) = step.undo_of(event.attempt) {
                    undo.ask_again = undo.is_pending();
                }
            }),
            OrderEvent::StepOverdue(event) => self.on_step(&event.step, |step| {
                step.ask_again = step.state == StepState::Requested && step.attempt == event.attempt;
            }),
            OrderEvent::StepLost(event) => self.step_lost(event, at),
            OrderEvent::StepNoted(event) => self.step_noted(event),
            OrderEvent::UndoRequested(event) => self.on_step(&event.request.step, |step| {
                if let Some(undo) = step.undo_of(event.request.attempt) {
                    undo.ask();
                }
            }),
            OrderEvent::UndoSucceeded(event) => self.undo_succeeded(event),
            OrderEvent::RefundRequested(event) => self.refund_requested(event, at),
            OrderEvent::Refunded(event) => {
                self.ledger.post_available(Account::Captured, Account::Refunded, event.amount);
                self.refund(event.refund, |refund| refund.refunded_at = Some(at));
            }
            OrderEvent::Rated(event) => self.afterthought(|after| after.rating = Some(event.clone())),
            OrderEvent::NoteAdded(event) => {
                self.afterthought(|after| after.notes.push(OrderNote { text: event.text.clone(), at }));
            }
        }
    }

    fn placed(&mut self, event: &Placed, at: Timestamp) {
        let cash = is_cash(&event.wanted);
        self.plan = self.plans().get(&event.plan);
        self.steps = Vec::with_capacity(self.plan.as_ref().map_or(0, |plan| plan.steps().len()));
        for (index, spec) in self.plan.iter().flat_map(|plan| plan.steps().iter().enumerate()) {
            let left_out = cash && spec.only_for == OnlyFor::Prepaid;
            self.left_out |= u32::from(left_out) << index;
            let state = if left_out { StepState::LeftOut } else { StepState::Waiting };
            self.steps.push(Step { state, ..Step::default() });
        }
        if matches!(event.wanted, Wanted::Trade(_)) {
            self.trading = Some(Box::default());
        }
        self.facts = Some(Arc::new(Facts {
            id: event.order,
            customer: event.customer,
            plan: event.plan.clone(),
            wanted: event.wanted.clone(),
            created_at: at,
        }));
    }

    fn ended(&mut self, failure: &Failure, by: &Actor, cancel: bool, at: Timestamp) {
        self.completed_at = Some(at);
        self.cause = Some(Arc::new(Cause { failure: failure.clone(), by: by.clone(), cancel }));
    }

    /// The first cause wins.
    fn undo_because(&mut self, failure: Failure, by: Actor, cancel: bool) {
        if self.cause.is_none() && !self.is_final() {
            self.cause = Some(Arc::new(Cause { failure, by, cancel }));
        }
    }

    fn on_step(&mut self, kind: &StepKind, change: impl FnOnce(&mut Step)) {
        if let Some(step) = self.index(kind).and_then(|index| self.steps.get_mut(index)) {
            change(step);
        }
    }

    fn mark(&mut self, status: Option<Status>) {
        self.due = status.map_or(self.due, |status| self.due.max(status));
    }

    fn step_requested(&mut self, event: &StepRequested, at: Timestamp) {
        let request = &event.request;
        let Some(index) = self.index(&request.step) else { return };
        let step = &mut self.steps[index];
        if step.attempt != request.attempt {
            step.attempt = request.attempt;
            step.asked = 0;
            step.undo = Undo::default();
        }
        step.state = StepState::Requested;
        step.asked = step.asked.saturating_add(1);
        (step.ask_again, step.start_next, step.given_up) = (false, false, false);
        (step.requested_at, step.finished_at, step.retry_at) = (Some(at), None, None);
        let mark = self.plan.as_ref().and_then(|plan| plan.steps()[index].on_request);
        self.mark(mark);
    }

    fn step_succeeded(&mut self, event: &StepSucceeded, at: Timestamp) {
        let Some(index) = self.index(&event.step) else { return };
        self.settle_success(&event.step, &event.outcome);
        let by_hand = matches!(event.outcome, Success::Resolved { .. });
        if !self.builds_on(index, event.attempt, by_hand) {
            self.steps[index].stray(event.attempt);
            return;
        }
        let step = &mut self.steps[index];
        step.attempt = step.attempt.max(1);
        if by_hand && event.step == StepKind::CapturePayment && step.state == StepState::Requested {
            step.write_off();
        }
        step.by_hand = by_hand;
        step.given_up = false;
        step.finish(StepState::Succeeded, at);
        self.note_done(index, at);
    }

    /// Whether a success is the one that the order goes on with, and not one that is kept to be undone.
    fn builds_on(&self, index: usize, attempt: u32, by_hand: bool) -> bool {
        let (Some(plan), Some(step)) = (&self.plan, self.steps.get(index)) else { return false };
        if plan.compiled().expected & bit(index) != 0 {
            return true;
        }
        let current = match step.state {
            StepState::Requested => true,
            StepState::Retrying if by_hand => true,
            // Given up by others than its participant, it is undone like one under way.
            StepState::Failed if step.given_up => true,
            // The pivot's success can't be undone, so it counts for an attempt that was given up too.
            StepState::Failed | StepState::Retrying => plan.compiled().pivot == index,
            StepState::Waiting | StepState::LeftOut | StepState::Awaited | StepState::Succeeded | StepState::Lost => {
                false
            }
        };
        // Once the pivot has won, what came before it is good, however late it is heard of.
        let wanted = !self.is_final() || self.pivot_won && step.is_wanted();
        attempt == step.attempt && current && step.undo.state != UndoState::Done && wanted
    }

    /// Marks a step done, with the expected ones that it implies, and sees whether the pivot is among them.
    fn note_done(&mut self, index: usize, at: Timestamp) {
        let Some(plan) = self.plan.clone() else { return };
        self.done |= bit(index);
        self.mark(plan.steps()[index].on_success);
        self.imply_expected(index, at);
        self.see_pivot();
    }

    /// The pivot is won by its success, unless its guard was undone before: then the two contradict each other, and the undo stands.
    fn see_pivot(&mut self) {
        let Some(plan) = &self.plan else { return };
        let sets = plan.compiled();
        let guard_undone = self.steps.get(sets.guard).is_some_and(|guard| guard.undo.state == UndoState::Done);
        if self.done & bit(sets.pivot) != 0 && !self.pivot_won && !guard_undone && !self.is_final() {
            self.win_pivot();
        }
    }

    /// What rests on an expected step can't have happened without it.
    fn imply_expected(&mut self, index: usize, at: Timestamp) {
        let Some(plan) = self.plan.clone() else { return };
        let sets = plan.compiled();
        if sets.expected & bit(index) == 0 {
            return;
        }
        for before in bits(sets.before[index] & sets.expected & !self.left_out & !self.done) {
            let step = &mut self.steps[before];
            step.attempt = step.attempt.max(1);
            step.finish(StepState::Succeeded, at);
            self.done |= bit(before);
            self.mark(plan.steps()[before].on_success);
        }
    }

    /// The pivot's success ends undoing, whatever began it: undos that hold only until the pivot lapse.
    fn win_pivot(&mut self) {
        let Some(plan) = self.plan.clone() else { return };
        self.pivot_won = true;
        self.cause = None;
        for (step, spec) in self.steps.iter_mut().zip(plan.steps()) {
            if spec.undo != UndoRule::Always && step.undo.is_pending() {
                step.undo.state = UndoState::Lapsed;
                // Its watchdog may have looked while there was nothing to ask; and whoever gave it up was wrong.
                if step.given_up {
                    (step.state, step.given_up) = (StepState::Requested, false);
                }
                step.ask_again = step.state == StepState::Requested;
            }
        }
        // What was heard too early counts from here: a delivery that failed before anyone had said that it began.
        for index in bits(plan.compiled().past_pivot & plan.compiled().expected) {
            if self.steps[index].state == StepState::Failed {
                self.undo_because_failed(index);
            }
        }
    }

    fn undo_because_failed(&mut self, index: usize) {
        let (Some(plan), Some(failure)) = (&self.plan, &self.steps[index].failure) else { return };
        let by = Actor::system(plan.steps()[index].kind.context().name());
        self.undo_because(failure.as_ref().clone(), by, false);
    }

    fn step_failed(&mut self, event: &StepFailed, at: Timestamp) {
        if event.step == StepKind::Refund {
            self.refund(event.attempt, |refund| refund.failure = Some(event.failure.clone()));
            return;
        }
        let Some(index) = self.index(&event.step) else { return };
        if let (Some(trading), Some(filled)) = (&mut self.trading, event.failure.filled) {
            trading.reported = Some(filled);
        }
        let step = &mut self.steps[index];
        step.attempt = step.attempt.max(1);
        step.failures = step.failures.saturating_add(1);
        step.failure = Some(Arc::new(event.failure.clone()));
        let state = if event.retry_at.is_some() { StepState::Retrying } else { StepState::Failed };
        step.finish(state, at);
        step.retry_at = event.retry_at;
        // Only its participant knows that nothing is held; whoever else gives an attempt up leaves it to be undone.
        step.given_up = event.failure.reason == Reason::Discarded;
        if step.undo.is_pending() && !step.given_up {
            step.undo.settle();
        }
        self.imply_expected(index, at);
        if state == StepState::Failed {
            self.undo_because_failed(index);
        }
        self.see_pivot();
    }

    fn step_lost(&mut self, event: &StepLost, at: Timestamp) {
        let Some(index) = self.index(&event.step) else { return };
        self.done &= !bit(index);
        let step = &mut self.steps[index];
        step.earlier.push(Earlier { attempt: event.attempt, succeeded: true, undo: Undo::DONE });
        step.finish(StepState::Lost, at);
        step.undo.settle();
        step.failure = Some(Arc::new(event.failure.clone()));
    }

    fn step_noted(&mut self, event: &StepNoted) {
        if let Note::Booked { tracking } = &event.note {
            self.tracking = Some(tracking.clone());
        }
        self.on_step(&event.step, |step| step.note = Some(Arc::new(event.note.clone())));
    }

    fn undo_succeeded(&mut self, event: &UndoSucceeded) {
        match &event.outcome {
            Undone::Nothing => {}
            Undone::Voided { amount } => self.voided(*amount),
            Undone::Refunded { amount } => self.refunded(*amount),
            Undone::RestCancelled { filled, .. } => {
                if let Some(trading) = &mut self.trading {
                    trading.reported = Some(*filled);
                }
            }
            Undone::Resolved { .. } => self.money_settled_by_hand(&event.step),
        }
        self.on_step(&event.step, |step| {
            if let Some(undo) = step.undo_of(event.attempt) {
                undo.settle();
                undo.answered = !matches!(event.outcome, Undone::Resolved { .. });
            }
        });
    }

    /// An operator says that the money is back with the customer.
    fn money_settled_by_hand(&mut self, kind: &StepKind) {
        let (from, to) = match kind {
            StepKind::AuthorisePayment => (Account::Authorised, Account::Voided),
            StepKind::CapturePayment => (Account::Captured, Account::Refunded),
            _ => return,
        };
        if let Some(all) = self.ledger.money(self.ledger.balance(from)) {
            self.ledger.post_available(from, to, all);
        }
    }

    /// What a success brings, whether the order goes on with it or not.
    fn settle_success(&mut self, kind: &StepKind, success: &Success) {
        match success {
            Success::Admitted { tick, .. } => {
                if let Some(trading) = &mut self.trading {
                    trading.tick = Some(*tick);
                }
            }
            Success::Filled { quantity, .. } => {
                if let Some(trading) = &mut self.trading {
                    trading.reported = Some(*quantity);
                }
            }
            Success::Reserved { lines, totals } => {
                self.priced = Some(Arc::new(Priced { lines: Arc::clone(lines), totals: *totals }));
            }
            Success::Authorised { amount, .. } => {
                let _checked_by_decide = self.ledger.post(Account::Customer, Account::Authorised, *amount);
            }
            Success::Captured { amount } => self.captured(*amount),
            Success::Delivered { .. } => self.collect_cash(),
            Success::Resolved { .. } => match kind {
                StepKind::CapturePayment => self.write_off(),
                StepKind::Deliver => self.collect_cash(),
                _ => {}
            },
            Success::HandedOver { tracking } => {
                self.tracking = tracking.clone().or(self.tracking.take());
            }
            Success::Routed { .. } | Success::Refunded { .. } | Success::Committed | Success::Custom { .. } => {}
        }
    }

    /// What was set free was held, also if nobody had said so.
    fn voided(&mut self, amount: Money) {
        let missing = |held: i64| Money { amount: amount.amount.saturating_sub(held).max(0), ..amount };
        self.ledger.post_available(Account::WrittenOff, Account::Authorised, missing(self.ledger.held()));
        let _in_another_currency =
            self.ledger.post(Account::Customer, Account::Authorised, missing(self.ledger.held()));
        self.ledger.post_available(Account::Authorised, Account::Voided, amount);
    }

    /// What went back was taken, also if nobody had said so.
    fn refunded(&mut self, amount: Money) {
        self.captured(Money { amount: amount.amount.saturating_sub(self.ledger.kept()).max(0), ..amount });
        self.ledger.post_available(Account::Captured, Account::Refunded, amount);
    }

    /// What an operator wrote off and is taken after all comes back from there.
    fn captured(&mut self, amount: Money) {
        let written_off = amount.amount.saturating_sub(self.ledger.held()).max(0);
        self.ledger.post_available(Account::WrittenOff, Account::Authorised, Money { amount: written_off, ..amount });
        let _checked_by_decide = self.ledger.post(Account::Authorised, Account::Captured, amount);
    }

    fn write_off(&mut self) {
        if let Some(held) = self.ledger.money(self.ledger.held()) {
            self.ledger.post_available(Account::Authorised, Account::WrittenOff, held);
        }
    }

    /// Cash changes hands on delivery: held and taken at once.
    fn collect_cash(&mut self) {
        if let (true, Some(priced)) = (self.facts.as_ref().is_some_and(|facts| is_cash(&facts.wanted)), &self.priced) {
            let total = priced.totals.total;
            if self.ledger.post(Account::Customer, Account::Authorised, total).is_ok() {
                self.ledger.post_available(Account::Authorised, Account::Captured, total);
            }
        }
    }

    fn filled(&mut self, fill: &Fill) {
        let Some(trading) = &mut self.trading else { return };
        let total = trading.filled.units().saturating_add(fill.quantity.units());
        trading.filled = Quantity::from_units(total);
        trading.notional = trading.notional.saturating_add(fill.price.notional(fill.quantity));
        Arc::make_mut(&mut trading.fills).push(fill.clone());
    }

    fn afterthought(&mut self, change: impl FnOnce(&mut Afterthoughts)) {
        let after = Arc::make_mut(self.afterthoughts.get_or_insert_default());
        after.count += 1;
        change(after);
    }

    fn refund_requested(&mut self, event: &RefundRequested, at: Timestamp) {
        let Ask::Refund { amount } = event.request.ask else { return };
        self.afterthought(|after| {
            after.refunds.push(RefundRecord {
                number: event.request.attempt,
                amount,
                reason: event.reason.clone(),
                requested_at: at,
                refunded_at: None,
                failure: None,
            });
        });
    }

    fn refund(&mut self, number: u32, change: impl FnOnce(&mut RefundRecord)) {
        let Some(after) = &mut self.afterthoughts else { return };
        if let Some(refund) = Arc::make_mut(after).refunds.iter_mut().find(|refund| refund.number == number) {
            change(refund);
        }
    }
}

pub(in super::super) fn is_cash(wanted: &Wanted) -> bool {
    match wanted {
        Wanted::Trade(_) => false,
        Wanted::Purchase(purchase) => purchase.method == PaymentMethod::Cash,
    }
}
