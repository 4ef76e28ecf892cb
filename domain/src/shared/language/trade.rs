//! Trades, as they are asked for.

use serde::{Deserialize, Serialize};

use crate::shared::{Price, Quantity, Symbol};

/// BUY or SELL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Side {
    /// Takes from the asks.
    Buy,
    /// Takes from the bids.
    Sell,
}

impl Side {
    /// The other side.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
        }
    }
}

/// MARKET or LIMIT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum TradeType {
    /// At whatever price there is; never rests.
    Market,
    /// At this price or better.
    Limit,
}

/// How long what can't be filled at once stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum TimeInForce {
    /// Rests until filled or cancelled.
    Gtc,
    /// What can't be filled at once is cancelled.
    Ioc,
    /// All at once, or nothing.
    Fok,
}

/// A trade as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TradeTicket {
    /// What.
    pub instrument: Symbol,
    /// BUY or SELL.
    pub side: Side,
    /// MARKET or LIMIT.
    #[serde(rename = "orderType")]
    pub kind: TradeType,
    /// There for LIMIT, absent for MARKET.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// How much.
    pub quantity: Quantity,
    /// How long.
    pub time_in_force: TimeInForce,
}
