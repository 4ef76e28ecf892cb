//! What a request comes to.

use std::collections::BTreeSet;

use super::event::VenueEvent;
use crate::shared::{OrderId, StreamId, Symbol};

/// Events for the streams of a book and of orders, in the order in which they enter the log, all in one unit of work.
///
/// Whoever holds one of these streams folded (the book, the order that came, any order that it met) folds the events into it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// Each with its stream.
    pub events: Vec<(StreamId, VenueEvent)>,
}

impl Decision {
    /// The streams that grow, each once. Besides the book and the order that was asked about, these are the streams of the orders that it met:
    /// they were not needed to decide, but a unit of work names the version of each stream that it appends to.
    #[must_use]
    pub fn streams(&self) -> BTreeSet<&StreamId> {
        self.events.iter().map(|(stream, _)| stream).collect()
    }

    /// The events of one stream, in order.
    pub fn of<'a>(&'a self, stream: &'a StreamId) -> impl Iterator<Item = &'a VenueEvent> {
        self.events.iter().filter(move |(of, _)| of == stream).map(|(_, event)| event)
    }

    /// `true` if there is nothing to record: all was answered before.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}

/// Collects the events of one decision.
pub(super) struct Recorder {
    book: StreamId,
    events: Vec<(StreamId, VenueEvent)>,
}

impl Recorder {
    pub(super) fn new(symbol: &Symbol) -> Self {
        Self { book: super::Book::stream(symbol), events: Vec::new() }
    }

    pub(super) fn book(&mut self, event: impl Into<VenueEvent>) {
        self.events.push((self.book.clone(), event.into()));
    }

    pub(super) fn order(&mut self, order: OrderId, event: impl Into<VenueEvent>) {
        self.events.push((super::VenueOrder::stream(order), event.into()));
    }

    pub(super) fn done(self) -> Decision {
        Decision { events: self.events }
    }
}
