//! A trade as part of an order.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A trade and how far it is filled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TradeState {
    /// What.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    pub instrument: String,
    /// BUY or SELL.
    pub side: String,
    /// MARKET or LIMIT.
    #[serde(rename = "type")]
    pub kind: String,
    /// The limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^-?[0-9]+(\\.[0-9]{1,8})?$")]
    pub price: Option<String>,
    /// GTC, IOC or FOK.
    pub time_in_force: String,
    /// How much is wanted.
    #[schema(pattern = "^-?[0-9]+(\\.[0-9]{1,8})?$")]
    pub quantity: String,
    /// How much is filled.
    #[schema(pattern = "^-?[0-9]+(\\.[0-9]{1,8})?$")]
    pub filled_quantity: String,
    /// How much is not.
    #[schema(pattern = "^-?[0-9]+(\\.[0-9]{1,8})?$")]
    pub remaining_quantity: String,
    /// What the fills come to on average.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^-?[0-9]+(\\.[0-9]{1,8})?$")]
    pub average_price: Option<String>,
    /// UNFILLED, PARTIALLY_FILLED or FILLED.
    pub fill_state: String,
    /// Its fills, in order. Lists leave them out where there are more than a hundred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fills: Vec<Fill>,
}

/// One fill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fill {
    /// The venue's id of the trade.
    pub trade_id: String,
    /// At which price.
    #[schema(pattern = "^-?[0-9]+(\\.[0-9]{1,8})?$")]
    pub price: String,
    /// How much.
    #[schema(pattern = "^-?[0-9]+(\\.[0-9]{1,8})?$")]
    pub quantity: String,
    /// When.
    #[schema(format = "date-time")]
    pub at: String,
}
