//! What each event does to the order.

use std::sync::Arc;

use crate::shared::{Actor, Ask, Failure, Fill, Quantity, StepKind, Success, Timestamp, Undone};

use super::super::axes::Status;
use super::super::event::{OrderEvent, Placed, RefundRequested, UndoSucceeded, Wanted};
use super::super::ledger::Account;
use super::super::plan::OnlyFor;
use super::super::step::{Step, StepState};
use super::money::is_cash;
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
    pub(super) fn undo_because(&mut self, failure: Failure, by: Actor, cancel: bool) {
        if self.cause.is_none() && !self.is_final() {
            self.cause = Some(Arc::new(Cause { failure, by, cancel }));
        }
    }

    pub(super) fn on_step(&mut self, kind: &StepKind, change: impl FnOnce(&mut Step)) {
        if let Some(step) = self.index(kind).and_then(|index| self.steps.get_mut(index)) {
            change(step);
        }
    }

    pub(super) fn mark(&mut self, status: Option<Status>) {
        self.due = status.map_or(self.due, |status| self.due.max(status));
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

    /// What a success brings, whether the order goes on with it or not.
    pub(super) fn settle_success(&mut self, kind: &StepKind, success: &Success) {
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

    pub(super) fn refund(&mut self, number: u32, change: impl FnOnce(&mut RefundRecord)) {
        let Some(after) = &mut self.afterthoughts else { return };
        if let Some(refund) = Arc::make_mut(after).refunds.iter_mut().find(|refund| refund.number == number) {
            change(refund);
        }
    }
}
