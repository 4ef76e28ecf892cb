//! What the order asks of participants.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{OrderLine, PaymentMethod, PaymentToken, Reserve, StepKind, TradeTicket};
use crate::shared::{CustomerId, Money, OrderId, OutletId, Reason, RouteKey, StreamKey};

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
