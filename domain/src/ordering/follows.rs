//! What follows from what is recorded: the one next event, until there is none. Milestones, requests, undos and the final event each come from
//! one place here, whatever set them off.

use crate::shared::{Ends, Name, Timestamp};

use super::axes::Status;
use super::event::{
    CancelRejected, Cancelled, Executed, Executing, Failed, OrderEvent, SentToExecutor, StepAwaited, StepRequested,
    UndoRequested, Validated,
};
use super::order::{CancelState, Cause, Order};
use super::plan::{Plan, UndoRule, bit, bits};
use super::settings::{Settings, later};
use super::step::{StepState, UndoState};

/// The next consequence.
pub(super) fn follows(order: &Order, now: Timestamp, settings: &Settings) -> Option<OrderEvent> {
    let plan = order.plan.as_deref()?;
    let next = Next { order, plan, now, settings };
    next.rejected_cancel().or_else(|| next.milestone()).or_else(|| next.undo_of_stray()).or_else(|| {
        if order.is_final() {
            None
        } else if order.cause.is_some() {
            next.undo().or_else(|| next.forward()).or_else(|| next.ending())
        } else {
            next.forward().or_else(|| next.executed())
        }
    })
}

struct Next<'a> {
    order: &'a Order,
    plan: &'a Plan,
    now: Timestamp,
    settings: &'a Settings,
}

