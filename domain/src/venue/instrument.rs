//! What an instrument admits.

use super::Book;
use super::event::InstrumentListed;
use crate::shared::{Decimal, Failure, Price, Quantity, Reason, TradeTicket, TradeType, limits};

/// An instrument's terms: what its listing says is all there is to them.
pub type Instrument = InstrumentListed;

/// The largest price or quantity that can be written and read back.
pub(super) const LARGEST: Decimal = Decimal::from_units(limits::MAX_WHOLE * 10_i64.pow(limits::MAX_DECIMALS));

impl Instrument {
    /// Digits after the point of an average price: the tick's and four more.
    #[must_use]
    pub fn average_decimals(&self) -> u32 {
        self.tick.decimals() + 4
    }

    /// What total and quantity come to on average, in 10⁻¹⁶ and shares.
    pub(super) fn average(&self, notional: i128, quantity: Quantity) -> Option<Price> {
        Decimal::average(notional, quantity, self.average_decimals())
    }
}

/// The instrument, if the ticket can be traded on it, or why it can't.
///
/// All faults are told, in this order, and the first gives the code: UNKNOWN_INSTRUMENT (and nothing else), MARKET_CLOSED, BAD_TICK, BAD_LOT,
/// OVER_LIMIT. The price of a MARKET order is ignored.
pub(super) fn tradable<'a>(book: &'a Book, ticket: &TradeTicket) -> Result<&'a Instrument, Failure> {
    let Some(instrument) = book.instrument() else {
        let message = format!("there is no instrument {}", ticket.instrument);
        return Err(Failure::definitive(Reason::UnknownInstrument, message));
    };
    let closed = book.is_halted().then(|| (Reason::MarketClosed, format!("{} is halted", instrument.symbol)));
    let faults: Vec<_> = closed
        .into_iter()
        .chain(tick_fault(instrument, ticket))
        .chain(lot_fault(instrument, ticket.quantity))
        .chain(limit_fault(instrument, ticket))
        .collect();
    let Some((reason, _)) = faults.first() else { return Ok(instrument) };
    let told: Vec<_> = faults.iter().map(|(_, message)| message.as_str()).collect();
    Err(Failure::definitive(reason.clone(), told.join("; ")))
}

/// The limit of a ticket; none for a MARKET order, whatever it says.
pub(super) fn limit(ticket: &TradeTicket) -> Option<Price> {
    match ticket.kind {
        TradeType::Market => None,
        TradeType::Limit => ticket.price,
    }
}

fn tick_fault(instrument: &Instrument, ticket: &TradeTicket) -> Option<(Reason, String)> {
    let tick = instrument.tick;
    let message = match (ticket.kind, ticket.price) {
        (TradeType::Market, _) => return None,
        (TradeType::Limit, None) => format!("a LIMIT order needs a price, a multiple of the tick {tick}"),
        (TradeType::Limit, Some(price)) if price.is_positive() && price.is_multiple_of(tick) => return None,
        (TradeType::Limit, Some(price)) => format!("the price {price} is no positive multiple of the tick {tick}"),
    };
    Some((Reason::BadTick, message))
}

fn lot_fault(instrument: &Instrument, quantity: Quantity) -> Option<(Reason, String)> {
    let lot = instrument.lot;
    let fits = quantity.is_positive() && quantity.is_multiple_of(lot);
    (!fits).then(|| (Reason::BadLot, format!("the quantity {quantity} is no positive multiple of the lot {lot}")))
}

fn limit_fault(instrument: &Instrument, ticket: &TradeTicket) -> Option<(Reason, String)> {
    let most = instrument.max_quantity;
    if ticket.quantity > most {
        let message = format!("the quantity {} is beyond the limit of {most} per order", ticket.quantity);
        return Some((Reason::OverLimit, message));
    }
    let price = limit(ticket).filter(|price| *price > LARGEST)?;
    Some((Reason::OverLimit, format!("the price {price} is beyond {LARGEST}")))
}
