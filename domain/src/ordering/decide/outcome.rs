//! A participant has answered. Outcomes are recorded as they come, once; what an order never asked is refused, so that it parks and is seen.

use crate::shared::{Failure, Fill, Money, Note, Outcome, Reason, StepKind, StepResult, Success, Timestamp, Undone};

use super::super::event::{
    Filled, OrderEvent, Refunded, StepFailed, StepLost, StepNoted, StepSucceeded, UndoSucceeded, Wanted,
};
use super::super::ledger::Account;
use super::super::order::Order;
use super::super::plan::{Attempts, bit};
use super::super::rejection::Rejection;
use super::super::settings::Settings;
use super::super::step::{Step, StepState, UndoState};

type Recorded = Result<Option<OrderEvent>, Rejection>;

pub(super) fn record(
    order: &Order,
    outcome: Outcome,
    now: Timestamp,
    settings: &Settings,
) -> Result<Vec<OrderEvent>, Rejection> {
    let Outcome { order: _, step: kind, attempt, result } = outcome;
    if kind == StepKind::Refund {
        return refund(order, attempt, result).map(|event| event.into_iter().collect());
    }
    let index = order.index(&kind).ok_or(Rejection::UnknownStep)?;
    let about = About { order, index, kind, attempt };
    match result {
        StepResult::Succeeded(success) => about.succeeded(success),
        StepResult::Failed(failure) => about.failed(failure, now, settings),
        StepResult::Lost(failure) => about.lost(failure),
        StepResult::Noted(note) => about.noted(note),
        StepResult::Traded(fill) => about.traded(fill),
        StepResult::Undone(undone) => about.undone(undone),
    }
    .map(|event| event.into_iter().collect())
}

/// What an outcome is about.
struct About<'a> {
    order: &'a Order,
    index: usize,
    kind: StepKind,
    attempt: u32,
}

impl About<'_> {
    fn step(&self) -> &Step {
        &self.order.steps[self.index]
    }

    fn is_expected(&self) -> bool {
        self.order.plan.as_ref().is_some_and(|plan| plan.compiled().expected & bit(self.index) != 0)
    }

    /// Nobody asks for expected steps, so their attempts are not counted.
    fn known_attempt(&self) -> Result<(), Rejection> {
        let known = self.is_expected() || (1..=self.step().attempt).contains(&self.attempt);
        if known { Ok(()) } else { Err(Rejection::UnknownAttempt) }
    }

    fn succeeded(self, outcome: Success) -> Recorded {
        self.known_attempt()?;
        if !belongs(&self.kind, &outcome) {
            return Err(Rejection::WrongOutcome);
        }
        if self.success_is_known(&outcome) {
            return Ok(None);
        }
        check_money(self.order, &outcome)?;
        self.check_quantity(&outcome)?;
        let late = !self.order.builds_on(self.index, self.attempt);
        Ok(Some(StepSucceeded { step: self.kind, attempt: self.attempt, outcome, late }.into()))
    }

    fn success_is_known(&self, outcome: &Success) -> bool {
        let step = self.step();
        if self.is_expected() {
            return step.state == StepState::Succeeded;
        }
        if step.knows(self.attempt) {
            return true;
        }
        // What an operator wrote off and is taken after all is recorded, and goes back.
        let taken_after_all = step.by_hand && matches!(outcome, Success::Captured { .. });
        self.attempt == step.attempt && step.state == StepState::Succeeded && !taken_after_all
    }

    fn check_quantity(&self, outcome: &Success) -> Result<(), Rejection> {
        let (Success::Filled { quantity, .. }, Some(facts)) = (outcome, &self.order.facts) else { return Ok(()) };
        match &facts.wanted {
            Wanted::Trade(ticket) if *quantity <= ticket.quantity => Ok(()),
            Wanted::Trade(_) | Wanted::Purchase(_) => Err(Rejection::Overfilled),
        }
    }

    fn failed(self, failure: Failure, now: Timestamp, settings: &Settings) -> Recorded {
        self.known_attempt()?;
        let step = self.step();
        let open = match step.state {
            StepState::Requested => self.attempt == step.attempt && step.undo.state != UndoState::Done,
            StepState::Waiting | StepState::Awaited => self.is_expected() && !self.order.is_final(),
            StepState::LeftOut | StepState::Succeeded | StepState::Retrying | StepState::Failed | StepState::Lost => {
                false
            }
        };
        if !open {
            return Ok(None);
        }
        let retry_at = self.retry_at(&failure, now, settings);
        Ok(Some(StepFailed { step: self.kind, attempt: self.attempt, failure, retry_at }.into()))
    }

    /// Only a known failure starts the next attempt, and only while the step is to go on.
    fn retry_at(&self, failure: &Failure, now: Timestamp, settings: &Settings) -> Option<Timestamp> {
        let (plan, facts) = (self.order.plan.as_ref()?, self.order.facts.as_ref()?);
        let spec = plan.steps().get(self.index)?;
        if self.is_expected() || !self.order.carries_on(self.index) {
            return None;
        }
        let again = match settings.attempts(spec) {
            Attempts::Forever => true,
            Attempts::Times(times) => failure.again && self.step().failures < times,
        };
        // Past the pivot only what nobody is asked for may fail.
        (again || self.order.pivot_won).then(|| settings.retry_at(facts.id, &self.kind, self.attempt, now))
    }

    fn lost(self, failure: Failure) -> Recorded {
        self.known_attempt()?;
        let step = self.step();
        let held = match step.state {
            StepState::Requested | StepState::Succeeded => step.undo.state != UndoState::Done,
            StepState::Waiting
            | StepState::LeftOut
            | StepState::Awaited
            | StepState::Retrying
            | StepState::Failed
            | StepState::Lost => false,
        };
        let current = self.attempt == step.attempt && held && !self.is_expected();
        // Past the pivot it is too late to ask anyone else: what becomes of it is the delivery's outcome.
        if !current || self.order.pivot_won || self.order.is_final() {
            return Ok(None);
        }
        Ok(Some(StepLost { step: self.kind, attempt: self.attempt, failure }.into()))
    }

    fn noted(self, note: Note) -> Recorded {
        self.known_attempt()?;
        let step = self.step();
        let open = match step.state {
            StepState::Waiting | StepState::Awaited => self.is_expected(),
            StepState::Requested => self.attempt == step.attempt,
            StepState::LeftOut | StepState::Succeeded | StepState::Retrying | StepState::Failed | StepState::Lost => {
                false
            }
        };
        let news = step.note.as_deref() != Some(&note) && !self.order.is_final();
        Ok((open && news).then(|| StepNoted { step: self.kind, attempt: self.attempt, note }.into()))
    }

    fn traded(self, fill: Fill) -> Recorded {
        let (Some(trading), Some(facts)) = (&self.order.trading, &self.order.facts) else {
            return Err(Rejection::WrongOutcome);
        };
        if trading.fills.iter().any(|known| known.trade == fill.trade) {
            return Ok(None);
        }
        let all = trading.filled.checked_add(fill.quantity).ok_or(Rejection::Overfilled)?;
        match &facts.wanted {
            Wanted::Trade(ticket) if all <= ticket.quantity => Ok(Some(Filled { fill }.into())),
            Wanted::Trade(_) | Wanted::Purchase(_) => Err(Rejection::Overfilled),
        }
    }

    fn undone(self, outcome: Undone) -> Recorded {
        self.known_attempt()?;
        let mut step = self.step().clone();
        let pending = step.undo_of(self.attempt).is_some_and(|undo| undo.is_pending());
        Ok(pending.then(|| UndoSucceeded { step: self.kind, attempt: self.attempt, outcome }.into()))
    }
}

