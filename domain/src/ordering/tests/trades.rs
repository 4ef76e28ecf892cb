//! Fills, and how a trade ends short.

use super::super::{FillState, Rejection, Status};
use super::harness::{Given, cancel, done, fill, outcome, undone};
use crate::shared::StepKind::{AdmitTrade, Fill, RouteToVenue};
use crate::shared::{Failure, Quantity, Reason, StepResult, Undone};

fn ended(reason: Reason, filled: i64) -> super::super::Command {
    let filled = Some(Quantity::whole(filled).unwrap());
    outcome(Fill, 1, StepResult::Failed(Failure { filled, ..Failure::definitive(reason, "no") }))
}

fn rest_cancelled(filled: i64) -> super::super::Command {
    undone(RouteToVenue, Undone::RestCancelled { filled: Quantity::whole(filled).unwrap(), reason: None })
}

#[test]
fn a_fill_counts_once() {
    let given = Given::trade_resting().then(fill(1, "100", 4), &["filled"]).then(fill(1, "100", 4), &[]);
    assert_eq!(given.order.filled_quantity(), Quantity::whole(4).unwrap());
    given.then_err(fill(2, "100", 7), Rejection::Overfilled);
}

#[test]
fn the_final_event_waits_for_the_fills_that_the_venue_counts() {
    Given::trade_resting()
        .when(fill(1, "100", 4))
        .then(done(Fill), &["step_succeeded Fill/1"])
        .then(fill(2, "100", 5), &["filled"])
        .then(fill(3, "100", 1), &["filled", "executed"]);
    Given::trade_resting()
        .when(cancel())
        .then(rest_cancelled(4), &["undo_succeeded RouteToVenue/1"])
        .then(fill(1, "100", 4), &["filled", "cancelled CANCEL_REQUESTED"]);
    Given::trade_resting()
        .then(ended(Reason::Killed, 3), &["step_failed Fill/1", "undo_requested RouteToVenue/1"])
        .then(rest_cancelled(3), &["undo_succeeded RouteToVenue/1"])
        .then(fill(1, "100", 3), &["filled", "cancelled KILLED"]);
}

#[test]
fn short_with_fills_is_cancelled_and_without_as_the_reason_says() {
    let end = |reason, filled| Given::trade_resting().when(fill(1, "1", filled)).when(ended(reason, filled));
    let none = |reason| Given::trade_resting().when(ended(reason, 0));
    let events = ["undo_succeeded RouteToVenue/1", "cancelled NO_LIQUIDITY"];
    end(Reason::NoLiquidity, 3).then(rest_cancelled(3), &events);
    none(Reason::NoLiquidity).then(rest_cancelled(0), &["undo_succeeded RouteToVenue/1", "failed NO_LIQUIDITY"]);
    none(Reason::Killed).then(rest_cancelled(0), &["undo_succeeded RouteToVenue/1", "failed KILLED"]);
    none(Reason::Expired).then(rest_cancelled(0), &["undo_succeeded RouteToVenue/1", "cancelled EXPIRED"]);
    none(Reason::SelfTrade).then(rest_cancelled(0), &["undo_succeeded RouteToVenue/1", "cancelled SELF_TRADE"]);
}

#[test]
fn a_resting_order_is_cancelled_and_keeps_its_fills() {
    let given = Given::trade_resting()
        .when(fill(1, "100", 4))
        .then(cancel(), &["cancel_requested", "undo_requested RouteToVenue/1"])
        .then(rest_cancelled(4), &["undo_succeeded RouteToVenue/1", "cancelled CANCEL_REQUESTED"]);
    assert_eq!(given.order.fill_state(), Some(FillState::PartiallyFilled));
}

#[test]
fn the_last_fill_beats_the_cancel() {
    let given = Given::trade_resting()
        .when(cancel())
        .then(fill(1, "100", 10), &["filled"])
        .then(done(Fill), &["step_succeeded Fill/1", "cancel_rejected", "executed"]);
    assert_eq!(given.order.status(), Status::Executed);
    given.then_err(cancel(), Rejection::TooLateToCancel);
}

#[test]
fn a_trade_that_is_not_admitted_ends_at_once() {
    let refused = outcome(AdmitTrade, 1, StepResult::Failed(Failure::definitive(Reason::BadTick, "no")));
    let given = Given::trade().then(refused, &["step_failed AdmitTrade/1", "failed BAD_TICK"]);
    assert_eq!(given.order.ending().unwrap().1.to_string(), "system:venue");
}
