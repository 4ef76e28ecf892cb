//! Market data of the built-in venue.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An instrument to create, or new terms for it while nothing rests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewInstrument {
    /// Its symbol.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$", example = "ACME")]
    pub symbol: String,
    /// What prices are in; EUR if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^[A-Z]{3}$")]
    pub currency: Option<String>,
    /// Prices are multiples of it.
    #[schema(example = "0.01")]
    pub tick: String,
    /// Quantities are multiples of it.
    #[schema(example = "1")]
    pub lot: String,
    /// Largest quantity of one order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "1000000")]
    pub max_quantity: Option<String>,
}

/// An instrument.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Instrument {
    /// Its symbol.
    pub symbol: String,
    /// What prices are in.
    pub currency: String,
    /// Prices are multiples of it.
    pub tick: String,
    /// Quantities are multiples of it.
    pub lot: String,
    /// Largest quantity of one order.
    pub max_quantity: String,
    /// `true` while it takes no new orders.
    pub halted: bool,
    /// Price of the last trade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last_price: Option<String>,
}

/// Instruments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InstrumentList {
    /// By symbol.
    pub items: Vec<Instrument>,
    /// Where the list goes on; absent at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_cursor: Option<String>,
    /// The page, from 0, if pages were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub page: Option<u64>,
    /// Its size, if pages were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub size: Option<u64>,
    /// All instruments, if pages were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub total_items: Option<u64>,
    /// How many pages that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub total_pages: Option<u64>,
}

/// The best prices of both sides, the best first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Book {
    /// Of which instrument.
    pub instrument: String,
    /// `true` while it takes no new orders.
    pub halted: bool,
    /// What is bid for.
    pub bids: Vec<BookLevel>,
    /// What is on offer.
    pub asks: Vec<BookLevel>,
    /// Price of the last trade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last_price: Option<String>,
}

/// All that rests at one price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BookLevel {
    /// The price.
    pub price: String,
    /// What is left to fill there.
    pub quantity: String,
    /// How many orders.
    pub orders: u32,
}

/// The public tape; it shows no orders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TradeList {
    /// The newest first.
    pub items: Vec<Trade>,
}

/// One trade.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Trade {
    /// Its name, as the fills of its two orders give it.
    pub trade_id: String,
    /// The resting order's price.
    pub price: String,
    /// How much.
    pub quantity: String,
    /// The side of the order that came.
    pub side: String,
    /// When.
    #[schema(format = "date-time")]
    pub at: String,
}
