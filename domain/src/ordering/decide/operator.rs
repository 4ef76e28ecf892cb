//! What people do to an order beside its plan: refunds, ratings, notes; and what an operator does to a step that got stuck.

use crate::shared::limits::{MAX_AFTERTHOUGHTS, MAX_TEXT};
use crate::shared::{Actor, Ask, Money, StepKind, StepRequest, Success, Timestamp, Undone};

use super::super::command::Resolution;
use super::super::event::{
    NoteAdded, OrderEvent, Rated, RefundRequested, StepFailed, StepSucceeded, UndoRequested, UndoSucceeded,
};
use super::super::ledger::LedgerError;
use super::super::order::Order;
use super::super::plan::bit;
use super::super::rejection::Rejection;
use super::super::settings::Settings;
use super::super::step::{Step, StepState, UndoState};
use super::{outcome, tick};

type Decided = Result<Vec<OrderEvent>, Rejection>;

pub(super) fn check_text(text: &str) -> Result<(), Rejection> {
    let length = text.chars().count();
    if (1..=MAX_TEXT).contains(&length) { Ok(()) } else { Err(Rejection::InvalidText) }
}

fn check_room(order: &Order) -> Result<(), Rejection> {
    let count = order.afterthoughts.as_ref().map_or(0, |after| after.count);
    if count < MAX_AFTERTHOUGHTS { Ok(()) } else { Err(Rejection::TooManyAfterthoughts) }
}

pub(super) fn refund(order: &Order, amount: Money, reason: String) -> Decided {
    check_text(&reason)?;
    if amount.amount <= 0 {
        return Err(Rejection::InvalidAmount);
    }
    if !order.is_final() {
        return Err(Rejection::NotFinal);
    }
    check_room(order)?;
    if order.ledger.currency().is_some_and(|currency| currency != amount.currency) {
        return Err(LedgerError::Currency.into());
    }
    // What is going back as a whole can't go back in part as well.
    let going_back = order.steps.iter().any(Step::undo_pending);
    if going_back || amount.amount > order.ledger.kept().saturating_sub(order.pending_refunds()) {
        return Err(Rejection::RefundExceedsCaptured);
    }
    let facts = order.facts.as_ref().ok_or(Rejection::OrderNotFound)?;
    let earlier = order.afterthoughts.iter().flat_map(|after| &after.refunds).map(|refund| refund.number).max();
    let request = StepRequest {
        order: facts.id,
        customer: facts.customer,
        step: StepKind::Refund,
        attempt: earlier.unwrap_or(0).saturating_add(1),
        ask: Ask::Refund { amount },
    };
    Ok(vec![RefundRequested { request, reason }.into()])
}

pub(super) fn rate(order: &Order, whole: Option<u8>, outlet: Option<u8>, courier: Option<u8>) -> Decided {
    let mut given = [whole, outlet, courier].into_iter().flatten().peekable();
    if given.peek().is_none() || !given.all(|stars| (1..=5).contains(&stars)) {
        return Err(Rejection::InvalidRating);
    }
    if !order.is_final() {
        return Err(Rejection::NotFinal);
    }
    let rated = Rated { order: whole, outlet, courier };
    if order.afterthoughts.as_ref().and_then(|after| after.rating.as_ref()) == Some(&rated) {
        return Ok(Vec::new());
    }
    check_room(order)?;
    Ok(vec![rated.into()])
}

pub(super) fn add_note(order: &Order, text: String) -> Decided {
    check_text(&text)?;
    if order.afterthoughts.iter().flat_map(|after| &after.notes).any(|note| note.text == text) {
        return Ok(Vec::new());
    }
    check_room(order)?;
    Ok(vec![NoteAdded { text }.into()])
}

/// Asks again now, without waiting for the timer.
pub(super) fn retry(order: &Order, kind: &StepKind, now: Timestamp, settings: &Settings) -> Decided {
    let index = order.index(kind).ok_or(Rejection::UnknownStep)?;
    if let Some(event) = retry_undo(order, index, now, settings) {
        return Ok(vec![event]);
    }
    let step = &order.steps[index];
    let alive = order.carries_on(index) && step.is_wanted();
    let event = match step.state {
        StepState::Succeeded => return Ok(Vec::new()),
        StepState::Requested if alive => tick::repeat(order, index, step.attempt, now, settings),
        StepState::Retrying if alive => tick::next_attempt(order, index, now, settings),
        StepState::Requested
        | StepState::Retrying
        | StepState::Waiting
        | StepState::LeftOut
        | StepState::Awaited
        | StepState::Failed
        | StepState::Lost => None,
    };
    event.map(|event| vec![event]).ok_or(Rejection::NothingToRetry)
}

fn retry_undo(order: &Order, index: usize, now: Timestamp, settings: &Settings) -> Option<OrderEvent> {
    let step = &order.steps[index];
    let (attempt, undo) = step.pending_undo()?;
    let request = order.undo_request(order.plan.as_ref()?.steps().get(index)?, attempt)?;
    Some(UndoRequested { request, watch: settings.undo_watch(undo.asked, now) }.into())
}

