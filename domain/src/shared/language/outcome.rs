//! What participants answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{PricedLine, StepKind, Totals};
use crate::shared::{Actor, ItemId, Money, Name, OrderId, Price, Quantity, Reason, Timestamp};

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
