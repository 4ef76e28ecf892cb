//! What the answers of participants make of a step, and when the pivot has won.

use std::sync::Arc;

use crate::shared::{Actor, Note, Reason, StepKind, Success, Timestamp};

use super::super::event::{StepFailed, StepLost, StepNoted, StepRequested, StepSucceeded};
use super::super::plan::{UndoRule, bit, bits};
use super::super::step::{Earlier, StepState, Undo, UndoState};
use super::Order;

impl Order {
    pub(super) fn step_requested(&mut self, event: &StepRequested, at: Timestamp) {
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

    pub(super) fn step_succeeded(&mut self, event: &StepSucceeded, at: Timestamp) {
        let Some(index) = self.index(&event.step) else { return };
        self.settle_success(&event.step, &event.outcome);
        if event.late {
            self.steps[index].stray(event.attempt);
            return;
        }
        let by_hand = matches!(event.outcome, Success::Resolved { .. });
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
    pub(in super::super) fn builds_on(&self, index: usize, attempt: u32) -> bool {
        let (Some(plan), Some(step)) = (&self.plan, self.steps.get(index)) else { return false };
        if plan.compiled().expected & bit(index) != 0 {
            return true;
        }
        let current = match step.state {
            StepState::Requested => true,
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

    pub(super) fn step_failed(&mut self, event: &StepFailed, at: Timestamp) {
        if event.step == StepKind::Refund {
            self.refund(event.attempt, |refund| refund.failure = Some(event.failure.clone()));
            return;
        }
        let Some(index) = self.index(&event.step) else { return };
        if let (Some(trading), Some(filled)) = (&mut self.trading, event.failure.filled) {
            trading.reported = Some(filled);
        }
        let step = &mut self.steps[index];
        let under_way = step.state == StepState::Requested;
        step.attempt = step.attempt.max(1);
        step.failures = step.failures.saturating_add(1);
        step.failure = Some(Arc::new(event.failure.clone()));
        let state = if event.retry_at.is_some() { StepState::Retrying } else { StepState::Failed };
        step.finish(state, at);
        step.retry_at = event.retry_at;
        // Only its participant knows that nothing is held; whoever else gives an attempt up leaves it to be undone.
        step.given_up = under_way && event.failure.reason == Reason::Discarded;
        if step.undo.is_pending() && !step.given_up {
            step.undo.settle();
        }
        self.imply_expected(index, at);
        if state == StepState::Failed {
            self.undo_because_failed(index);
        }
        self.see_pivot();
    }

    pub(super) fn step_lost(&mut self, event: &StepLost, at: Timestamp) {
        let Some(index) = self.index(&event.step) else { return };
        self.done &= !bit(index);
        let step = &mut self.steps[index];
        step.earlier.push(Earlier { attempt: event.attempt, succeeded: true, undo: Undo::DONE });
        step.finish(StepState::Lost, at);
        step.undo.settle();
        step.failure = Some(Arc::new(event.failure.clone()));
    }

    pub(super) fn step_noted(&mut self, event: &StepNoted) {
        if let Note::Booked { tracking } = &event.note {
            self.tracking = Some(tracking.clone());
        }
        self.on_step(&event.step, |step| step.note = Some(Arc::new(event.note.clone())));
    }
}
