//! Undoing because something could not be done; and success that comes too late.

use super::super::{PaymentState, Status};
use super::harness::{Given, done, done_attempt, eur, failed, failed_again, outcome, tick, undo_tick, undone};
use crate::shared::StepKind::{
    ApproveByOutlet, AssignPartner, AuthorisePayment, CapturePayment, CommitStock, Deliver, PickUp, Prepare,
    ReserveStock, Ship,
};
use crate::shared::{Failure, Reason, StepResult, Undone};

#[test]
fn the_reason_says_how_it_ends() {
    Given::parcel()
        .then(failed(ReserveStock, Reason::OutOfStock), &["step_failed ReserveStock/1", "failed OUT_OF_STOCK"]);
    Given::parcel()
        .done(ReserveStock)
        .then(
            failed(AuthorisePayment, Reason::PaymentAbandoned),
            &["step_failed AuthorisePayment/1", "undo_requested ReserveStock/1"],
        )
        .then(undone(ReserveStock, Undone::Nothing), &["undo_succeeded ReserveStock/1", "cancelled PAYMENT_ABANDONED"]);
}

#[test]
fn an_expected_step_that_fails_undoes_what_it_rests_on() {
    let given = Given::meal_approved()
        .done(AssignPartner)
        .then(failed(Prepare, Reason::NeverPrepared), &["step_failed Prepare/1", "undo_requested AssignPartner/1"])
        .then(
            undone(AssignPartner, Undone::Nothing),
            &[
                "undo_succeeded AssignPartner/1",
                "undo_requested ApproveByOutlet/1",
                "undo_requested AuthorisePayment/1",
                "undo_requested ReserveStock/1",
            ],
        )
        .when(undone(ApproveByOutlet, Undone::Nothing))
        .when(undone(ReserveStock, Undone::Nothing))
        .then(
            undone(AuthorisePayment, Undone::Voided { amount: eur(1_000) }),
            &["undo_succeeded AuthorisePayment/1", "cancelled NEVER_PREPARED"],
        );
    assert_eq!(given.order.payment_state(), PaymentState::Voided);
}

#[test]
fn the_pivot_ends_undoing_that_a_failure_began() {
    let given = Given::meal_approved().done(AssignPartner).when(failed(Prepare, Reason::NeverPrepared)).then(
        done(PickUp),
        &[
            "step_succeeded PickUp/1",
            "step_requested CapturePayment/1",
            "step_requested CommitStock/1",
            "step_awaited Deliver/1",
        ],
    );
    assert!(!given.order.undoing());
}

#[test]
fn the_first_cause_wins() {
    let given = Given::meal_approved()
        .when(failed(AssignPartner, Reason::NoPartner))
        .then(failed(Prepare, Reason::NeverPrepared), &["step_failed Prepare/1"]);
    assert_eq!(given.order.trouble().unwrap().0.reason, Reason::NoPartner);
}

#[test]
fn a_failed_delivery_gives_back_what_was_captured_before_what_was_authorised() {
    let given = Given::parcel_on_its_way()
        .done(CommitStock)
        .done(CapturePayment)
        .then(failed(Deliver, Reason::DeliveryFailed), &["step_failed Deliver/1", "undo_requested CapturePayment/1"])
        .then(
            undone(CapturePayment, Undone::Refunded { amount: eur(1_000) }),
            &["undo_succeeded CapturePayment/1", "undo_requested AuthorisePayment/1"],
        )
        .then(
            undone(AuthorisePayment, Undone::Nothing),
            &["undo_succeeded AuthorisePayment/1", "failed DELIVERY_FAILED"],
        );
    assert_eq!(given.order.payment_state(), PaymentState::Refunded);
}

#[test]
fn after_a_failed_delivery_the_stock_is_still_committed() {
    Given::parcel_on_its_way()
        .when(failed(Deliver, Reason::DeliveryFailed))
        .when(undone(CapturePayment, Undone::Nothing))
        .then(undone(AuthorisePayment, Undone::Voided { amount: eur(1_000) }), &["undo_succeeded AuthorisePayment/1"])
        .then(tick(CommitStock, 1), &["step_requested CommitStock/1"])
        .then(failed_again(CommitStock, 1), &["step_failed CommitStock/1 to be retried"])
        .then(tick(CommitStock, 1), &["step_requested CommitStock/2"])
        .then(done_attempt(CommitStock, 2), &["step_succeeded CommitStock/2", "failed DELIVERY_FAILED"]);
}

