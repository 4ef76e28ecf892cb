//! Listing, halting, resuming.

use super::super::event::{InstrumentListed, VenueEvent};
use super::super::{Book, Rejection, operate};
use super::{Market, decimal, operator, symbol, terms};
use crate::shared::Symbol;

fn with(change: impl FnOnce(&mut InstrumentListed)) -> InstrumentListed {
    let mut terms = terms();
    change(&mut terms);
    terms
}

#[test]
fn terms_that_cannot_be_are_refused() {
    let none = Book::default();
    for (terms, code) in [
        (with(|terms| terms.tick = decimal("0")), "BAD_TICK"),
        (with(|terms| terms.tick = decimal("-0.01")), "BAD_TICK"),
        (with(|terms| terms.lot = decimal("0")), "BAD_LOT"),
        (with(|terms| terms.lot = decimal("-1")), "BAD_LOT"),
        (with(|terms| terms.max_quantity = decimal("0.5")), "BAD_LIMIT"),
        (with(|terms| terms.max_quantity = crate::shared::Decimal::from_units(i64::MAX)), "BAD_LIMIT"),
    ] {
        assert_eq!(operate::list(&none, terms).map_err(|rejection| rejection.code()), Err(code));
    }
    assert_eq!(operate::list(&none, terms()), Ok(vec![VenueEvent::from(terms())]));
}

#[test]
fn listing_again_changes_nothing_or_the_terms() {
    let mut market = Market::open();
    assert_eq!(operate::list(&market.book, terms()), Ok(vec![]));
    let finer = with(|terms| terms.tick = decimal("0.001"));
    let listed = operate::list(&market.book, finer.clone()).unwrap();
    market.on_book(listed);
    assert_eq!(market.book.instrument(), Some(&finer));
    assert_eq!(market.submit(1, 1, "BUY 1 @ 1.001").last().unwrap(), "book rests #1 1 @ 1.001");
}

#[test]
fn terms_stay_while_orders_rest_and_the_currency_for_ever() {
    let mut market = Market::open();
    market.submit(1, 1, "BUY 1 @ 1");
    let other = with(|terms| terms.lot = decimal("2"));
    assert_eq!(operate::list(&market.book, other.clone()), Err(Rejection::OrdersRest { symbol: symbol(), resting: 1 }));
    assert_eq!(operate::list(&market.book, terms()), Ok(vec![]));
    market.cancel(1);
    assert!(operate::list(&market.book, other).is_ok());

    let dollars = with(|terms| terms.currency = "USD".parse().unwrap());
    assert_eq!(operate::list(&market.book, dollars).map_err(|rejection| rejection.code()), Err("OTHER_CURRENCY"));
    let another = with(|terms| terms.symbol = Symbol::new("GLOBEX").unwrap());
    assert_eq!(operate::list(&market.book, another).map_err(|rejection| rejection.code()), Err("OTHER_INSTRUMENT"));
}

#[test]
fn halting_and_resuming_twice_is_once() {
    let mut market = Market::open();
    assert_eq!(operate::resume(&market.book, &symbol(), operator()), Ok(vec![]));
    market.halt();
    assert!(market.book.is_halted());
    assert_eq!(operate::halt(&market.book, &symbol(), operator()), Ok(vec![]));
    market.resume();
    assert!(!market.book.is_halted());
}

#[test]
fn what_is_not_listed_is_not_halted() {
    let none = Book::default();
    let unknown = Err(Rejection::UnknownInstrument(symbol()));
    assert_eq!(operate::halt(&none, &symbol(), operator()), unknown);
    assert_eq!(operate::resume(&none, &symbol(), operator()), unknown);
    assert!(Rejection::UnknownInstrument(symbol()).may_pass_later());
}
