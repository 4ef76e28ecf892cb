//! Limit orders that rest and are met: priority, prices, partial fills, averages.

use super::{Market, decimal, order, terms, ticket};
use crate::shared::{Decimal, Side, limits};

#[test]
fn the_best_price_trades_first_and_then_who_came_first() {
    let mut market = Market::open();
    assert_eq!(market.submit(1, 1, "SELL 5 @ 102"), ["#1 accepted 1", "book rests #1 5 @ 102"]);
    market.submit(2, 2, "SELL 5 @ 101");
    market.submit(3, 3, "SELL 5 @ 101");
    assert_eq!(
        market.submit(4, 4, "BUY 12 @ 102"),
        [
            "#4 accepted 1",
            "book trade 1: #4 meets #2, 5 @ 101",
            "#2 ACME-1 5 @ 101",
            "#2 filled 5 at 101",
            "#4 ACME-1 5 @ 101",
            "book trade 2: #4 meets #3, 5 @ 101",
            "#3 ACME-2 5 @ 101",
            "#3 filled 5 at 101",
            "#4 ACME-2 5 @ 101",
            "book trade 3: #4 meets #1, 2 @ 102",
            "#1 ACME-3 2 @ 102",
            "#4 ACME-3 2 @ 102",
            "#4 filled 12 at 101.166667",
        ]
    );
    assert_eq!(market.book.resting(order(1)).unwrap().remaining, decimal("3"));
}

#[test]
fn bids_have_priority_from_the_highest() {
    let mut market = Market::open();
    market.submit(1, 1, "BUY 5 @ 99");
    market.submit(2, 2, "BUY 5 @ 100");
    let told = market.submit(3, 3, "SELL 6 @ 99");
    assert_eq!(told[1], "book trade 1: #3 meets #2, 5 @ 100");
    assert_eq!(told[5], "book trade 2: #3 meets #1, 1 @ 99");
    assert_eq!(market.book.last_price(), Some(decimal("99")));
}

#[test]
fn what_does_not_cross_rests() {
    let mut market = Market::open();
    market.submit(1, 1, "SELL 5 @ 101");
    assert_eq!(market.submit(2, 2, "BUY 5 @ 100.99"), ["#2 accepted 1", "book rests #2 5 @ 100.99"]);
}

#[test]
fn what_is_left_rests_behind_the_others_and_its_average_counts_all_its_trades() {
    let mut market = Market::open();
    market.submit(1, 1, "SELL 1 @ 100");
    market.submit(2, 2, "BUY 1 @ 101"); // trades with 1
    market.submit(3, 1, "SELL 1 @ 100");
    assert_eq!(market.submit(4, 2, "BUY 4 @ 101").last().unwrap(), "book rests #4 3 @ 101");
    market.submit(5, 3, "BUY 1 @ 101");
    let told = market.submit(6, 1, "SELL 4 @ 100");
    // One at 100 and three at 101.
    assert!(told.contains(&"#4 filled 4 at 100.75".to_owned()), "{told:?}");
    assert_eq!(told[4], "#6 ACME-3 3 @ 101");
    assert!(told.contains(&"#5 filled 1 at 101".to_owned()), "{told:?}");
}

#[test]
fn a_maker_that_is_met_twice_is_told_twice_and_filled_once() {
    let mut market = Market::open();
    market.submit(1, 1, "SELL 3 @ 100");
    assert_eq!(market.submit(2, 2, "BUY 1")[2], "#1 ACME-1 1 @ 100");
    assert_eq!(market.submit(3, 2, "BUY 2")[2..4], ["#1 ACME-2 2 @ 100", "#1 filled 3 at 100"]);
    assert_eq!(market.orders[&order(1)].filled(), decimal("3"));
}

