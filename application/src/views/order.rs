//! One order as the API shows it: the same form from place, get, cancel and lists. Parts that are not there are left out.

use std::str::FromStr;
use std::sync::Arc;

use orderflow_domain::ordering::event::Fulfilment;
use orderflow_domain::ordering::{FillState, LineFulfilment, PaymentState, Stage, Status};
use orderflow_domain::shared::{
    Address, CustomerId, ItemId, Money, Name, OrderId, OutletId, PaymentMethod, Quantity, Reason, Side, StepKind,
    Symbol, TimeInForce, Timestamp, Totals, TradeType, Version,
};
use serde::{Deserialize, Serialize};

use super::Figure;

/// What kind of order it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrderKind {
    /// Goods of an outlet.
    Purchase,
    /// A trade on a venue.
    Trade,
}

impl OrderKind {
    /// The wire name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Purchase => "purchase",
            Self::Trade => "trade",
        }
    }
}

/// Neither `purchase` nor `trade`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be purchase or trade")]
pub struct UnknownKind;

impl FromStr for OrderKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        match text {
            "purchase" => Ok(Self::Purchase),
            "trade" => Ok(Self::Trade),
            _ => Err(UnknownKind),
        }
    }
}

/// See the module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderView {
    /// Its id.
    pub order_id: OrderId,
    /// What kind.
    pub kind: OrderKind,
    /// Where it is.
    pub status: Status,
    /// The customer's word for where it is; none at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// How many events it has; the `ETag`.
    pub version: Version,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// When it was placed.
    pub created_at: Timestamp,
    /// When something last happened to it.
    pub updated_at: Timestamp,
    /// When it came to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Timestamp>,
    /// `true` while what was done is being undone.
    pub undoing: bool,
    /// The customer's note. Not in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What was ordered, of a purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<Vec<LineView>>,
    /// What it comes to, once it is priced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totals: Option<Totals>,
    /// The money, of a purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<PaymentView>,
    /// How it gets to the customer, of a purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fulfilment: Option<FulfilmentView>,
    /// The trade, of a trade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trade: Option<TradeView>,
    /// The plan's steps. Not in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<Vec<StepView>>,
    /// Why it is FAILED or CANCELLED.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<OutcomeView>,
    /// The customer's opinion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<RatingView>,
    /// Refunds that operators asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<RefundView>,
    /// Remarks of staff; the customer sees them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<NoteView>,
}

/// One line; name and prices once it is priced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LineView {
    /// What.
    pub product_id: ItemId,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Arc<str>>,
    /// How many.
    pub quantity: u32,
    /// Per piece.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<Money>,
    /// Of the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Money>,
    /// Where the goods are.
    pub fulfilment: LineFulfilment,
}

/// The money of a purchase. The amounts are there, zero included, once it is priced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentView {
    /// How it is paid.
    pub method: PaymentMethod,
    /// Where the money is.
    pub state: PaymentState,
    /// All that was ever authorised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorised: Option<Money>,
    /// All that was ever captured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured: Option<Money>,
    /// All that went back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunded: Option<Money>,
    /// What the customer has to do now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<ActionView>,
}

/// What the customer has to do before the payment goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ActionView {
    /// Go there and confirm.
    Redirect {
        /// Where.
        url: String,
    },
}

/// How a purchase gets to the customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FulfilmentView {
    /// SHIPPING or DELIVERY.
    #[serde(rename = "type")]
    pub kind: Fulfilment,
    /// Where to. Not in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// The carrier's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<Name>,
    /// Who sells.
    pub outlet: OutletView,
}

/// Who sells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutletView {
    /// Its id.
    pub outlet_id: OutletId,
}

/// A trade and how far it is filled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TradeView {
    /// What.
    pub instrument: Symbol,
    /// BUY or SELL.
    pub side: Side,
    /// MARKET or LIMIT.
    #[serde(rename = "type")]
    pub kind: TradeType,
    /// The limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Figure>,
    /// How long what can't be filled at once stays.
    pub time_in_force: TimeInForce,
    /// How much is wanted.
    pub quantity: Quantity,
    /// How much is filled.
    pub filled_quantity: Quantity,
    /// How much is not.
    pub remaining_quantity: Quantity,
    /// What the fills come to on average.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average_price: Option<Figure>,
    /// How far it is filled.
    pub fill_state: FillState,
    /// Its fills, in order. Lists leave them out where there are more than a hundred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fills: Vec<FillView>,
}

/// One fill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FillView {
    /// The venue's id of the trade.
    pub trade_id: Name,
    /// At which price.
    pub price: Figure,
    /// How much.
    pub quantity: Quantity,
    /// When.
    pub at: Timestamp,
}

/// One step of the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepView {
    /// Which.
    pub step: StepKind,
    /// WAITING, AWAITED, REQUESTED, DONE, RETRYING, FAILED or LOST.
    pub state: String,
    /// Which attempt, from 1; 0 before the first.
    pub attempt: u32,
    /// When it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_at: Option<Timestamp>,
    /// When it was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// When the next attempt is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<Timestamp>,
    /// Why the last attempt that failed did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReasonView>,
    /// REQUESTED, DONE or LAPSED, if it is or was to be undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
}

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonView {
    /// The code.
    pub code: Reason,
    /// For people.
    pub message: String,
}

/// Why an order is FAILED or CANCELLED.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeView {
    /// The code.
    pub code: Reason,
    /// `customer`, `outlet`, `courier`, `operator`, or the part of the engine whose answer it was: `inventory`, `payment`, …
    pub by: String,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// More, where there is more to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<DetailsView>,
}

/// What exactly was wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetailsView {
    /// All lines at fault.
    pub lines: Vec<FaultView>,
}

/// What was wrong with one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FaultView {
    /// Which line, from 0.
    pub line: u32,
    /// Its item.
    pub product_id: ItemId,
    /// The code.
    pub code: Reason,
    /// What there is, where that helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available: Option<u64>,
}

/// The customer's opinion, 1 to 5 each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingView {
    /// Of the order as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<u8>,
    /// Of the outlet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet: Option<u8>,
    /// Of the courier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub courier: Option<u8>,
}

/// A refund that an operator asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefundView {
    /// From 1 within the order.
    pub number: u32,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: String,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When the money went back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunded_at: Option<Timestamp>,
    /// Why it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<ReasonView>,
}

/// A remark of staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteView {
    /// The remark.
    pub text: String,
    /// When.
    pub at: Timestamp,
}
