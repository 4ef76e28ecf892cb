//! Orders that end at once: MARKET, IOC, FOK, and those that would trade with their own customer.

use super::super::event::VenueEvent;
use super::{Market, decimal, order, terms, ticket};
use crate::shared::{Side, limits};

#[test]
fn a_market_order_takes_any_price_and_never_rests() {
    let mut market = Market::open();
    assert_eq!(market.submit(1, 1, "BUY 5"), ["#1 accepted 1", "#1 ended NO_LIQUIDITY with 0"]);
    market.submit(2, 2, "SELL 3 @ 999999");
    assert_eq!(market.submit(3, 1, "BUY 5").last().unwrap(), "#3 ended NO_LIQUIDITY with 3");
    assert_eq!(market.book.resting_orders(), 0);
}

#[test]
fn market_never_meets_market() {
    let mut market = Market::open();
    market.submit(1, 1, "BUY 5");
    assert_eq!(market.submit(2, 2, "SELL 5").last().unwrap(), "#2 ended NO_LIQUIDITY with 0");
    assert_eq!(market.book.trades(), 0);
}

#[test]
fn ioc_keeps_what_it_gets_at_once() {
    let mut market = Market::open();
    market.submit(1, 1, "SELL 3 @ 100");
    market.submit(2, 1, "SELL 3 @ 101");
    assert_eq!(market.submit(3, 2, "BUY 5 @ 100 IOC").last().unwrap(), "#3 ended KILLED with 3");
    assert_eq!(market.submit(4, 2, "BUY 5 @ 100 IOC").last().unwrap(), "#4 ended KILLED with 0");
    assert_eq!(market.submit(5, 2, "BUY 3 @ 101 IOC").last().unwrap(), "#5 filled 3 at 101");
    assert_eq!(market.submit(6, 2, "BUY 3 IOC").last().unwrap(), "#6 ended NO_LIQUIDITY with 0");
}

#[test]
fn fok_is_all_or_nothing() {
    let mut market = Market::open();
    market.submit(1, 1, "SELL 3 @ 100");
    market.submit(2, 3, "SELL 3 @ 101");
    let before = market.book.clone();
    assert_eq!(market.submit(3, 2, "BUY 6 @ 100 FOK"), ["#3 accepted 1", "#3 ended KILLED with 0"]);
    assert_eq!(market.submit(4, 2, "BUY 7 FOK"), ["#4 accepted 1", "#4 ended KILLED with 0"]);
    assert_eq!(market.book, before);
    assert_eq!(market.submit(5, 2, "BUY 6 @ 101 FOK").last().unwrap(), "#5 filled 6 at 100.5");
}

#[test]
fn fok_reckons_with_an_order_of_its_own_customer() {
    let mut market = Market::open();
    market.submit(1, 1, "SELL 3 @ 100");
    market.submit(2, 2, "SELL 3 @ 101");
    market.submit(3, 1, "SELL 3 @ 102");
    assert_eq!(market.submit(4, 2, "BUY 4 @ 102 FOK"), ["#4 accepted 1", "#4 ended KILLED with 0"]);
    assert_eq!(market.submit(5, 2, "BUY 3 @ 102 FOK").last().unwrap(), "#5 filled 3 at 100");
}

#[test]
fn the_newer_of_two_own_orders_ends_where_they_would_trade() {
    let mut market = Market::open();
    market.submit(1, 1, "SELL 3 @ 100");
    market.submit(2, 2, "SELL 3 @ 101");
    market.submit(3, 3, "SELL 3 @ 102");
    let told = market.submit(4, 2, "BUY 9 @ 102");
    assert_eq!(told[1], "book trade 1: #4 meets #1, 3 @ 100");
    assert_eq!(told.last().unwrap(), "#4 ended SELF_TRADE with 3");
    let asks: Vec<_> = market.book.queue(Side::Sell).map(|resting| resting.order).collect();
    assert_eq!(asks, [order(2), order(3)]);
    for (number, text) in [(5, "BUY 1 @ 101 IOC"), (6, "BUY 1"), (7, "BUY 1 @ 103")] {
        assert_eq!(market.submit(number, 2, text).last().unwrap(), &format!("#{number} ended SELF_TRADE with 0"));
    }
    // It does not meet it below its price, nor behind others that suffice.
    assert_eq!(market.submit(8, 2, "BUY 1 @ 100").last().unwrap(), "book rests #8 1 @ 100");
    market.submit(9, 3, "SELL 1 @ 100.50");
    assert_eq!(market.submit(10, 2, "BUY 1 @ 103").last().unwrap(), "#10 filled 1 at 100.5");
}

#[test]
fn a_failure_says_how_much_was_filled() {
    let mut market = Market::open();
    market.submit(1, 1, "SELL 3 @ 100");
    let decision = market.attempt(2, 2, 1, &ticket("BUY 5 @ 100 IOC"));
    let Some((_, VenueEvent::Ended(ended))) = decision.events.last() else { panic!("{decision:?}") };
    assert_eq!(ended.failure.filled, Some(decimal("3")));
    assert!(!ended.failure.again);
}

#[test]
fn the_streams_that_grow_are_named() {
    let mut market = Market::open();
    market.submit(1, 1, "SELL 1 @ 100");
    market.submit(2, 2, "SELL 1 @ 100");
    market.submit(3, 2, "SELL 1 @ 100");
    let decision = market.attempt(4, 3, 1, &ticket("BUY 2"));
    let streams: Vec<_> = decision.streams().into_iter().map(ToString::to_string).collect();
    let of = |number| super::VenueOrder::stream(order(number)).to_string();
    assert_eq!(streams, [of(1), of(2), of(4), "book-ACME".to_owned()]);
    assert_eq!(decision.of(&super::Book::stream(&super::symbol())).count(), 2);
}

#[test]
fn an_order_that_would_meet_too_many_is_rejected_whole() {
    let mut market = Market::listed(terms());
    let many = u32::try_from(limits::MAX_MATCHES).unwrap();
    for number in 1..=many + 1 {
        market.submit(number, 1, "SELL 1 @ 100");
    }
    let too_many = ticket(&format!("BUY {}", many + 1));
    let rejected = market.attempt(many + 2, 2, 1, &too_many);
    assert_eq!(super::told(&rejected), [format!("#{} rejected 1 OVER_LIMIT", many + 2)]);
    let told = market.submit(many + 3, 2, &format!("BUY {many}"));
    assert_eq!(told.last().unwrap(), &format!("#{} filled {many} at 100", many + 3));
}
