//! How events and folds are written down.

use super::super::Book;
use super::super::event::{BookRested, VenueEvent};
use super::{Market, customer, decimal, order};
use crate::shared::Side;

#[test]
fn a_rested_order_is_written_without_what_it_has_not() {
    let rested = BookRested {
        order: order(1),
        customer: customer(2),
        side: Side::Buy,
        price: decimal("101.25"),
        quantity: decimal("6"),
        filled: decimal("0"),
        notional: 0,
    };
    let text = serde_json::to_string(&rested).unwrap();
    assert!(text.ends_with(r#""side":"BUY","price":"101.25","quantity":"6"}"#), "{text}");
    assert_eq!(serde_json::from_str::<BookRested>(&text).unwrap(), rested);

    let notional = decimal("10000000000").notional(decimal("10000000000"));
    let partly = BookRested { filled: decimal("4"), notional, ..rested };
    let text = serde_json::to_string(&partly).unwrap();
    assert!(text.contains(r#""notional":"1000000000000000000000000000000000000""#), "{text}");
    assert_eq!(serde_json::from_str::<BookRested>(&text).unwrap(), partly);
}

#[test]
fn events_of_orders_change_no_book() {
    let mut market = Market::open();
    market.submit(1, 1, "SELL 5 @ 100");
    market.submit(2, 2, "BUY 2");
    let before = market.book.clone();
    for (stream, event, at) in &market.log.clone() {
        if stream.order_id().is_some() {
            market.book.apply(event, *at);
        }
    }
    assert_eq!(market.book, before);
}

#[test]
fn folds_are_written_and_read_back() {
    let mut market = Market::open();
    market.submit(1, 1, "SELL 5 @ 100");
    market.submit(2, 2, "BUY 2");
    market.submit(3, 2, "SELL 5 @ 100");
    market.submit(4, 2, "BUY 1 @ 99 ");
    market.cancel(9);
    let text = serde_json::to_string(&market.book).unwrap();
    assert_eq!(serde_json::from_str::<Book>(&text).unwrap(), market.book);
    assert_eq!(
        serde_json::from_str::<Book>(&serde_json::to_string(&Book::default()).unwrap()).unwrap(),
        Book::default()
    );
}

#[test]
fn trades_are_named_alike_in_fills_and_by_the_book() {
    let mut market = Market::open();
    market.submit(1, 1, "SELL 5 @ 100");
    market.submit(2, 2, "BUY 2");
    let named = market.log.iter().find_map(|(_, event, _)| match event {
        VenueEvent::Traded(traded) => Some(traded.fill.trade.clone()),
        _ => None,
    });
    assert_eq!(named, market.book.trade_name(1));
    assert_eq!(Book::default().trade_name(1), None);
}
