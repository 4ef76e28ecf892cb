//! What is sent to place an order, and to act on one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Address, Money};

/// A purchase. Outlet, address and payment have configured defaults, so that `items` alone are a whole order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlacePurchase {
    /// `purchase`, which is also what an order without `kind` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^purchase$")]
    pub kind: Option<String>,
    /// Who sells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^[A-Za-z0-9_-]{1,64}$")]
    pub outlet_id: Option<String>,
    /// What.
    #[schema(min_items = 1, max_items = 100)]
    pub items: Vec<NewLine>,
    /// How it gets to the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub fulfilment: Option<PlaceFulfilment>,
    /// How it is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub payment: Option<PlacePayment>,
    /// If given, another total ends the order as PRICE_CHANGED.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub expected_total: Option<Money>,
    /// For whoever carries the order out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 256)]
    pub note: Option<String>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewLine {
    /// What.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    pub product_id: String,
    /// How many.
    #[schema(minimum = 1, maximum = 10000)]
    pub quantity: u32,
}

/// How it gets to the customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlaceFulfilment {
    /// SHIPPING; DELIVERY is refused until there are couriers.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^SHIPPING$")]
    pub kind: Option<String>,
    /// Where to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub address: Option<Address>,
}

/// How it is paid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlacePayment {
    /// CARD, UPI or WALLET.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^(CARD|UPI|WALLET)$")]
    pub method: Option<String>,
    /// What the gateway knows the means of payment by. The simulated one does as the token says: tok_visa, tok_declined,
    /// tok_insufficient_funds, tok_timeout_charged, tok_timeout_lost, tok_action, tok_slow, tok_capture_fails_once, tok_capture_fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^[A-Za-z0-9_-]{1,64}$", example = "tok_visa")]
    pub token: Option<String>,
}

/// A trade.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlaceTrade {
    /// `trade`.
    #[schema(pattern = "^trade$")]
    pub kind: String,
    /// What.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    pub instrument: String,
    /// BUY or SELL.
    #[schema(pattern = "^(BUY|SELL)$")]
    pub side: String,
    /// MARKET or LIMIT.
    #[serde(rename = "type")]
    #[schema(pattern = "^(MARKET|LIMIT)$")]
    pub trade_type: String,
    /// Needed for LIMIT, ignored for MARKET.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^[0-9]+(\\.[0-9]{1,8})?$", example = "101.25")]
    pub price: Option<String>,
    /// How much.
    #[schema(pattern = "^[0-9]+(\\.[0-9]{1,8})?$", example = "10")]
    pub quantity: String,
    /// GTC for LIMIT and IOC for MARKET if absent; a MARKET order is never GTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^(GTC|IOC|FOK)$")]
    pub time_in_force: Option<String>,
    /// For whoever carries the order out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 256)]
    pub note: Option<String>,
}

/// Why an order is to be cancelled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cancel {
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 256)]
    pub comment: Option<String>,
}

/// A refund.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewRefund {
    /// At most what is captured and not refunded.
    pub amount: Money,
    /// Why.
    #[schema(min_length = 1, max_length = 256)]
    pub reason: String,
}

/// A remark; keep personal data out of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewNote {
    /// The remark.
    #[schema(min_length = 1, max_length = 256)]
    pub text: String,
}

/// An order that is to be placed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum PlaceOrder {
    /// A purchase.
    Purchase(PlacePurchase),
    /// A trade.
    Trade(PlaceTrade),
}
