//! Books, trades and what orders know of them.

use std::collections::{BTreeMap, HashMap};

use orderflow_domain::event::{Event, Recorded};
use orderflow_domain::shared::{Fill, Name, OrderId, Price, Quantity, Side, StreamId};
use orderflow_domain::venue::event::{BookMatched, VenueEvent};
use orderflow_domain::venue::{Book, Route};

use super::file::File;
use super::report::{Check, Report};

/// A trade of which not everything has been seen.
#[derive(Default)]
struct Trade {
    /// Both orders, price and quantity, as the book says.
    matched: Option<(OrderId, OrderId, Price, Quantity)>,
    fills: Vec<(OrderId, Price, Quantity)>,
}

impl Trade {
    /// Whether book, maker and taker have spoken, and say the same.
    fn agrees(&self) -> bool {
        let Some((maker, taker, price, quantity)) = self.matched else { return false };
        let says = |order| self.fills.iter().filter(|fill| **fill == (order, price, quantity)).count() == 1;
        self.fills.len() == 2 && says(maker) && says(taker)
    }
}

#[derive(Default)]
pub(super) struct Venue {
    books: BTreeMap<StreamId, Book>,
    trades: HashMap<Name, Trade>,
}

impl Venue {
    /// An event of a book.
    pub(super) fn take_book(&mut self, recorded: &Recorded, report: &mut Report) {
        let Event::Venue(event) = &recorded.event else { return };
        let envelope = &recorded.envelope;
        let book = self.books.entry(envelope.stream.clone()).or_default();
        if let VenueEvent::BookMatched(matched) = event {
            let BookMatched { number, maker, taker, price, quantity, .. } = matched;
            if *number != book.trades() + 1 {
                let message = format!("trade {number} follows {}", book.trades());
                report.find(Check::Trades, &envelope.stream, Some(envelope.position), message);
            }
            if let Some(name) = book.trade_name(*number) {
                self.trades.entry(name.clone()).or_default().matched = Some((*maker, *taker, *price, *quantity));
                Self::settle(&mut self.trades, &name);
            }
        }
        book.apply(event, envelope.at);
    }

    /// An event of an order on the venue.
    pub(super) fn take_order(&mut self, order: OrderId, recorded: &Recorded) {
        let Event::Venue(VenueEvent::Traded(traded)) = &recorded.event else { return };
        let Fill { trade, price, quantity, .. } = &traded.fill;
        self.trades.entry(trade.clone()).or_default().fills.push((order, *price, *quantity));
        Self::settle(&mut self.trades, trade);
    }

    fn settle(trades: &mut HashMap<Name, Trade>, name: &Name) {
        if trades.get(name).is_some_and(Trade::agrees) {
            trades.remove(name);
        }
    }

    /// At the end: trades have two sides, and what rests are the open orders. A unit of work writes all of it.
    pub(super) fn check(&self, files: &HashMap<OrderId, File>, report: &mut Report) {
        let mut odd: Vec<_> = self.trades.iter().collect();
        odd.sort_by_key(|(name, _)| name.as_str());
        for (name, trade) in odd {
            let message = format!("book says {:?}, orders say {:?}", trade.matched, trade.fills);
            report.find(Check::Fills, name, None, message);
        }
        for (stream, book) in &self.books {
            for resting in [Side::Buy, Side::Sell].into_iter().flat_map(|side| book.queue(side)) {
                let file = files.get(&resting.order).filter(|file| matches!(file.venue.route(), Route::Working { .. }));
                let left = file.and_then(|file| file.venue.quantity().checked_sub(file.venue.filled()));
                if left != Some(resting.remaining) {
                    let left = left.map_or_else(|| "is not open".to_owned(), |left| format!("has {left} left"));
                    let message = format!("order {} rests with {} and {left}", resting.order, resting.remaining);
                    report.find(Check::Books, stream, None, message);
                }
            }
        }
        for (order, file) in files {
            let Some(symbol) = &file.instrument else { continue };
            let rests = self.books.get(&Book::stream(symbol)).is_some_and(|book| book.resting(*order).is_some());
            if matches!(file.venue.route(), Route::Working { .. }) && !rests {
                report.find(
                    Check::Books,
                    format!("order {order}"),
                    None,
                    format!("is open and not in the book of {symbol}"),
                );
            }
        }
    }
}