/// Goes on as if the step were done.
pub(super) fn skip(order: &Order, kind: StepKind, by: Actor, reason: String) -> Decided {
    check_text(&reason)?;
    let index = order.index(&kind).ok_or(Rejection::UnknownStep)?;
    if order.steps[index].state == StepState::Succeeded {
        return Ok(Vec::new());
    }
    let attempt = open_attempt(order, index).filter(|_| can_be_skipped(&kind)).ok_or(Rejection::NotSkippable)?;
    Ok(vec![StepSucceeded { step: kind, attempt, outcome: Success::Resolved { by, reason }, late: false }.into()])
}

pub(super) fn resolve(
    order: &Order,
    kind: StepKind,
    by: Actor,
    reason: String,
    resolution: Resolution,
    now: Timestamp,
) -> Decided {
    check_text(&reason)?;
    let index = order.index(&kind).ok_or(Rejection::UnknownStep)?;
    match resolution {
        Resolution::Done => done_otherwise(order, index, kind, by, reason, now),
        Resolution::WrittenOff if kind == StepKind::CapturePayment => skip(order, kind, by, reason),
        Resolution::WrittenOff => Err(Rejection::NotResolvable),
        Resolution::Failed => give_up(order, index, kind, reason),
        Resolution::Undone => undone_otherwise(order, index, kind, by, reason),
    }
}

fn done_otherwise(order: &Order, index: usize, step: StepKind, by: Actor, reason: String, now: Timestamp) -> Decided {
    let state = order.steps[index].state;
    if state == StepState::Succeeded {
        return Ok(Vec::new());
    }
    let attempt = open_attempt(order, index).filter(|_| can_be_skipped(&step)).ok_or(Rejection::NotResolvable)?;
    let outcome = match step {
        StepKind::CapturePayment if state == StepState::Requested => {
            let total = order.totals().ok_or(Rejection::NotResolvable)?.total;
            Success::Captured { amount: Money::new(total.amount.min(order.ledger.held()), total.currency) }
        }
        // Between two attempts nobody holds anything that could have been captured.
        StepKind::CapturePayment => return Err(Rejection::NotResolvable),
        StepKind::Deliver => Success::Delivered { at: now },
        StepKind::AdmitTrade
        | StepKind::RouteToVenue
        | StepKind::Fill
        | StepKind::ReserveStock
        | StepKind::AuthorisePayment
        | StepKind::ApproveByOutlet
        | StepKind::Prepare
        | StepKind::AssignPartner
        | StepKind::PickUp
        | StepKind::Ship
        | StepKind::CommitStock
        | StepKind::Refund
        | StepKind::Custom(_) => Success::Resolved { by, reason },
    };
    Ok(vec![StepSucceeded { step, attempt, outcome, late: false }.into()])
}

fn give_up(order: &Order, index: usize, step: StepKind, reason: String) -> Decided {
    let plan = order.plan.as_ref().ok_or(Rejection::UnknownPlan)?;
    let sets = plan.compiled();
    let expected = sets.expected & bit(index) != 0;
    if order.steps[index].state == StepState::Failed {
        return Ok(Vec::new());
    }
    // The pivot itself, where nobody is asked for it, is its participant's alone to know; and past it there is no way back but a failed delivery.
    let allowed = if expected { index != sets.pivot } else { !order.pivot_won };
    let attempt = open_attempt(order, index).filter(|_| allowed).ok_or(Rejection::NotResolvable)?;
    let failure = outcome::given_up(&step, reason);
    Ok(vec![StepFailed { step, attempt, failure, retry_at: None }.into()])
}

fn undone_otherwise(order: &Order, index: usize, step: StepKind, by: Actor, reason: String) -> Decided {
    let state = &order.steps[index];
    if let Some((attempt, _)) = state.pending_undo() {
        return Ok(vec![UndoSucceeded { step, attempt, outcome: Undone::Resolved { by, reason } }.into()]);
    }
    let undone = state.undo.state == UndoState::Done;
    if undone { Ok(Vec::new()) } else { Err(Rejection::NotResolvable) }
}

/// The attempt that an operator may settle, if the step is under way and not being undone.
fn open_attempt(order: &Order, index: usize) -> Option<u32> {
    let step = &order.steps[index];
    let open = match step.state {
        StepState::Requested | StepState::Retrying | StepState::Awaited => true,
        StepState::Waiting => order.is_awaited(index),
        StepState::LeftOut | StepState::Succeeded | StepState::Failed | StepState::Lost => false,
    };
    (open && step.is_wanted() && order.carries_on(index)).then_some(step.attempt.max(1))
}

/// Later steps need what the others bring.
const fn can_be_skipped(kind: &StepKind) -> bool {
    match kind {
        StepKind::AdmitTrade
        | StepKind::RouteToVenue
        | StepKind::Fill
        | StepKind::ReserveStock
        | StepKind::AuthorisePayment
        | StepKind::Refund => false,
        StepKind::ApproveByOutlet
        | StepKind::Prepare
        | StepKind::AssignPartner
        | StepKind::PickUp
        | StepKind::Ship
        | StepKind::CapturePayment
        | StepKind::CommitStock
        | StepKind::Deliver
        | StepKind::Custom(_) => true,
    }
}