#[test]
fn averages_are_half_even_four_digits_beyond_the_tick() {
    let mut terms = terms();
    terms.tick = decimal("1");
    let mut market = Market::listed(terms);
    // 20001 / 20000 = 1.00005 and 20003 / 20000 = 1.00015: halves, to 1.0000 and 1.0002.
    market.submit(11, 1, "SELL 19999 @ 1");
    market.submit(12, 1, "SELL 1 @ 2");
    assert_eq!(market.submit(13, 2, "BUY 20000").last().unwrap(), "#13 filled 20000 at 1");
    market.submit(14, 1, "SELL 19997 @ 1");
    market.submit(15, 1, "SELL 3 @ 2");
    assert_eq!(market.submit(16, 2, "BUY 20000").last().unwrap(), "#16 filled 20000 at 1.0002");
    market.submit(4, 1, "SELL 1 @ 1");
    market.submit(5, 1, "SELL 2 @ 2");
    assert_eq!(market.submit(6, 2, "BUY 3").last().unwrap(), "#6 filled 3 at 1.6667");
}

#[test]
fn the_sum_at_a_price_stays_writable() {
    let mut terms = terms();
    terms.max_quantity = Decimal::whole(limits::MAX_WHOLE).unwrap();
    let mut market = Market::listed(terms);
    market.submit(1, 1, "SELL 9999999999 @ 100");
    assert_eq!(market.submit(2, 2, "SELL 2 @ 100"), ["#2 rejected 1 OVER_LIMIT"]);
    market.submit(3, 2, "SELL 1 @ 100");
    market.submit(4, 2, "SELL 2 @ 101");
    assert_eq!(market.book.depth(9).asks[0].quantity, decimal("10000000000"));
    // The largest order at the largest price still has an exact notional and average.
    market.submit(5, 1, "SELL 1 @ 10000000000");
    market.cancel(1);
    market.submit(6, 1, "BUY 10000000000 @ 10000000000");
    assert_eq!(market.book.queue(Side::Buy).count(), 0, "stopped by an own order");
    let mut high = Market::listed(market.book.instrument().unwrap().clone());
    high.submit(1, 1, "SELL 10000000000 @ 10000000000");
    let told = high.submit(2, 2, "BUY 10000000000 @ 10000000000");
    assert_eq!(told.last().unwrap(), "#2 filled 10000000000 at 10000000000");
}

#[test]
fn depth_sums_each_price_and_the_tape_shows_the_newest_first() {
    let mut market = Market::open();
    market.submit(1, 1, "SELL 5 @ 102");
    market.submit(2, 2, "SELL 5 @ 101");
    market.submit(3, 3, "SELL 7 @ 101");
    market.submit(4, 3, "BUY 1 @ 99");
    market.submit(5, 4, "BUY 3 @ 101");
    let rows = |levels: &[super::super::Level]| {
        levels.iter().map(|level| format!("{} {} {}", level.price, level.quantity, level.orders)).collect::<Vec<_>>()
    };
    let depth = market.book.depth(10);
    assert_eq!(
        (rows(&depth.bids), rows(&depth.asks)),
        (vec!["99 1 1".into()], vec!["101 9 2".into(), "102 5 1".into()])
    );
    assert_eq!(rows(&market.book.depth(1).asks), ["101 9 2"]);

    for number in 0..200 {
        market.submit(100 + 2 * number, 1, "SELL 1 @ 100");
        market.submit(101 + 2 * number, 2, "BUY 1 @ 100");
    }
    let tape: Vec<_> = market.book.tape().map(|print| print.number).collect();
    assert_eq!(market.book.trades(), 201);
    assert_eq!(tape, (201 - 99..=201).rev().collect::<Vec<_>>());
    assert_eq!(market.book.tape().next().unwrap().side, Side::Buy);
}

#[test]
fn asked_twice_nothing_happens_twice() {
    let mut market = Market::open();
    market.submit(1, 1, "SELL 5 @ 100");
    assert_eq!(market.submit(1, 1, "SELL 5 @ 100"), [""; 0]);
    market.submit(2, 2, "BUY 5");
    assert_eq!(market.submit(2, 2, "BUY 5"), [""; 0]);
    assert_eq!(market.submit(1, 1, "SELL 5 @ 100"), [""; 0]);
    assert_eq!(market.attempt(1, 1, 2, &ticket("SELL 5 @ 100")).events, []);
    assert_eq!(market.book.resting_orders(), 0);
}
