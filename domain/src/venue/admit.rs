//! Can it be traded as asked?

use super::event::{Admitted, Refused, VenueEvent};
use super::instrument::tradable;
use super::{Book, VenueOrder};
use crate::shared::TradeTicket;

/// Answers a request of `AdmitTrade` with an event of the order's stream; none if it was answered or withdrawn before.
///
/// The first fault gives the code, in this order: UNKNOWN_INSTRUMENT, MARKET_CLOSED, BAD_TICK, BAD_LOT, OVER_LIMIT; the message tells all.
#[must_use]
pub fn admit(book: &Book, order: &VenueOrder, attempt: u32, ticket: &TradeTicket) -> Vec<VenueEvent> {
    if order.answered_admission(attempt) {
        return Vec::new();
    }
    let answer = match tradable(book, ticket) {
        Ok(instrument) => Admitted { attempt, reference_price: book.last_price(), tick: instrument.tick }.into(),
        Err(failure) => Refused { attempt, failure }.into(),
    };
    vec![answer]
}
