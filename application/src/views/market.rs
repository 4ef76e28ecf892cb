//! Market data of the built-in venue. Public, so no order and no customer is in it.

use orderflow_domain::shared::{Currency, Name, Quantity, Side, Symbol, Timestamp};
use orderflow_domain::venue::{Book, Level};
use serde::{Deserialize, Serialize};

use super::Figure;

/// An instrument: its terms, whether it is open, what it last traded at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InstrumentView {
    /// Its symbol.
    pub symbol: Symbol,
    /// What prices are in.
    pub currency: Currency,
    /// Prices are multiples of it.
    pub tick: Quantity,
    /// Quantities are multiples of it.
    pub lot: Quantity,
    /// Largest quantity of one order.
    pub max_quantity: Quantity,
    /// `true` while it takes no new orders.
    pub halted: bool,
    /// Price of the last trade, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_price: Option<Figure>,
}

/// The best prices of both sides, the best first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BookView {
    /// Of which instrument.
    pub instrument: Symbol,
    /// `true` while it takes no new orders.
    pub halted: bool,
    /// What is bid for.
    pub bids: Vec<BookLevel>,
    /// What is on offer.
    pub asks: Vec<BookLevel>,
    /// Price of the last trade, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_price: Option<Figure>,
}

/// All that rests at one price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BookLevel {
    /// The price.
    pub price: Figure,
    /// What is left to fill there.
    pub quantity: Quantity,
    /// How many orders.
    pub orders: u32,
}

/// One trade on the public tape.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TapeView {
    /// Its name, as the fills of its two orders give it.
    pub trade_id: Name,
    /// The resting order's price.
    pub price: Figure,
    /// How much.
    pub quantity: Quantity,
    /// The side of the order that came.
    pub side: Side,
    /// When.
    pub at: Timestamp,
}

impl InstrumentView {
    /// Of a book; none if nobody listed its instrument.
    #[must_use]
    pub fn of(book: &Book) -> Option<Self> {
        let terms = book.instrument()?;
        Some(Self {
            symbol: terms.symbol.clone(),
            currency: terms.currency,
            tick: terms.tick,
            lot: terms.lot,
            max_quantity: terms.max_quantity,
            halted: book.is_halted(),
            last_price: book.last_price().map(|price| Figure::on(Some(terms.tick), price)),
        })
    }
}

impl BookView {
    /// Up to so many prices of each side; none if nobody listed the instrument.
    #[must_use]
    pub fn of(book: &Book, levels: usize) -> Option<Self> {
        let terms = book.instrument()?;
        let shown = |price| Figure::on(Some(terms.tick), price);
        let level = |level: &Level| {
            let Level { price, quantity, orders } = *level;
            BookLevel { price: shown(price), quantity, orders }
        };
        let depth = book.depth(levels);
        Some(Self {
            instrument: terms.symbol.clone(),
            halted: book.is_halted(),
            bids: depth.bids.iter().map(level).collect(),
            asks: depth.asks.iter().map(level).collect(),
            last_price: book.last_price().map(shown),
        })
    }
}

impl TapeView {
    /// Up to so many trades, the newest first; none if nobody listed the instrument.
    #[must_use]
    pub fn of(book: &Book, limit: usize) -> Option<Vec<Self>> {
        let tick = book.instrument()?.tick;
        let trades = book.tape().take(limit).filter_map(|print| {
            Some(Self {
                trade_id: book.trade_name(print.number)?,
                price: Figure::on(Some(tick), print.price),
                quantity: print.quantity,
                side: print.side,
                at: print.at,
            })
        });
        Some(trades.collect())
    }
}
