//! Retry, skip and resolve.

use super::super::{Command, PaymentState, Rejection, Resolution, StepState};
use super::harness::{Given, ann, cancel, done, eur, failed_again, undone};
use crate::shared::StepKind::{
    self, AssignPartner, AuthorisePayment, CapturePayment, CommitStock, Deliver, Fill, PickUp, Prepare, ReserveStock,
    RouteToVenue, Ship,
};
use crate::shared::Undone;

fn retry(step: StepKind) -> Command {
    Command::Retry { step, by: ann() }
}

fn skip(step: StepKind) -> Command {
    Command::Skip { step, by: ann(), reason: "the carrier says so".to_owned() }
}

fn resolve(step: StepKind, resolution: Resolution) -> Command {
    Command::Resolve { step, by: ann(), reason: "settled by phone".to_owned(), resolution }
}

#[test]
fn retry_asks_the_same_again_or_starts_the_next_attempt_at_once() {
    Given::parcel_at_the_carrier()
        .then(retry(Ship), &["step_requested Ship/1"])
        .when(failed_again(Ship, 1))
        .then(retry(Ship), &["step_requested Ship/2"])
        .then(retry(ReserveStock), &[])
        .then_err(retry(Deliver), Rejection::NothingToRetry)
        .then_err(retry(Fill), Rejection::UnknownStep);
    Given::parcel().when(cancel()).then(retry(ReserveStock), &["undo_requested ReserveStock/1"]);
}

#[test]
fn skip_goes_on_as_if_it_were_done() {
    let given = Given::meal_approved().then(skip(Prepare), &["step_succeeded Prepare/1"]);
    assert!(given.order.step(&Prepare).unwrap().by_hand);
    given.then(skip(Prepare), &[]).then_err(skip(Deliver), Rejection::NotSkippable);
    Given::parcel_at_the_carrier().when(failed_again(Ship, 1)).then(
        skip(Ship),
        &[
            "step_succeeded Ship/1",
            "executing",
            "step_requested CapturePayment/1",
            "step_requested CommitStock/1",
            "step_awaited Deliver/1",
        ],
    );
}

#[test]
fn what_brings_facts_that_others_need_is_not_skipped() {
    Given::parcel().then_err(skip(ReserveStock), Rejection::NotSkippable);
    Given::parcel().done(ReserveStock).then_err(skip(AuthorisePayment), Rejection::NotSkippable);
    Given::trade_resting().then_err(skip(Fill), Rejection::NotSkippable);
    Given::trade_resting().then_err(resolve(Fill, Resolution::Failed), Rejection::NotResolvable);
    Given::parcel_on_its_way().then_err(resolve(CommitStock, Resolution::Failed), Rejection::NotResolvable);
    Given::parcel_on_its_way().then_err(resolve(CommitStock, Resolution::WrittenOff), Rejection::NotResolvable);
    Given::parcel_on_its_way().then_err(resolve(CommitStock, Resolution::Undone), Rejection::NotResolvable);
}

#[test]
fn a_capture_is_written_off_and_what_comes_after_all_goes_back() {
    let given = Given::parcel_on_its_way()
        .done(CommitStock)
        .done(Deliver)
        .then(
            resolve(CapturePayment, Resolution::WrittenOff),
            &["step_succeeded CapturePayment/1", "undo_requested CapturePayment/1"],
        )
        .then(resolve(CapturePayment, Resolution::WrittenOff), &[]);
    assert_eq!(given.order.ledger().written_off(), 1_000);
    let given = given.then(done(CapturePayment), &["step_succeeded CapturePayment/1"]).then(
        undone(CapturePayment, Undone::Refunded { amount: eur(1_000) }),
        &["undo_succeeded CapturePayment/1", "executed"],
    );
    let ledger = given.order.ledger();
    assert_eq!((ledger.kept(), ledger.refunded(), ledger.written_off()), (0, 1_000, 0));
}

#[test]
fn done_by_other_means_counts_like_the_participant_s_answer() {
    let given = Given::parcel_on_its_way()
        .then(resolve(CapturePayment, Resolution::Done), &["step_succeeded CapturePayment/1"])
        .then(resolve(CommitStock, Resolution::Done), &["step_succeeded CommitStock/1"])
        .then(resolve(Deliver, Resolution::Done), &["step_succeeded Deliver/1", "executed"]);
    assert_eq!(given.order.payment_state(), PaymentState::Captured);
}

#[test]
fn what_an_operator_gives_up_is_undone_since_its_participant_may_still_be_at_it() {
    let given = Given::parcel_at_the_carrier()
        .then(resolve(Ship, Resolution::Failed), &["step_failed Ship/1", "undo_requested Ship/1"])
        .then(resolve(Ship, Resolution::Failed), &[]);
    // The carrier had it already: its success ends the undoing.
    let given = given.then(
        done(Ship),
        &[
            "step_succeeded Ship/1",
            "executing",
            "step_requested CapturePayment/1",
            "step_requested CommitStock/1",
            "step_awaited Deliver/1",
        ],
    );
    given.then(resolve(Deliver, Resolution::Failed), &["step_failed Deliver/1", "undo_requested CapturePayment/1"]);
}

#[test]
fn an_undo_is_settled_by_hand() {
    let given = Given::parcel()
        .done(ReserveStock)
        .when(cancel())
        .then(resolve(AuthorisePayment, Resolution::Undone), &["undo_succeeded AuthorisePayment/1"])
        .then(resolve(AuthorisePayment, Resolution::Undone), &[])
        // What comes after all is recorded, and undone.
        .then(done(AuthorisePayment), &["step_succeeded AuthorisePayment/1", "undo_requested AuthorisePayment/1"])
        .then(undone(AuthorisePayment, Undone::Voided { amount: eur(1_000) }), &["undo_succeeded AuthorisePayment/1"])
        .then(undone(ReserveStock, Undone::Nothing), &["undo_succeeded ReserveStock/1", "cancelled CANCEL_REQUESTED"]);
    assert_eq!(given.order.ledger().held(), 0);
}

#[test]
fn when_the_pivot_proves_an_operator_wrong_the_step_is_asked_again() {
    let given = Given::trade_resting();
    given.then_err(resolve(RouteToVenue, Resolution::Failed), Rejection::NotResolvable);
    let given = Given::meal_approved().done(Prepare).when(resolve(AssignPartner, Resolution::Failed)).then(
        done(PickUp),
        &[
            "step_succeeded PickUp/1",
            "step_requested AssignPartner/1",
            "step_requested CapturePayment/1",
            "step_requested CommitStock/1",
            "step_awaited Deliver/1",
        ],
    );
    assert_eq!(given.order.step(&AssignPartner).unwrap().state, StepState::Requested);
}
