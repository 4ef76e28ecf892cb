//! Undo: of what rests, of what is over, of what never came; once, and never beside the pivot's success.

use super::super::Route;
use super::{Market, decimal, order, ticket, told};
use crate::shared::StepKind::{AdmitTrade, Fill, RouteToVenue};

const NOTHING: [&str; 0] = [];

#[test]
fn what_rests_is_cancelled_once() {
    let mut market = Market::open();
    market.submit(1, 1, "SELL 5 @ 100");
    market.submit(2, 2, "BUY 2");
    assert_eq!(market.cancel(1), ["book removes #1", "#1 cancelled with 2"]);
    assert_eq!(market.cancel(1), NOTHING);
    assert_eq!(market.submit(1, 1, "SELL 5 @ 100"), NOTHING);
    assert_eq!(market.submit(3, 2, "BUY 1").last().unwrap(), "#3 ended NO_LIQUIDITY with 0");
}

#[test]
fn a_halt_does_not_stand_in_the_way_of_a_cancel() {
    let mut market = Market::open();
    market.submit(1, 1, "SELL 5 @ 100");
    market.halt();
    assert_eq!(market.submit(2, 2, "BUY 1"), ["#2 rejected 1 MARKET_CLOSED"]);
    assert_eq!(market.cancel(1), ["book removes #1", "#1 cancelled with 0"]);
}

#[test]
fn a_filled_order_has_one_answer() {
    let mut market = Market::open();
    market.submit(1, 1, "SELL 5 @ 100");
    market.submit(2, 2, "BUY 5");
    assert_eq!((market.cancel(1), market.cancel(2)), (vec![], vec![]));
    assert_eq!(market.orders[&order(1)].route(), &Route::Filled { attempt: 1 });
}

#[test]
fn what_the_venue_ended_is_answered_with_why() {
    let mut market = Market::open();
    market.submit(1, 1, "SELL 3 @ 100");
    market.submit(2, 2, "BUY 5 @ 100 IOC");
    assert_eq!(market.cancel(2), ["#2 cancelled with 3 after KILLED"]);
    assert_eq!(market.cancel(2), NOTHING);
}

#[test]
fn a_request_that_meets_its_tombstone_does_nothing() {
    let mut market = Market::open();
    assert_eq!(market.cancel(1), ["#1 withdrawn RouteToVenue 1"]);
    assert_eq!(market.cancel(1), NOTHING);
    assert_eq!(market.submit(1, 1, "SELL 5 @ 100"), NOTHING);
    assert_eq!(market.book.resting_orders(), 0);

    assert_eq!(told(&market.undo(1, &AdmitTrade, 1)), ["#1 withdrawn AdmitTrade 1"]);
    assert_eq!(told(&market.undo(1, &AdmitTrade, 1)), NOTHING);
    assert_eq!(market.admit(1, 1, &ticket("SELL 5 @ 100")), []);
}

#[test]
fn a_tombstone_is_of_one_attempt() {
    let mut market = Market::open();
    let sell = ticket("SELL 5 @ 100");
    market.undo(1, &RouteToVenue, 1);
    assert_eq!(told(&market.attempt(1, 1, 2, &sell)), ["#1 accepted 2", "book rests #1 5 @ 100"]);
    assert_eq!(told(&market.undo(1, &RouteToVenue, 2)), ["book removes #1", "#1 cancelled with 0"]);
}

#[test]
fn an_attempt_that_was_rejected_is_undone_without_the_one_that_was_taken() {
    let mut market = Market::open();
    let sell = ticket("SELL 5 @ 100");
    market.halt();
    market.attempt(1, 1, 1, &sell);
    assert_eq!(told(&market.undo(1, &RouteToVenue, 1)), ["#1 withdrawn RouteToVenue 1"]);
    market.resume();
    market.attempt(1, 1, 2, &sell);
    assert_eq!(told(&market.undo(1, &RouteToVenue, 1)), NOTHING);
    assert_eq!(market.book.resting(order(1)).unwrap().remaining, decimal("5"));
}

#[test]
fn an_admission_is_undone_whatever_it_was() {
    let mut market = Market::open();
    market.admit(1, 1, &ticket("SELL 5 @ 100"));
    market.admit(2, 1, &ticket("SELL 5.5 @ 100"));
    for number in [1, 2] {
        let withdrawn = [format!("#{number} withdrawn AdmitTrade 1")];
        assert_eq!(told(&market.undo(number, &AdmitTrade, 1)), withdrawn);
        assert_eq!(told(&market.undo(number, &AdmitTrade, 1)), NOTHING);
    }
}

#[test]
fn fills_are_not_undone() {
    let mut market = Market::open();
    market.submit(1, 1, "SELL 5 @ 100");
    assert_eq!(told(&market.undo(1, &Fill, 1)), NOTHING);
    assert!(market.book.resting(order(1)).is_some());
}
