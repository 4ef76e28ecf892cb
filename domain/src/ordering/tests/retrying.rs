//! Attempts, deadlines and the watchdog.

use std::time::Duration;

use super::super::event::OrderEvent;
use super::super::{Attempts, StepState, StepTiming};
use super::harness::{Given, done_attempt, failed, failed_again, tick};
use crate::shared::StepKind::{
    AuthorisePayment, CapturePayment, CommitStock, Deliver, PickUp, Prepare, ReserveStock, Ship,
};
use crate::shared::{Reason, TimerChange, TimerLabel};

#[test]
fn a_deadline_never_ends_an_attempt() {
    let late = ["step_overdue Ship/1", "step_requested Ship/1"];
    let given =
        Given::parcel_at_the_carrier().wait(3_600).then(tick(Ship, 1), &late).wait(3_600).then(tick(Ship, 1), &late);
    assert_eq!(given.order.step(&Ship).unwrap().asked, 3);
    given.done(Ship).then(tick(Ship, 1), &[]);
}

#[test]
fn a_late_or_repeated_tick_is_harmless() {
    Given::parcel()
        .then(tick(Ship, 1), &[])
        .then(tick(ReserveStock, 2), &[])
        .then(tick(crate::shared::StepKind::Refund, 1), &[]);
    Given::parcel_delivered().then(tick(Deliver, 1), &[]).then(tick(CapturePayment, 1), &[]);
}

#[test]
fn only_a_known_failure_starts_the_next_attempt() {
    let given = Given::parcel_at_the_carrier().then(failed_again(Ship, 1), &["step_failed Ship/1 to be retried"]);
    assert_eq!(given.order.step(&Ship).unwrap().state, StepState::Retrying);
    given
        .then(failed_again(Ship, 1), &[])
        .then(tick(Ship, 1), &["step_requested Ship/2"])
        .then(tick(Ship, 1), &[])
        .then(failed_again(Ship, 1), &[])
        .then(
            done_attempt(Ship, 2),
            &[
                "step_succeeded Ship/2",
                "executing",
                "step_requested CapturePayment/1",
                "step_requested CommitStock/1",
                "step_awaited Deliver/1",
            ],
        );
}

#[test]
fn a_step_is_tried_as_often_as_its_plan_says_and_refusals_never() {
    let mut given = Given::parcel_at_the_carrier();
    for attempt in 1..=3 {
        given = given.when(failed_again(Ship, attempt)).when(tick(Ship, attempt));
    }
    given.then(
        failed_again(Ship, 4),
        &["step_failed Ship/4", "undo_requested AuthorisePayment/1", "undo_requested ReserveStock/1"],
    );
    Given::parcel().then(failed_again(ReserveStock, 1), &["step_failed ReserveStock/1", "failed GATEWAY_UNAVAILABLE"]);
    let given = Given::parcel().done(ReserveStock).when(failed(AuthorisePayment, Reason::Declined));
    assert_eq!(given.order.step(&AuthorisePayment).unwrap().state, StepState::Failed);
}

#[test]
fn past_the_pivot_for_ever_whatever_the_failure_says() {
    let mut given = Given::parcel_on_its_way();
    for attempt in 1..=20 {
        given = given.when(failed_again(CommitStock, attempt)).when(tick(CommitStock, attempt));
    }
    let refused = failed(CapturePayment, Reason::Declined);
    given
        .then(refused, &["step_failed CapturePayment/1 to be retried"])
        .then(tick(CapturePayment, 1), &["step_requested CapturePayment/2"]);
}

#[test]
fn what_is_asked_for_ever_alarms_after_the_third() {
    let again = &["step_requested CapturePayment/1"];
    let alarm = &["step_overdue CapturePayment/1", "step_requested CapturePayment/1"];
    Given::parcel_on_its_way()
        .then(tick(CapturePayment, 1), again)
        .then(tick(CapturePayment, 1), again)
        .then(tick(CapturePayment, 1), alarm);
}

#[test]
fn an_expected_step_that_is_late_alarms_and_nobody_is_asked() {
    let given = Given::meal_approved().wait(5_400).then(tick(Prepare, 1), &["step_overdue Prepare/1"]);
    given.done(Prepare).then(tick(Prepare, 1), &[]).then(tick(PickUp, 1), &[]);
}

#[test]
fn while_undoing_nothing_new_is_asked() {
    Given::parcel_at_the_carrier().when(super::harness::cancel()).then(tick(Ship, 1), &[]);
    let given = Given::parcel().done(ReserveStock).when(failed_again(AuthorisePayment, 1));
    given.when(super::harness::cancel()).then(tick(AuthorisePayment, 1), &[]);
}

#[test]
fn timers_follow_from_the_events() {
    let given = Given::parcel().done(ReserveStock);
    let label = TimerLabel { step: AuthorisePayment, undo: false };
    let events = given.decide(failed_again(AuthorisePayment, 1)).unwrap();
    let OrderEvent::StepFailed(failed) = &events[0] else { panic!("{events:?}") };
    let due = failed.retry_at.unwrap();
    assert!(due > given.now && due <= given.now.checked_add(Duration::from_secs(1)).unwrap());
    assert_eq!(events[0].timer(), Some(TimerChange::Set { label, attempt: 1, due }));
}

#[test]
fn a_deployment_sets_times_and_attempts() {
    let mut given = Given::parcel().done(ReserveStock);
    let timing = StepTiming { attempts: Some(Attempts::Times(0)), watch: Some(Duration::from_secs(7)) };
    given.settings.steps.insert(AuthorisePayment, timing.clone());
    given.settings.steps.insert(Ship, timing);
    given = given
        .then(failed_again(AuthorisePayment, 1), &["step_failed AuthorisePayment/1", "undo_requested ReserveStock/1"]);
    assert!(given.order.undoing());
    let mut given = Given::parcel_at_the_carrier();
    given.settings.steps.insert(Ship, StepTiming { attempts: None, watch: Some(Duration::from_secs(7)) });
    let events = given.decide(tick(Ship, 1)).unwrap();
    assert!(matches!(&events[1], OrderEvent::StepRequested(asked) if asked.watch.as_second() == 7));
}