impl Next<'_> {
    fn rejected_cancel(&self) -> Option<OrderEvent> {
        (self.order.cancel == CancelState::Pending && self.order.pivot_won && !self.order.is_final())
            .then(too_late)
            .flatten()
    }

    /// The status above the present one, if it or a higher one is due.
    fn milestone(&self) -> Option<OrderEvent> {
        let status = self.order.status?;
        let due = if self.is_complete() { Status::Executing } else { self.order.due };
        if status >= due {
            return None;
        }
        match status.next()? {
            Status::Validated => Some(Validated {}.into()),
            Status::SentToExecutor => Some(SentToExecutor {}.into()),
            Status::Executing => Some(Executing {}.into()),
            Status::Created | Status::Executed | Status::Cancelled | Status::Failed => None,
        }
    }

    /// A success that came after its attempt was given up is undone whatever the order is doing, also at its end. One at a time per step, since
    /// a step has one timer for its undo.
    fn undo_of_stray(&self) -> Option<OrderEvent> {
        self.order.steps.iter().enumerate().find_map(|(index, step)| {
            let undoable = !step.earlier.is_empty() && self.plan.steps()[index].undo != UndoRule::Nothing;
            let first = step.earlier.iter().find(|earlier| earlier.undo.ask_again);
            let fresh = || step.earlier.iter().find(|earlier| earlier.undo.state == UndoState::None);
            let stray = first.or_else(|| if step.undo_pending() { None } else { fresh() })?;
            undoable.then(|| self.undo_request(index, stray.attempt, stray.undo.asked)).flatten()
        })
    }

    /// The guard first, because its undo races the pivot; once that is won, everything else at once, money last taken first given back.
    fn undo(&self) -> Option<OrderEvent> {
        let guard = self.plan.compiled().guard;
        if !self.order.pivot_won {
            if let Some(event) = self.undo_step(guard) {
                return Some(event);
            }
            if self.order.needs_undo(guard) || self.order.steps.get(guard).is_some_and(|step| step.undo.is_pending()) {
                return None;
            }
        }
        (0..self.order.steps.len()).rev().find_map(|index| self.undo_step(index))
    }

    fn undo_step(&self, index: usize) -> Option<OrderEvent> {
        let step = self.order.steps.get(index)?;
        let wanted = self.order.needs_undo(index) && !step.undo_pending() && !self.later_money_is_out(index);
        (wanted || step.undo.ask_again).then(|| self.undo_request(index, step.attempt, step.undo.asked)).flatten()
    }

    /// What was captured goes back before what was authorised is set free.
    fn later_money_is_out(&self, index: usize) -> bool {
        let sets = self.plan.compiled();
        let money = |step: usize| sets.always & bit(step) != 0;
        money(index)
            && bits(sets.always).any(|later| {
                sets.before[later] & bit(index) != 0
                    && (self.order.needs_undo(later) || self.order.steps[later].undo_pending())
            })
    }

    fn undo_request(&self, index: usize, attempt: u32, asked: u16) -> Option<OrderEvent> {
        let request = self.order.undo_request(&self.plan.steps()[index], attempt)?;
        Some(UndoRequested { request, watch: self.settings.undo_watch(asked, self.now) }.into())
    }

    /// The next request, or the next step to wait for.
    fn forward(&self) -> Option<OrderEvent> {
        (0..self.order.steps.len()).filter(|index| self.order.carries_on(*index)).find_map(|index| {
            let step = &self.order.steps[index];
            match step.state {
                StepState::Waiting if self.is_ready(index) => self.begin(index),
                StepState::Requested if step.ask_again => self.step_request(index, step.attempt),
                StepState::Retrying if step.start_next => self.step_request(index, step.attempt.saturating_add(1)),
                StepState::Lost if !self.order.pivot_won => self.step_request(index, step.attempt.saturating_add(1)),
                StepState::Waiting
                | StepState::Requested
                | StepState::Retrying
                | StepState::Lost
                | StepState::LeftOut
                | StepState::Awaited
                | StepState::Succeeded
                | StepState::Failed => None,
            }
        })
    }

    fn is_ready(&self, index: usize) -> bool {
        self.plan.compiled().ready(index, self.order.done, self.order.left_out)
    }

    fn begin(&self, index: usize) -> Option<OrderEvent> {
        if self.plan.compiled().expected & bit(index) == 0 {
            return self.step_request(index, 1);
        }
        let step = self.plan.steps()[index].kind.clone();
        let watch = later(self.now, self.settings.watch(&self.plan.steps()[index])?);
        Some(StepAwaited { step, watch }.into())
    }

    fn step_request(&self, index: usize, attempt: u32) -> Option<OrderEvent> {
        let spec = &self.plan.steps()[index];
        let request = self.order.request(spec, attempt)?;
        let watch = self.settings.watch(spec).map_or(Timestamp::MAX, |wait| later(self.now, wait));
        Some(StepRequested { request, watch }.into())
    }

    /// Every step is done, and every fill that the venue counts was heard of.
    fn is_complete(&self) -> bool {
        let all = self.plan.compiled().all & !self.order.left_out;
        self.order.done & all == all && self.order.cause.is_none() && !self.order.is_final()
    }

    fn executed(&self) -> Option<OrderEvent> {
        let settled = self.is_complete() && self.order.fills_are_complete() && !self.a_stray_is_out();
        settled.then(|| Executed {}.into())
    }

    /// Something that was done too late is to be undone, and is not yet. The end, which stops all timers, waits for it; but not for a second
    /// hand-over, which nobody can undo.
    fn a_stray_is_out(&self) -> bool {
        let undoable =
            |index: usize| self.plan.steps()[index].undo != UndoRule::Nothing && index != self.plan.compiled().pivot;
        let steps = self.order.steps.iter().enumerate().filter(|(index, _)| undoable(*index));
        steps.flat_map(|(_, step)| &step.earlier).any(|earlier| earlier.undo.state != UndoState::Done)
    }

    /// All is undone that was to be undone, and all is done that is past undoing.
    fn ending(&self) -> Option<OrderEvent> {
        let undone = (0..self.order.steps.len())
            .all(|index| !self.order.needs_undo(index) && !self.order.steps[index].undo.is_pending());
        let carried_on = (0..self.order.steps.len())
            .filter(|index| self.order.pivot_won && self.order.carries_on(*index))
            .all(|index| self.order.done & bit(index) != 0 || self.order.left_out & bit(index) != 0);
        let settled = undone && carried_on && self.order.fills_are_complete() && !self.a_stray_is_out();
        let cause = self.order.cause.as_ref().filter(|_| settled)?;
        if is_cancelled(self.order, cause) {
            return Some(Cancelled { failure: cause.failure.clone(), by: cause.by.clone() }.into());
        }
        // An accepted cancel ends CANCELLED, or is rejected by an event: here another cause came first and ends the order FAILED.
        if self.order.cancel == CancelState::Pending {
            return too_late();
        }
        Some(Failed { failure: cause.failure.clone(), by: cause.by.clone() }.into())
    }
}

/// FAILED keeps nothing: an order with fills is CANCELLED, with the reason.
fn is_cancelled(order: &Order, cause: &Cause) -> bool {
    cause.cancel || cause.failure.reason.ends() == Ends::Cancelled || order.filled_quantity().is_positive()
}

fn too_late() -> Option<OrderEvent> {
    Name::new(super::rejection::Rejection::TooLateToCancel.code()).ok().map(|code| CancelRejected { code }.into())
}