#[test]
fn a_success_for_a_failed_attempt_is_recorded_and_undone() {
    Given::parcel()
        .done(ReserveStock)
        .when(failed_again(AuthorisePayment, 1))
        .then(done(AuthorisePayment), &["step_succeeded AuthorisePayment/1", "undo_requested AuthorisePayment/1"])
        .then(done(AuthorisePayment), &[])
        .then(tick(AuthorisePayment, 1), &["step_requested AuthorisePayment/2"])
        .then(undone(AuthorisePayment, Undone::Voided { amount: eur(1_000) }), &["undo_succeeded AuthorisePayment/1"])
        .then(
            done_attempt(AuthorisePayment, 2),
            &["step_succeeded AuthorisePayment/2", "step_requested Ship/1", "sent_to_executor"],
        );
}

#[test]
fn also_when_the_order_is_final() {
    let given = Given::parcel()
        .done(ReserveStock)
        .when(failed(AuthorisePayment, Reason::Declined))
        .when(undone(ReserveStock, Undone::Nothing));
    assert_eq!(given.order.status(), Status::Failed);
    let given = given
        .then(done(AuthorisePayment), &["step_succeeded AuthorisePayment/1", "undo_requested AuthorisePayment/1"])
        .then(undo_tick(AuthorisePayment), &["undo_requested AuthorisePayment/1"])
        .then(undone(AuthorisePayment, Undone::Voided { amount: eur(1_000) }), &["undo_succeeded AuthorisePayment/1"])
        .then(undo_tick(AuthorisePayment), &[])
        .then(done(AuthorisePayment), &[]);
    assert_eq!((given.order.status(), given.order.ledger().held()), (Status::Failed, 0));
}

#[test]
fn a_failure_settles_the_undo_of_its_attempt() {
    Given::parcel_at_the_carrier()
        .when(super::harness::cancel())
        .then(
            failed(Ship, Reason::CarrierRefused),
            &["step_failed Ship/1", "undo_requested AuthorisePayment/1", "undo_requested ReserveStock/1"],
        )
        .then(undone(Ship, Undone::Nothing), &[]);
}

#[test]
fn what_is_undone_stays_undone() {
    Given::parcel()
        .when(super::harness::cancel())
        .then(undone(ReserveStock, Undone::Nothing), &["undo_succeeded ReserveStock/1", "cancelled CANCEL_REQUESTED"])
        .then(done(ReserveStock), &[]);
}

#[test]
fn a_lost_step_is_asked_again_and_what_is_lost_needs_no_undo() {
    let lost =
        |attempt| outcome(AssignPartner, attempt, StepResult::Lost(Failure::definitive(Reason::PartnerLost, "flat")));
    let given = Given::meal_approved()
        .done(Prepare)
        .done(AssignPartner)
        .then(lost(1), &["step_lost AssignPartner/1", "step_requested AssignPartner/2"])
        .then(lost(1), &[])
        .then(done(AssignPartner), &[])
        .then(done_attempt(AssignPartner, 2), &["step_succeeded AssignPartner/2"]);
    given.then(super::harness::cancel(), &["cancel_requested", "undo_requested AssignPartner/2"]).then(
        lost(2),
        &[
            "step_lost AssignPartner/2",
            "undo_requested ApproveByOutlet/1",
            "undo_requested AuthorisePayment/1",
            "undo_requested ReserveStock/1",
        ],
    );
    Given::meal_approved().done(AssignPartner).done(PickUp).then(lost(1), &[]);
}

#[test]
fn undos_are_asked_for_ever_and_alarm_after_the_third() {
    let again = &["undo_requested ReserveStock/1"];
    let alarm = &["step_overdue ReserveStock/1 undo", "undo_requested ReserveStock/1"];
    Given::parcel()
        .when(super::harness::cancel())
        .then(undo_tick(ReserveStock), again)
        .then(undo_tick(ReserveStock), again)
        .then(undo_tick(ReserveStock), alarm)
        .then(undo_tick(ReserveStock), alarm);
}
