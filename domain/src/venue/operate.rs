//! What operators do to instruments. Each returns events of the book's stream, none if it is so already.

use super::event::{InstrumentHalted, InstrumentListed, InstrumentResumed, VenueEvent};
use super::instrument::LARGEST;
use super::{Book, Instrument, Rejection};
use crate::shared::{Actor, Symbol};

/// Lists an instrument, or changes its terms while nothing rests. The currency stays.
///
/// # Errors
/// Terms that can't be, a change while orders rest, or another currency.
pub fn list(book: &Book, terms: InstrumentListed) -> Result<Vec<VenueEvent>, Rejection> {
    sane(&terms)?;
    let Some(now) = book.instrument() else {
        return Ok(vec![terms.into()]);
    };
    if *now == terms {
        return Ok(Vec::new());
    }
    if now.symbol != terms.symbol {
        return Err(Rejection::OtherInstrument(now.symbol.clone()));
    }
    if now.currency != terms.currency {
        return Err(Rejection::OtherCurrency { symbol: terms.symbol, currency: now.currency });
    }
    if book.resting_orders() > 0 {
        return Err(Rejection::OrdersRest { symbol: terms.symbol, resting: book.resting_orders() });
    }
    Ok(vec![terms.into()])
}

/// Takes no new orders from now on; what rests stays and can be cancelled.
///
/// # Errors
/// There is no such instrument.
pub fn halt(book: &Book, symbol: &Symbol, by: Actor) -> Result<Vec<VenueEvent>, Rejection> {
    known(book, symbol)?;
    Ok(if book.is_halted() { Vec::new() } else { vec![InstrumentHalted { by }.into()] })
}

/// Takes new orders again.
///
/// # Errors
/// There is no such instrument.
pub fn resume(book: &Book, symbol: &Symbol, by: Actor) -> Result<Vec<VenueEvent>, Rejection> {
    known(book, symbol)?;
    Ok(if book.is_halted() { vec![InstrumentResumed { by }.into()] } else { Vec::new() })
}

fn known<'a>(book: &'a Book, symbol: &Symbol) -> Result<&'a Instrument, Rejection> {
    let instrument = book.instrument().ok_or_else(|| Rejection::UnknownInstrument(symbol.clone()))?;
    if instrument.symbol == *symbol {
        Ok(instrument)
    } else {
        Err(Rejection::OtherInstrument(instrument.symbol.clone()))
    }
}

fn sane(terms: &Instrument) -> Result<(), Rejection> {
    let possible = |value: crate::shared::Decimal| value.is_positive() && value <= LARGEST;
    if !possible(terms.tick) {
        return Err(Rejection::BadTick(terms.tick));
    }
    if !possible(terms.lot) {
        return Err(Rejection::BadLot(terms.lot));
    }
    if terms.max_quantity < terms.lot || terms.max_quantity > LARGEST {
        return Err(Rejection::BadLimit { given: terms.max_quantity, lot: terms.lot });
    }
    Ok(())
}
