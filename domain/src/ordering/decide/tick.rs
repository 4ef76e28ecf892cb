//! A timer fired. A deadline never ends an attempt: the same is asked again, and people are alarmed. A late or repeated tick is about something
//! that is no longer so, and gives no events.

use crate::shared::{StepKind, Timestamp};

use super::super::event::{OrderEvent, StepOverdue, StepRequested, UndoRequested};
use super::super::order::Order;
use super::super::plan::Attempts;
use super::super::settings::{Settings, later};
use super::super::step::StepState;

pub(super) fn tick(
    order: &Order,
    kind: &StepKind,
    attempt: u32,
    undo: bool,
    now: Timestamp,
    settings: &Settings,
) -> Vec<OrderEvent> {
    let Some(index) = order.index(kind) else { return Vec::new() };
    if undo {
        return undo_tick(order, index, attempt, now, settings).into_iter().collect();
    }
    let step = &order.steps[index];
    if step.attempt != attempt || !step.is_wanted() || !order.carries_on(index) {
        return Vec::new();
    }
    match step.state {
        StepState::Requested => ask_again(order, index, now, settings),
        StepState::Retrying => next_attempt(order, index, now, settings),
        StepState::Awaited => still_awaited(order, index, now, settings),
        StepState::Waiting | StepState::LeftOut | StepState::Succeeded | StepState::Failed | StepState::Lost => None,
    }
    .into_iter()
    .collect()
}

/// The same request with the same attempt. Steps that are asked for ever raise the alarm from the third time on.
fn ask_again(order: &Order, index: usize, now: Timestamp, settings: &Settings) -> Option<OrderEvent> {
    let spec = order.plan.as_ref()?.steps().get(index)?;
    let step = &order.steps[index];
    if spec.attempts == Attempts::Forever && step.asked < settings.alarm_after {
        return repeat(order, index, step.attempt, now, settings);
    }
    Some(StepOverdue { step: spec.kind.clone(), attempt: step.attempt, undo: false, watch: None }.into())
}

pub(super) fn next_attempt(order: &Order, index: usize, now: Timestamp, settings: &Settings) -> Option<OrderEvent> {
    repeat(order, index, order.steps[index].attempt.saturating_add(1), now, settings)
}

pub(super) fn repeat(
    order: &Order,
    index: usize,
    attempt: u32,
    now: Timestamp,
    settings: &Settings,
) -> Option<OrderEvent> {
    let spec = order.plan.as_ref()?.steps().get(index)?;
    let watch = settings.watch(spec).map_or(Timestamp::MAX, |wait| later(now, wait));
    Some(StepRequested { request: order.request(spec, attempt)?, watch }.into())
}

/// Nobody can be asked; people are told, and the watchdog goes on.
fn still_awaited(order: &Order, index: usize, now: Timestamp, settings: &Settings) -> Option<OrderEvent> {
    let spec = order.plan.as_ref()?.steps().get(index)?;
    let watch = settings.watch(spec).map(|wait| later(now, wait));
    Some(StepOverdue { step: spec.kind.clone(), attempt: order.steps[index].attempt, undo: false, watch }.into())
}

/// Undos are asked for ever, of whichever attempt is not answered: a step has one timer for its undo.
fn undo_tick(order: &Order, index: usize, attempt: u32, now: Timestamp, settings: &Settings) -> Option<OrderEvent> {
    let spec = order.plan.as_ref()?.steps().get(index)?;
    let mut step = order.steps[index].clone();
    let undo = step.undo_of(attempt).filter(|undo| undo.is_pending())?;
    if undo.asked < settings.alarm_after {
        let watch = settings.undo_watch(undo.asked, now);
        return Some(UndoRequested { request: order.undo_request(spec, attempt)?, watch }.into());
    }
    Some(StepOverdue { step: spec.kind.clone(), attempt, undo: true, watch: None }.into())
}
