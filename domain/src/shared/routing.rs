//! Routing: one pure function from event to who reads it, on which topic and under which key.

use std::sync::Arc;

use super::{Ask, Outcome, StepKind, StepRequest, StreamId, StreamKey, UndoRequest};

/// A context that takes part in carrying out orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// Orchestrates orders.
    Ordering,
    /// Keeps stock.
    Inventory,
    /// Moves money.
    Payment,
    /// Sends parcels.
    Shipping,
    /// Shops and kitchens that approve and prepare.
    Outlets,
    /// Couriers.
    Delivery,
    /// Matches trades.
    Venue,
    /// An embedding program's own participants.
    Tasks,
}

impl Context {
    /// Its name in topics, roles and actors.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ordering => "ordering",
            Self::Inventory => "inventory",
            Self::Payment => "payment",
            Self::Shipping => "shipping",
            Self::Outlets => "outlets",
            Self::Delivery => "delivery",
            Self::Venue => "venue",
            Self::Tasks => "tasks",
        }
    }
}

/// What an event says to other contexts: the message is the event itself, nothing is copied.
#[derive(Clone, Debug, PartialEq)]
pub enum Published<'a> {
    /// Do this step.
    Request(&'a StepRequest),
    /// Undo that step.
    Undo(&'a UndoRequest),
    /// A participant's answer.
    Outcome(Outcome),
}

/// Messages with the same key are processed in order by one reader at a time; a key parks on its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouteKey(pub StreamKey);

impl std::fmt::Display for RouteKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            StreamKey::Id(id) => std::fmt::Display::fmt(id, f),
            StreamKey::Name(name) => f.write_str(name),
        }
    }
}

/// One of the two kinds of topics between contexts. (The third kind, the published history of an aggregate, is the stream's category.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// All that this participant reads.
    Requests(Context),
    /// All that `ordering` reads.
    Outcomes,
}

/// Topic and key of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routed {
    /// Where it goes.
    pub topic: Topic,
    /// Under which key.
    pub key: RouteKey,
}

impl Published<'_> {
    /// Who reads it, under which key.
    #[must_use]
    pub fn routed(&self) -> Routed {
        match self {
            Self::Request(request) => {
                Routed { topic: Topic::Requests(request.step.context()), key: request.ask.route(request.order) }
            }
            Self::Undo(undo) => Routed { topic: Topic::Requests(undo.step.context()), key: undo.route.clone() },
            Self::Outcome(outcome) => Routed { topic: Topic::Outcomes, key: order_key(outcome.order) },
        }
    }
}

fn order_key(order: super::OrderId) -> RouteKey {
    RouteKey(StreamKey::Id(order.0))
}

impl Ask {
    /// The key under which a request of this kind is processed: the instrument for the venue, the outlet for stock, the order otherwise.
    #[must_use]
    pub fn route(&self, order: super::OrderId) -> RouteKey {
        let named = |name: &str| RouteKey(StreamKey::Name(Arc::from(name)));
        match self {
            Self::AdmitTrade(ticket) | Self::RouteToVenue(ticket) => named(ticket.instrument.as_str()),
            Self::ReserveStock(reserve) => named(reserve.outlet.as_str()),
            Self::CommitStock { outlet } => named(outlet.as_str()),
            Self::AuthorisePayment { .. }
            | Self::CapturePayment { .. }
            | Self::Refund { .. }
            | Self::Ship { .. }
            | Self::Custom(_) => order_key(order),
        }
    }
}

impl StepKind {
    /// The context that carries the step out.
    #[must_use]
    pub const fn context(&self) -> Context {
        match self {
            Self::AdmitTrade | Self::RouteToVenue | Self::Fill => Context::Venue,
            Self::ReserveStock | Self::CommitStock => Context::Inventory,
            Self::AuthorisePayment | Self::CapturePayment | Self::Refund => Context::Payment,
            Self::ApproveByOutlet | Self::Prepare => Context::Outlets,
            Self::AssignPartner | Self::PickUp => Context::Delivery,
            Self::Ship | Self::Deliver => Context::Shipping,
            Self::Custom(_) => Context::Tasks,
        }
    }
}

impl StreamId {
    /// The published history of this stream's aggregate: topic and key.
    #[must_use]
    pub const fn history(&self) -> (&'static str, &StreamKey) {
        (self.category.name(), &self.key)
    }
}
