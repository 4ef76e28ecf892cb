//! The published language: what the order asks of participants, and what they answer. Participants know requests, not orders.
//!
//! The key of a request at its participant is (order, step, attempt). The attempt rises only after a definitive failure, so a request that is
//! repeated means the same piece of work.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    Actor, CustomerId, ItemId, Money, Name, OrderId, OutletId, Price, Quantity, Reason, RouteKey, StreamKey, Symbol,
    Timestamp,
};

macro_rules! step_kinds {
    ($($(#[$doc:meta])* $variant:ident,)*) => {
        /// A kind of step; a plan has each kind at most once, so the kind names the step.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum StepKind {
            $($(#[$doc])* $variant,)*
            /// A step of an embedding program, carried out by its own participant.
            Custom(Name),
        }

        impl StepKind {
            /// The wire name.
            #[must_use]
            pub fn name(&self) -> &str {
                match self {
                    $(Self::$variant => stringify!($variant),)*
                    Self::Custom(name) => name.as_str(),
                }
            }
        }

        impl FromStr for StepKind {
            type Err = super::InvalidName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(match text {
                    $(stringify!($variant) => Self::$variant,)*
                    other => Self::Custom(Name::new(other)?),
                })
            }
        }
    };
}

step_kinds! {
    /// The venue checks instrument, tick, lot and limits.
    AdmitTrade,
    /// The venue takes the order into its book.
    RouteToVenue,
    /// The venue reports that nothing is left to fill.
    Fill,
    /// Inventory holds the lines and prices them.
    ReserveStock,
    /// Payment authorises the total.
    AuthorisePayment,
    /// The outlet accepts.
    ApproveByOutlet,
    /// The outlet has it ready.
    Prepare,
    /// A courier is found.
    AssignPartner,
    /// The courier has it.
    PickUp,
    /// The carrier has it.
    Ship,
    /// Payment captures what was authorised.
    CapturePayment,
    /// The reserved stock has left the shelf.
    CommitStock,
    /// It is in the customer's hands.
    Deliver,
    /// A part of the money goes back because an operator says so; in no plan, its attempt is the number of the refund.
    Refund,
}

impl fmt::Display for StepKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for StepKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for StepKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

// ---- requests ------------------------------------------------------------------------------------------------------

/// Do this step. Repeating it with the same attempt asks for the same piece of work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepRequest {
    /// For which order.
    pub order: OrderId,
    /// Who placed it.
    pub customer: CustomerId,
    /// Which step.
    pub step: StepKind,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// What to do.
    pub ask: Ask,
}

/// Undo that step. A participant that does not know (order, step, attempt) leaves a tombstone and answers undone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UndoRequest {
    /// For which order.
    pub order: OrderId,
    /// Which step.
    pub step: StepKind,
    /// Which attempt.
    pub attempt: u32,
    /// The key of the request that is undone, so that both are processed by one reader.
    #[serde(with = "route_key")]
    pub route: RouteKey,
    /// Why, for whoever wants to tell people.
    pub reason: Reason,
}

mod route_key {
    use super::{RouteKey, StreamKey};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(key: &RouteKey, serializer: S) -> Result<S::Ok, S::Error> {
        key.0.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RouteKey, D::Error> {
        StreamKey::deserialize(deserializer).map(RouteKey)
    }
}

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Ask {
    /// Check a trade.
    AdmitTrade(TradeTicket),
    /// Take a trade into the book.
    RouteToVenue(TradeTicket),
    /// Hold stock and price it.
    ReserveStock(Reserve),
    /// Authorise an amount.
    AuthorisePayment {
        /// The total of the order.
        amount: Money,
        /// How the customer pays.
        method: PaymentMethod,
        /// What the gateway knows the customer's means of payment by.
        token: PaymentToken,
    },
    /// Hand the lines to a carrier. The address is a document keyed by the order, never part of an event.
    Ship {
        /// From where.
        outlet: OutletId,
        /// What.
        lines: Arc<[OrderLine]>,
        /// Whether there is an address document to look up; otherwise the carrier's default applies.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        addressed: bool,
    },
    /// Capture what was authorised.
    CapturePayment {
        /// At most what was authorised.
        amount: Money,
    },
    /// Give a part of what was captured back.
    Refund {
        /// At most what is captured and not refunded.
        amount: Money,
    },
    /// The reserved stock has left the shelf.
    CommitStock {
        /// From which outlet.
        outlet: OutletId,
    },
    /// A step of an embedding program.
    Custom(CustomAsk),
}

/// What an embedding program's own participant is asked: the order's lines and the plan's own attributes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CustomAsk {
    /// The order's lines, if it has any.
    pub lines: Arc<[OrderLine]>,
    /// What the plan's step says, and whatever the placing program attached.
    pub attributes: BTreeMap<String, String>,
}

/// One line as the customer asked for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderLine {
    /// What.
    pub item: ItemId,
    /// How many, 1 to 10,000.
    pub quantity: u32,
    /// The price that the client says; only an engine with an open catalogue takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_price: Option<Money>,
}

/// Hold these lines at one outlet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reserve {
    /// Where.
    pub outlet: OutletId,
    /// What.
    pub lines: Arc<[OrderLine]>,
    /// If given, another total is PRICE_CHANGED.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_total: Option<Money>,
}

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

/// How a purchase is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PaymentMethod {
    /// Authorised now, captured when it is on its way.
    Card,
    /// Unified Payments Interface.
    Upi,
    /// A stored balance.
    Wallet,
    /// On delivery.
    Cash,
}

