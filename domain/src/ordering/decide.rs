//! What a command does: it records what the command says, and then what follows from it, one event at a time.

mod operator;
mod outcome;
mod place;
mod tick;

use crate::shared::limits::MAX_EVENTS_PER_DECISION;
use crate::shared::{Actor, Reason, Timestamp};

use super::axes::Status;
use super::command::Command;
use super::event::{CancelRequested, OrderEvent};
use super::follows::follows;
use super::lifecycle;
use super::order::{CancelState, Order};
use super::rejection::Rejection;
use super::settings::Settings;

/// The events that a command leads to; none if all that it says is recorded already.
///
/// # Errors
/// [`Rejection`]; then nothing is to be recorded.
pub fn decide(
    order: &Order,
    command: Command,
    now: Timestamp,
    settings: &Settings,
) -> Result<Vec<OrderEvent>, Rejection> {
    let recorded = record(order, command, now, settings)?;
    if recorded.is_empty() {
        return Ok(recorded);
    }
    let mut folded = order.clone();
    let mut events = Vec::with_capacity(recorded.len() + 3);
    for event in recorded {
        push(&mut folded, &mut events, event, now)?;
    }
    while let Some(event) = follows(&folded, now, settings) {
        push(&mut folded, &mut events, event, now)?;
    }
    Ok(events)
}

fn push(folded: &mut Order, events: &mut Vec<OrderEvent>, event: OrderEvent, now: Timestamp) -> Result<(), Rejection> {
    if events.len() >= MAX_EVENTS_PER_DECISION {
        return Err(Rejection::Endless);
    }
    lifecycle::transition(folded.status, &event)?;
    folded.apply(&event, now);
    events.push(event);
    Ok(())
}

fn record(order: &Order, command: Command, now: Timestamp, settings: &Settings) -> Result<Vec<OrderEvent>, Rejection> {
    if let Command::Place { order: id, customer, plan, wanted } = command {
        return place::place(order, id, customer, plan, wanted);
    }
    if !order.exists() {
        return Err(Rejection::OrderNotFound);
    }
    if order.plan.is_none() {
        return Err(Rejection::UnknownPlan);
    }
    match command {
        Command::Place { .. } => Ok(Vec::new()),
        Command::Cancel { by, reason, comment } => cancel(order, by, reason, comment),
        Command::Outcome(outcome) => outcome::record(order, outcome, now, settings),
        Command::Tick { step, attempt, undo } => Ok(tick::tick(order, &step, attempt, undo, now, settings)),
        Command::Refund { amount, reason, by: _ } => operator::refund(order, amount, reason),
        Command::Rate { order: whole, outlet, courier } => operator::rate(order, whole, outlet, courier),
        Command::AddNote { text, by: _ } => operator::add_note(order, text),
        Command::Retry { step, by: _ } => operator::retry(order, &step, now, settings),
        Command::Skip { step, by, reason } => operator::skip(order, step, by, reason),
        Command::Resolve { step, by, reason, resolution } => {
            operator::resolve(order, step, by, reason, resolution, now)
        }
    }
}

fn cancel(order: &Order, by: Actor, reason: Reason, comment: Option<String>) -> Result<Vec<OrderEvent>, Rejection> {
    let ended_otherwise = match order.status {
        Some(Status::Executed | Status::Failed) => true,
        Some(Status::Cancelled) => return Ok(Vec::new()),
        Some(Status::Created | Status::Validated | Status::SentToExecutor | Status::Executing) | None => false,
    };
    if ended_otherwise || order.pivot_won || order.cancel == CancelState::Rejected {
        return Err(Rejection::TooLateToCancel);
    }
    if order.cancel == CancelState::Pending {
        return Ok(Vec::new());
    }
    if let Some(text) = &comment {
        operator::check_text(text)?;
    }
    Ok(vec![CancelRequested { by, reason, comment }.into()])
}
