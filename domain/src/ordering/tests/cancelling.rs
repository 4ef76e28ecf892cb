//! The wish to cancel: recorded, then settled by whoever wins the race.

use super::super::{CancelState, Command, Rejection, Status};
use super::harness::{Given, cancel, done, failed, undone};
use crate::shared::StepKind::{ApproveByOutlet, AssignPartner, AuthorisePayment, PickUp, ReserveStock, Ship};
use crate::shared::{Actor, OutletId, PaymentMethod, Reason, Undone};

#[test]
fn the_guard_is_undone_first_and_then_everything_else_at_once() {
    Given::parcel_at_the_carrier()
        .then(cancel(), &["cancel_requested", "undo_requested Ship/1"])
        .then(
            undone(Ship, Undone::Nothing),
            &["undo_succeeded Ship/1", "undo_requested AuthorisePayment/1", "undo_requested ReserveStock/1"],
        )
        .then(undone(ReserveStock, Undone::Nothing), &["undo_succeeded ReserveStock/1"])
        .then(
            undone(AuthorisePayment, Undone::Voided { amount: super::harness::eur(1_000) }),
            &["undo_succeeded AuthorisePayment/1", "cancelled CANCEL_REQUESTED"],
        );
}

#[test]
fn steps_under_way_are_undone_like_done_ones() {
    Given::parcel()
        .then(cancel(), &["cancel_requested", "undo_requested ReserveStock/1"])
        .then(done(ReserveStock), &["step_succeeded ReserveStock/1", "validated"])
        .then(undone(ReserveStock, Undone::Nothing), &["undo_succeeded ReserveStock/1", "cancelled CANCEL_REQUESTED"]);
}

#[test]
fn the_pivot_ends_undoing_and_rejects_the_cancel() {
    let given = Given::parcel_at_the_carrier().when(cancel()).then(
        done(Ship),
        &[
            "step_succeeded Ship/1",
            "cancel_rejected",
            "executing",
            "step_requested CapturePayment/1",
            "step_requested CommitStock/1",
            "step_awaited Deliver/1",
        ],
    );
    assert_eq!(given.order.cancel_state(), CancelState::Rejected);
    assert!(!given.order.undoing());
    given.then_err(cancel(), Rejection::TooLateToCancel).then(undone(Ship, Undone::Nothing), &[]);
}

#[test]
fn a_pick_up_beats_the_release_of_the_courier() {
    let given = Given::meal_approved()
        .done(AssignPartner)
        .then(cancel(), &["cancel_requested", "undo_requested AssignPartner/1"]);
    given.then(
        done(PickUp),
        &[
            "step_succeeded PickUp/1",
            "cancel_rejected",
            "step_requested CapturePayment/1",
            "step_requested CommitStock/1",
            "step_awaited Deliver/1",
        ],
    );
}

#[test]
fn a_second_cancel_gives_no_events() {
    let given = Given::parcel_at_the_carrier().when(cancel()).then(cancel(), &[]);
    let given = given
        .when(undone(Ship, Undone::Nothing))
        .when(undone(AuthorisePayment, Undone::Nothing))
        .when(undone(ReserveStock, Undone::Nothing));
    assert_eq!(given.order.status(), Status::Cancelled);
    given.then(cancel(), &[]);
}

#[test]
fn after_the_pivot_it_is_too_late() {
    Given::parcel_on_its_way().then_err(cancel(), Rejection::TooLateToCancel);
    Given::parcel_delivered().then_err(cancel(), Rejection::TooLateToCancel);
}

#[test]
fn a_cancel_while_a_failure_is_undone_is_recorded_and_answered_at_the_end() {
    let given = Given::parcel_at_the_carrier()
        .then(
            failed(Ship, Reason::CarrierRefused),
            &["step_failed Ship/1", "undo_requested AuthorisePayment/1", "undo_requested ReserveStock/1"],
        )
        .then(cancel(), &["cancel_requested"])
        .then(cancel(), &[])
        .when(undone(AuthorisePayment, Undone::Nothing))
        .then(
            undone(ReserveStock, Undone::Nothing),
            &["undo_succeeded ReserveStock/1", "cancel_rejected", "failed CARRIER_REFUSED"],
        );
    given.then_err(cancel(), Rejection::TooLateToCancel);
}

#[test]
fn the_outlet_may_cancel_too_and_whatever_its_reason_the_order_is_cancelled() {
    let outlet = Actor::Outlet(OutletId::new("demo").unwrap());
    let command = Command::Cancel { by: outlet.clone(), reason: Reason::OutOfStock, comment: Some("no rice".into()) };
    let given = Given::meal(PaymentMethod::Cash)
        .when(done(ReserveStock))
        .then(command, &["cancel_requested", "undo_requested ApproveByOutlet/1", "undo_requested ReserveStock/1"]);
    let given = given
        .when(undone(ApproveByOutlet, Undone::Nothing))
        .then(undone(ReserveStock, Undone::Nothing), &["undo_succeeded ReserveStock/1", "cancelled OUT_OF_STOCK"]);
    let (failure, by) = given.order.ending().unwrap();
    assert_eq!((failure.message.as_str(), by), ("no rice", &outlet));
}
