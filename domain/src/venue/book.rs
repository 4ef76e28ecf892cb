//! An instrument and its book: the fold of a `book` stream.

use std::collections::{BTreeMap, VecDeque};

use super::event::{BookMatched, BookRested, VenueEvent};
use super::ladder::{Ladder, Level, Place, Resting, rank};
use super::{Instrument, names};
use crate::shared::{Category, Name, OrderId, Price, Quantity, Side, StreamId, Symbol, Timestamp, limits};

/// One trade on the public tape: no order ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Print {
    /// Its number in this book, from 1.
    pub number: u64,
    /// The resting order's price.
    pub price: Price,
    /// How much.
    pub quantity: Quantity,
    /// The side of the order that came.
    pub side: Side,
    /// When.
    pub at: Timestamp,
}

/// The best prices of both sides, the best first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// What is bid for.
    pub bids: Vec<Level>,
    /// What is on offer.
    pub asks: Vec<Level>,
}

/// An instrument and all that rests there. The default is an instrument that nobody listed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Book {
    pub(super) instrument: Option<Instrument>,
    pub(super) halted: bool,
    pub(super) bids: Ladder,
    pub(super) asks: Ladder,
    /// Where each resting order stands.
    pub(super) places: BTreeMap<OrderId, (Side, Place)>,
    /// Orders that ever came to rest: the next one's arrival.
    pub(super) arrivals: u64,
    pub(super) last_price: Option<Price>,
    pub(super) trades: u64,
    /// The newest trades, the oldest first.
    pub(super) tape: VecDeque<Print>,
}

impl Book {
    /// Version of the fold, for snapshots.
    pub const FOLD: u32 = 1;

    /// The stream of an instrument's book.
    #[must_use]
    pub fn stream(symbol: &Symbol) -> StreamId {
        StreamId::named(Category::Book, symbol.as_str())
    }

    /// Its terms; none if nobody listed it.
    #[must_use]
    pub const fn instrument(&self) -> Option<&Instrument> {
        self.instrument.as_ref()
    }

    /// `true` while it takes no new orders.
    #[must_use]
    pub const fn is_halted(&self) -> bool {
        self.halted
    }

    /// The price of the last trade.
    #[must_use]
    pub const fn last_price(&self) -> Option<Price> {
        self.last_price
    }

    /// How many trades there ever were.
    #[must_use]
    pub const fn trades(&self) -> u64 {
        self.trades
    }

    /// The newest trades, the newest first; at most [`limits::MAX_TAPE`].
    pub fn tape(&self) -> impl Iterator<Item = &Print> {
        self.tape.iter().rev()
    }

    /// The name of one of its trades, as fills give it; none if nobody listed the instrument.
    #[must_use]
    pub fn trade_name(&self, number: u64) -> Option<Name> {
        self.instrument.as_ref().map(|instrument| names::trade(&instrument.symbol, number))
    }

    /// Up to so many prices of each side.
    #[must_use]
    pub fn depth(&self, levels: usize) -> Depth {
        let best = |side: Side| self.side(side).levels().take(levels).cloned().collect();
        Depth { bids: best(Side::Buy), asks: best(Side::Sell) }
    }

    /// How many orders rest.
    #[must_use]
    pub fn resting_orders(&self) -> usize {
        self.places.len()
    }

    /// An order that rests.
    #[must_use]
    pub fn resting(&self, order: OrderId) -> Option<&Resting> {
        let (side, place) = self.places.get(&order)?;
        self.side(*side).get(*place)
    }

    /// All that rests on one side, in the order in which it trades.
    pub fn queue(&self, side: Side) -> impl Iterator<Item = &Resting> {
        self.side(side).queue().map(|(_, resting)| resting)
    }

    pub(super) const fn side(&self, side: Side) -> &Ladder {
        match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        }
    }

    const fn side_mut(&mut self, side: Side) -> &mut Ladder {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }

    /// What the event does. Total: events of other streams, and what can't be, change nothing that matters.
    pub fn apply(&mut self, event: &VenueEvent, at: Timestamp) {
        match event {
            VenueEvent::InstrumentListed(terms) => self.instrument = Some(terms.clone()),
            VenueEvent::InstrumentHalted(_) => self.halted = true,
            VenueEvent::InstrumentResumed(_) => self.halted = false,
            VenueEvent::BookRested(rested) => self.rest(rested),
            VenueEvent::BookMatched(matched) => self.matched(matched, at),
            VenueEvent::BookRemoved(removed) => self.remove(removed.order),
            VenueEvent::Admitted(_)
            | VenueEvent::Refused(_)
            | VenueEvent::Accepted(_)
            | VenueEvent::Rejected(_)
            | VenueEvent::Traded(_)
            | VenueEvent::Filled(_)
            | VenueEvent::Ended(_)
            | VenueEvent::Cancelled(_)
            | VenueEvent::Withdrawn(_) => {}
        }
    }

    fn rest(&mut self, rested: &BookRested) {
        self.remove(rested.order);
        self.arrivals += 1;
        let place = (rank(rested.side, rested.price), self.arrivals);
        self.put(
            rested.side,
            place,
            Resting {
                order: rested.order,
                customer: rested.customer,
                price: rested.price,
                remaining: rested.quantity,
                filled: rested.filled,
                notional: rested.notional,
            },
        );
    }

    pub(super) fn put(&mut self, side: Side, place: Place, resting: Resting) {
        self.places.insert(resting.order, (side, place));
        self.side_mut(side).insert(place, resting);
    }

    fn matched(&mut self, matched: &BookMatched, at: Timestamp) {
        if let Some((side, place)) = self.places.get(&matched.maker).copied()
            && self.side_mut(side).fill(place, matched.quantity)
        {
            self.places.remove(&matched.maker);
        }
        self.trades = matched.number;
        self.last_price = Some(matched.price);
        if self.tape.len() == limits::MAX_TAPE {
            self.tape.pop_front();
        }
        let BookMatched { number, price, quantity, side, .. } = *matched;
        self.tape.push_back(Print { number, price, quantity, side, at });
    }

    fn remove(&mut self, order: OrderId) {
        if let Some((side, place)) = self.places.remove(&order) {
            self.side_mut(side).remove(place);
        }
    }
}
