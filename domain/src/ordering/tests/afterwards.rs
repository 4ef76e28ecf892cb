//! Refunds, ratings and notes: after the end, and never changing how it ended.

use super::super::{Command, LedgerError, PaymentState, Rejection, Status};
use super::harness::{Given, ann, eur, failed_again, outcome, undone};
use crate::shared::StepKind::{Refund, ReserveStock};
use crate::shared::limits::{MAX_AFTERTHOUGHTS, MAX_TEXT};
use crate::shared::{Money, StepResult, Success, Undone};

fn refund(amount: i64) -> Command {
    Command::Refund { amount: eur(amount), reason: "one was broken".to_owned(), by: ann() }
}

fn refunded(number: u32, amount: i64) -> Command {
    outcome(Refund, number, StepResult::Succeeded(Success::Refunded { amount: eur(amount) }))
}

fn note(text: &str) -> Command {
    Command::AddNote { text: text.to_owned(), by: ann() }
}

#[test]
fn refunds_never_exceed_what_was_captured() {
    let given = Given::parcel_delivered()
        .then(refund(400), &["refund_requested Refund/1"])
        .then_err(refund(601), Rejection::RefundExceedsCaptured)
        .then(refunded(1, 400), &["refunded"])
        .then(refunded(1, 400), &[]);
    assert_eq!(given.order.payment_state(), PaymentState::PartlyRefunded);
    let given = given.then(refund(600), &["refund_requested Refund/2"]).then(refunded(2, 600), &["refunded"]);
    assert_eq!((given.order.payment_state(), given.order.status()), (PaymentState::Refunded, Status::Executed));
    given.then_err(refund(1), Rejection::RefundExceedsCaptured).then_err(refunded(9, 1), Rejection::UnknownAttempt);
}

#[test]
fn a_refund_that_fails_can_be_asked_for_again() {
    Given::parcel_delivered()
        .when(refund(1_000))
        .then_err(refund(1), Rejection::RefundExceedsCaptured)
        .then(failed_again(Refund, 1), &["step_failed Refund/1"])
        .then(refund(1_000), &["refund_requested Refund/2"]);
}

#[test]
fn a_refund_needs_an_end_an_amount_and_the_order_s_currency() {
    Given::parcel_on_its_way().then_err(refund(1), Rejection::NotFinal);
    Given::parcel_delivered().then_err(refund(0), Rejection::InvalidAmount);
    let usd = Money::new(1, "USD".parse().unwrap());
    let command = Command::Refund { amount: usd, reason: "r".to_owned(), by: ann() };
    Given::parcel_delivered().then_err(command, Rejection::Ledger(LedgerError::Currency));
    let cancelled = Given::parcel().when(super::harness::cancel()).when(undone(ReserveStock, Undone::Nothing));
    cancelled.then_err(refund(1), Rejection::RefundExceedsCaptured);
}

#[test]
fn ratings_are_one_to_five_and_the_newest_counts() {
    let rate = |order, courier| Command::Rate { order, outlet: None, courier };
    Given::parcel_on_its_way().then_err(rate(Some(5), None), Rejection::NotFinal);
    let given = Given::parcel_delivered()
        .then_err(rate(None, None), Rejection::InvalidRating)
        .then_err(rate(Some(5), Some(6)), Rejection::InvalidRating)
        .then(rate(Some(5), None), &["rated"])
        .then(rate(Some(5), None), &[])
        .then(rate(Some(2), None), &["rated"]);
    assert_eq!(given.order.rating().unwrap().order, Some(2));
}

#[test]
fn notes_are_short_few_and_never_twice_the_same() {
    let given = Given::parcel()
        .then(note("called the customer"), &["note_added"])
        .then(note("called the customer"), &[])
        .then_err(note(""), Rejection::InvalidText)
        .then_err(note(&"x".repeat(MAX_TEXT + 1)), Rejection::InvalidText);
    assert_eq!(given.order.notes().len(), 1);
    let given = (1..MAX_AFTERTHOUGHTS).fold(given, |given, number| given.when(note(&number.to_string())));
    given.then_err(note("one too many"), Rejection::TooManyAfterthoughts);
}
