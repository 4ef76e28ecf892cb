//! One order, the same shape from place, get, cancel and lists.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Address, Money, Note, Outcome, Rating, Refund, Step, TradeState};

/// An order. Parts that are not there are left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Order {
    /// Its id.
    #[schema(format = "uuid")]
    pub order_id: String,
    /// `purchase` or `trade`.
    #[schema(example = "purchase")]
    pub kind: String,
    /// CREATED, VALIDATED, SENT_TO_EXECUTOR, EXECUTING, EXECUTED, CANCELLED or FAILED; the last three are final.
    #[schema(example = "EXECUTING")]
    pub status: String,
    /// The customer's word for where it is; none at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub stage: Option<String>,
    /// How many events it has; the `ETag`.
    pub version: u64,
    /// Whose it is.
    #[schema(format = "uuid")]
    pub customer_id: String,
    /// When it was placed.
    #[schema(format = "date-time")]
    pub created_at: String,
    /// When something last happened to it.
    #[schema(format = "date-time")]
    pub updated_at: String,
    /// When it came to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "date-time")]
    pub completed_at: Option<String>,
    /// `true` while what was done is being undone.
    pub undoing: bool,
    /// The customer's note. Not in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub note: Option<String>,
    /// What was ordered, of a purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub lines: Option<Vec<Line>>,
    /// What it comes to, once it is priced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub totals: Option<Totals>,
    /// The money, of a purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub payment: Option<Payment>,
    /// How it gets to the customer, of a purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub fulfilment: Option<Fulfilment>,
    /// The trade, of a trade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub trade: Option<TradeState>,
    /// The plan's steps. Not in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub steps: Option<Vec<Step>>,
    /// Why it is FAILED or CANCELLED.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub outcome: Option<Outcome>,
    /// The customer's opinion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub rating: Option<Rating>,
    /// Refunds that operators asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<Refund>,
    /// Remarks of staff; the customer sees them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

/// One line; name and prices once it is priced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Line {
    /// What.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    pub product_id: String,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// How many.
    #[schema(minimum = 1)]
    pub quantity: u32,
    /// Per piece.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub unit_price: Option<Money>,
    /// Of the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub total: Option<Money>,
    /// Where the goods are.
    pub fulfilment: String,
}

/// What a purchase comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Totals {
    /// Sum of the lines.
    pub items: Money,
    /// Taken off.
    pub discount: Money,
    /// Delivery fee.
    pub delivery: Money,
    /// Tax that comes on top.
    pub tax: Money,
    /// What is paid.
    pub total: Money,
}

/// The money of a purchase. The amounts are there, zero included, once it is priced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Payment {
    /// CARD, UPI, WALLET or CASH.
    pub method: String,
    /// NONE, ACTION_REQUIRED, AUTHORISED, CAPTURED, PARTLY_REFUNDED, REFUNDED or VOIDED.
    pub state: String,
    /// All that was ever authorised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub authorised: Option<Money>,
    /// All that was ever captured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub captured: Option<Money>,
    /// All that went back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub refunded: Option<Money>,
    /// What the customer has to do now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub action: Option<Action>,
}

/// What the customer has to do before the payment goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Action {
    /// REDIRECT: go there and confirm.
    #[serde(rename = "type")]
    #[schema(example = "REDIRECT")]
    pub kind: String,
    /// Where.
    pub url: String,
}

/// How a purchase gets to the customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fulfilment {
    /// SHIPPING or DELIVERY.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where to. Not in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub address: Option<Address>,
    /// The carrier's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub tracking: Option<String>,
    /// Who sells.
    pub outlet: Outlet,
}

/// Who sells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Outlet {
    /// Its id.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    pub outlet_id: String,
}