/// What a gateway knows a means of payment by; not a card number. 1–64 characters like every name.
pub type PaymentToken = Name;

/// A postal address: personal data, kept in an erasable document of the order, never in an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Address {
    /// Who.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Street and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line1: Option<String>,
    /// Floor, flat, c/o.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    /// Postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// City.
    pub city: String,
    /// ISO 3166 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// The personal data of one order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// Where it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// Where news go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The customer's note to whoever carries the order out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Contact {
    /// `true` if there is nothing to keep.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

// ---- outcomes ------------------------------------------------------------------------------------------------------

/// A participant's answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// For which order.
    pub order: OrderId,
    /// About which step.
    pub step: StepKind,
    /// About which attempt; expected steps, which nobody asked for, say 1.
    pub attempt: u32,
    /// What happened.
    pub result: StepResult,
}

/// What happened to a step at its participant.
#[derive(Clone, Debug, PartialEq)]
pub enum StepResult {
    /// Done.
    Succeeded(Success),
    /// Not done, definitively: for this attempt nothing is held, charged or under way.
    Failed(Failure),
    /// Was done, and came undone by itself (a courier gave the order back): to be asked again.
    Lost(Failure),
    /// Not done yet, but there is news.
    Noted(Note),
    /// A part of a trade.
    Traded(Fill),
    /// As if it had never been asked.
    Undone(Undone),
}

/// What a success brings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Success {
    /// The trade is admitted.
    Admitted {
        /// Last price, if there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference_price: Option<Price>,
        /// The tick, which gives the digits that prices are shown with.
        tick: Price,
    },
    /// The venue has taken it.
    Routed {
        /// The venue's name for it.
        venue_order: Name,
    },
    /// Nothing is left to fill.
    Filled {
        /// All that was filled; equals the sum of the fills.
        quantity: Quantity,
        /// Half-even at the tick's decimals + 4.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        average_price: Option<Price>,
    },
    /// Held and priced.
    Reserved {
        /// Each line with its price.
        lines: Arc<[PricedLine]>,
        /// What it comes to.
        totals: Totals,
    },
    /// Authorised.
    Authorised {
        /// The gateway's reference.
        payment: Name,
        /// How much.
        amount: Money,
    },
    /// The carrier has it.
    HandedOver {
        /// For the customer to follow.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tracking: Option<Name>,
    },
    /// Captured.
    Captured {
        /// How much.
        amount: Money,
    },
    /// Went back to the customer.
    Refunded {
        /// How much.
        amount: Money,
    },
    /// Off the shelf.
    Committed,
    /// In the customer's hands.
    Delivered {
        /// When.
        at: Timestamp,
    },
    /// An embedding program's own participant is done.
    Custom {
        /// What it has to say.
        #[serde(default)]
        attributes: BTreeMap<String, String>,
    },
    /// An operator says that it is done.
    Resolved {
        /// Who.
        by: Actor,
        /// Why.
        reason: String,
    },
}

/// A definitive no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The code.
    pub reason: Reason,
    /// `true` if another attempt may succeed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
    /// For people.
    pub message: String,
    /// All lines at fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<LineFault>,
    /// What the venue had filled when it ended the trade; the order waits for that many fills.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filled: Option<Quantity>,
}

impl Failure {
    /// A refusal that no further attempt can change.
    #[must_use]
    pub fn definitive(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, again: false, message: message.into(), faults: Vec::new(), filled: None }
    }

    /// A technical failure, after which the same may be asked again as a new attempt.
    #[must_use]
    pub fn retriable(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, again: true, message: message.into(), faults: Vec::new(), filled: None }
    }
}

/// What is wrong with one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LineFault {
    /// Which line, from 0.
    pub line: u32,
    /// Its item.
    pub item: ItemId,
    /// The code.
    pub reason: Reason,
    /// What there is, where that helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available: Option<u64>,
}

/// News about a step under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Note {
    /// The customer has to confirm the payment.
    ActionRequired {
        /// Where.
        url: String,
    },
    /// When it is expected.
    Estimate {
        /// Ready at the outlet, or delivered, as the step says.
        at: Timestamp,
    },
    /// The carrier has booked it and gives its number; the parcel is still on the shelf.
    Booked {
        /// For the customer to follow.
        tracking: Name,
    },
    /// Something that people should look at.
    Alarm {
        /// What.
        message: String,
    },
}

/// One trade of one order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fill {
    /// The venue's id of the trade; fills are deduplicated by it.
    pub trade: Name,
    /// The resting order's price.
    pub price: Price,
    /// How much.
    pub quantity: Quantity,
    /// When.
    pub at: Timestamp,
}

/// What an undo came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Undone {
    /// As if it had never been; also for what the participant never knew.
    Nothing,
    /// An authorisation that was not captured is gone.
    Voided {
        /// How much.
        amount: Money,
    },
    /// What was captured went back.
    Refunded {
        /// How much.
        amount: Money,
    },
    /// The rest of a trade was cancelled; what was filled stays.
    RestCancelled {
        /// All that was filled.
        filled: Quantity,
        /// Why the venue ended it, if it was not the undo.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// An operator settled it by hand.
    Resolved {
        /// Who.
        by: Actor,
        /// Why.
        reason: String,
    },
}

/// One line as it is sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PricedLine {
    /// What.
    pub item: ItemId,
    /// Its name at the time.
    pub name: Arc<str>,
    /// How many.
    pub quantity: u32,
    /// Per piece.
    pub unit_price: Money,
    /// Per line.
    pub total: Money,
}

/// The break-down of an order's price, all in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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
