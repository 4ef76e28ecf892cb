//! Books as large as they get. Nothing is timed: what is quadratic in a hundred thousand orders does not come to an end.

use super::super::event::{BookRested, InstrumentListed};
use super::super::{Book, Submission, VenueOrder, submit, undo};
use super::{customer, decimal, order, symbol, terms, ticket};
use crate::shared::{Decimal, Side, StepKind, Timestamp, TradeTicket};

const ORDERS: u32 = 100_000;
const LEVELS: u32 = 10_000;

fn price(level: u32) -> Decimal {
    Decimal::from_units(i64::from(level) * 1_000_000)
}

fn rest(book: &mut Book, number: u32, level: u32) {
    let rested = BookRested {
        order: order(number),
        customer: customer(1),
        side: Side::Sell,
        price: price(level),
        quantity: decimal("1"),
        filled: decimal("0"),
        notional: 0,
    };
    book.apply(&rested.into(), Timestamp::UNIX_EPOCH);
}

fn deep(level: impl Fn(u32) -> u32) -> Book {
    let mut book = Book::default();
    book.apply(&InstrumentListed::clone(&terms()).into(), Timestamp::UNIX_EPOCH);
    for number in 1..=ORDERS {
        rest(&mut book, number, level(number));
    }
    book
}

fn resting() -> VenueOrder {
    let mut book = Book::default();
    book.apply(&terms().into(), Timestamp::UNIX_EPOCH);
    let sell = ticket("SELL 1 @ 1");
    let mut state = VenueOrder::default();
    for (_, event) in send(&book, 1, 1, &sell) {
        state.apply(&event);
    }
    state
}

fn send(book: &Book, number: u32, of: u32, ticket: &TradeTicket) -> Vec<(crate::shared::StreamId, super::VenueEvent)> {
    let submission = Submission { order: order(number), customer: customer(of), attempt: 1, ticket };
    submit(book, &VenueOrder::default(), &submission, Timestamp::UNIX_EPOCH).events
}

fn cancel_all(mut book: Book, order_of: impl Fn(u32) -> u32) {
    let state = resting();
    for turn in 0..ORDERS {
        let id = order(order_of(turn));
        let decision = undo(&book, &state, &symbol(), id, &StepKind::RouteToVenue, 1);
        assert_eq!(decision.events.len(), 2);
        for (_, event) in decision.events {
            book.apply(&event, Timestamp::UNIX_EPOCH);
        }
    }
    assert_eq!(book.resting_orders(), 0);
    assert_eq!(book.depth(1).asks, []);
}

#[test]
fn orders_are_cancelled_from_anywhere_in_one_long_queue() {
    // 7 and 100,000 have no common divisor, so this hops through all of them.
    cancel_all(deep(|_| 1), |turn| 1 + (turn * 7) % ORDERS);
    cancel_all(deep(|_| 1), |turn| ORDERS - turn);
}

#[test]
fn orders_are_cancelled_on_any_of_many_prices() {
    cancel_all(deep(|number| 1 + number % LEVELS), |turn| 1 + (turn * 7) % ORDERS);
}

#[test]
fn a_deep_book_is_met_from_its_best_price_one_by_one() {
    let mut book = deep(|number| 1 + number % LEVELS);
    let buy = ticket("BUY 1");
    for number in 1..=ORDERS {
        for (_, event) in send(&book, ORDERS + number, 2, &buy) {
            book.apply(&event, Timestamp::UNIX_EPOCH);
        }
        assert_eq!(book.last_price(), Some(price(1 + (number - 1) / (ORDERS / LEVELS))));
    }
    assert_eq!((book.resting_orders(), book.trades()), (0, u64::from(ORDERS)));
}

#[test]
fn a_deep_book_is_swept_in_parts() {
    let mut book = deep(|number| 1 + number % LEVELS);
    let sweep = ticket("BUY 1000");
    for number in 1..=100 {
        for (_, event) in send(&book, ORDERS + number, 2, &sweep) {
            book.apply(&event, Timestamp::UNIX_EPOCH);
        }
    }
    assert_eq!((book.resting_orders(), book.trades()), (0, u64::from(ORDERS)));
}

#[test]
fn a_deep_book_is_written_and_read_back() {
    let book = deep(|number| 1 + number % LEVELS);
    let text = serde_json::to_string(&book).unwrap();
    assert_eq!(serde_json::from_str::<Book>(&text).unwrap(), book);
}