fn refund(order: &Order, number: u32, result: StepResult) -> Recorded {
    let mut refunds = order.afterthoughts.iter().flat_map(|after| &after.refunds);
    let refund = refunds.find(|refund| refund.number == number).ok_or(Rejection::UnknownAttempt)?;
    match result {
        StepResult::Succeeded(Success::Refunded { amount }) if refund.is_pending() => {
            let mut ledger = order.ledger;
            ledger.post(Account::Captured, Account::Refunded, amount)?;
            Ok(Some(Refunded { refund: number, amount }.into()))
        }
        StepResult::Failed(failure) if refund.is_pending() => {
            Ok(Some(StepFailed { step: StepKind::Refund, attempt: number, failure, retry_at: None }.into()))
        }
        StepResult::Succeeded(Success::Refunded { .. }) | StepResult::Failed(_) | StepResult::Noted(_) => Ok(None),
        StepResult::Succeeded(_) | StepResult::Lost(_) | StepResult::Traded(_) | StepResult::Undone(_) => {
            Err(Rejection::WrongOutcome)
        }
    }
}

/// Later steps rest on what these bring; the others may say what they like.
fn belongs(kind: &StepKind, success: &Success) -> bool {
    match kind {
        StepKind::AdmitTrade => matches!(success, Success::Admitted { .. }),
        StepKind::RouteToVenue => matches!(success, Success::Routed { .. }),
        StepKind::Fill => matches!(success, Success::Filled { .. }),
        StepKind::ReserveStock => matches!(success, Success::Reserved { .. }),
        StepKind::AuthorisePayment => matches!(success, Success::Authorised { .. }),
        StepKind::CapturePayment => matches!(success, Success::Captured { .. } | Success::Resolved { .. }),
        StepKind::Ship => matches!(success, Success::HandedOver { .. } | Success::Resolved { .. }),
        StepKind::CommitStock => matches!(success, Success::Committed | Success::Resolved { .. }),
        StepKind::Deliver => matches!(success, Success::Delivered { .. } | Success::Resolved { .. }),
        StepKind::Refund => matches!(success, Success::Refunded { .. }),
        StepKind::ApproveByOutlet | StepKind::Prepare | StepKind::AssignPartner | StepKind::PickUp => {
            matches!(success, Success::Custom { .. } | Success::Resolved { .. })
        }
        StepKind::Custom(_) => matches!(success, Success::Custom { .. } | Success::Resolved { .. }),
    }
}

/// The ledger must be able to take it: a success that breaks it is refused, and so parks and is seen.
fn check_money(order: &Order, success: &Success) -> Result<(), Rejection> {
    let mut ledger = order.ledger;
    match success {
        Success::Authorised { amount, .. } => ledger.post(Account::Customer, Account::Authorised, *amount)?,
        Success::Captured { amount } => {
            let written_off = ledger.written_off().min(amount.amount);
            let back = Money::new(written_off, amount.currency);
            ledger.post(Account::WrittenOff, Account::Authorised, back)?;
            ledger.post(Account::Authorised, Account::Captured, *amount)?;
        }
        Success::Admitted { .. }
        | Success::Routed { .. }
        | Success::Filled { .. }
        | Success::Reserved { .. }
        | Success::HandedOver { .. }
        | Success::Refunded { .. }
        | Success::Committed
        | Success::Delivered { .. }
        | Success::Custom { .. }
        | Success::Resolved { .. } => {}
    }
    Ok(())
}

/// What an operator's "will not be done" is recorded as.
pub(super) fn given_up(kind: &StepKind, reason: String) -> Failure {
    let code = if *kind == StepKind::Deliver { Reason::DeliveryFailed } else { Reason::Discarded };
    Failure::definitive(code, reason)
}
