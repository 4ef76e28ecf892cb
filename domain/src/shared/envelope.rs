//! What surrounds every recorded event: where it stands, when and why it came to be, who caused it.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CustomerId, EventId, InvalidName, Name, OrderId, OutletId, Timestamp};

/// Place in the log: 1, 2, 3, … without a gap, in commit order. 0 is before the first event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(pub u64);

impl Position {
    /// Before the first event.
    pub const START: Self = Self(0);

    /// The one that follows.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Number of events in a stream; the first event makes it 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub u64);

impl Version {
    /// A stream without events.
    pub const EMPTY: Self = Self(0);

    /// The one that follows.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

macro_rules! categories {
    ($($(#[$doc:meta])* $variant:ident = $code:literal $name:literal,)*) => {
        /// The kind of a stream. Codes and names are stored: append-only.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Category { $($(#[$doc])* $variant,)* }

        impl Category {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stored code.
            #[must_use]
            pub const fn code(self) -> u8 {
                match self { $(Self::$variant => $code,)* }
            }

            /// The stored name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The category with that code.
            #[must_use]
            pub const fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

categories! {
    /// One order; key: order id.
    Order = 1 "order",
    /// What inventory holds for one order; key: order id.
    Reservation = 2 "reservation",
    /// The stock of one item at one outlet; key: `outlet/item`.
    Stock = 3 "stock",
    /// What one order pays; key: order id.
    Payment = 4 "payment",
    /// The parcels of one order; key: order id.
    Shipment = 5 "shipment",
    /// One order's life on the venue; key: order id.
    VenueOrder = 6 "venue-order",
    /// One instrument and its book; key: symbol.
    Book = 7 "book",
    /// Work of an embedding program's own participant for one order; key: order id.
    Task = 8 "task",
}

/// Key of a stream within its category. Its JSON says which of the two it is, since a name may look like a UUID.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "camelCase")]
pub enum StreamKey {
    /// Of one order.
    Id(Uuid),
    /// Of something shared between orders.
    Name(Arc<str>),
}

/// Names one stream: `order-0190…`, `stock-demo/p1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StreamId {
    /// Its kind.
    pub category: Category,
    /// Its key.
    pub key: StreamKey,
}

impl StreamId {
    /// The stream of that kind which belongs to one order.
    #[must_use]
    pub const fn of_order(category: Category, order: OrderId) -> Self {
        Self { category, key: StreamKey::Id(order.0) }
    }

    /// The order's own stream.
    #[must_use]
    pub const fn order(order: OrderId) -> Self {
        Self::of_order(Category::Order, order)
    }

    /// A stream that orders share.
    #[must_use]
    pub fn named(category: Category, name: &str) -> Self {
        Self { category, key: StreamKey::Name(name.into()) }
    }

    /// The order this stream belongs to, if it belongs to one.
    #[must_use]
    pub const fn order_id(&self) -> Option<OrderId> {
        match self.key {
            StreamKey::Id(id) => Some(OrderId(id)),
            StreamKey::Name(_) => None,
        }
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            StreamKey::Id(id) => write!(f, "{}-{id}", self.category.name()),
            StreamKey::Name(name) => write!(f, "{}-{name}", self.category.name()),
        }
    }
}

/// Who caused something. Written `customer:<uuid>`, `operator:<name>`, `system:<name>`, …
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// The customer.
    Customer(CustomerId),
    /// Staff of an outlet.
    Outlet(OutletId),
    /// A courier.
    Courier(Name),
    /// A person who operates the engine.
    Operator(Name),
    /// The engine itself, by the name of the part that acted.
    System(Name),
}

impl Actor {
    /// A part of the engine.
    #[must_use]
    pub fn system(part: &'static str) -> Self {
        Self::System(Name::part(part))
    }

    /// `customer`, `outlet`, `courier`, `operator` or `system`.
    #[must_use]
    pub const fn role(&self) -> &'static str {
        match self {
            Self::Customer(_) => "customer",
            Self::Outlet(_) => "outlet",
            Self::Courier(_) => "courier",
            Self::Operator(_) => "operator",
            Self::System(_) => "system",
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Customer(id) => write!(f, "customer:{id}"),
            Self::Outlet(id) => write!(f, "outlet:{id}"),
            Self::Courier(id) => write!(f, "courier:{id}"),
            Self::Operator(name) => write!(f, "operator:{name}"),
            Self::System(name) => write!(f, "system:{name}"),
        }
    }
}

impl std::str::FromStr for Actor {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let (role, who) = text.split_once(':').ok_or(InvalidName)?;
        Ok(match role {
            "customer" => Self::Customer(who.parse().map_err(|_| InvalidName)?),
            "outlet" => Self::Outlet(OutletId::new(who)?),
            "courier" => Self::Courier(Name::new(who)?),
            "operator" => Self::Operator(Name::new(who)?),
            "system" => Self::System(Name::new(who)?),
            _ => return Err(InvalidName),
        })
    }
}

impl Serialize for Actor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Actor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// W3C trace context, as text, carried through and never interpreted here.
pub type TraceContext = Arc<str>;

/// What is stored around an event's payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The event's id.
    pub id: EventId,
    /// Where it stands in the log.
    pub position: Position,
    /// Its stream.
    pub stream: StreamId,
    /// Its place in the stream, from 1.
    pub version: Version,
    /// When it was decided.
    pub at: Timestamp,
    /// The order that all this is about; none for what concerns no order (a receipt of stock).
    pub correlation: Option<OrderId>,
    /// The event that led here; none where a person or a clock did.
    pub causation: Option<EventId>,
    /// Who caused it.
    pub actor: Actor,
    /// Trace context of the request that led here.
    pub trace: Option<TraceContext>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actors_read_back() {
        for actor in [
            Actor::system("ordering"),
            Actor::Customer(CustomerId(Uuid::from_u128(7))),
            Actor::Operator(Name::new("ann").unwrap()),
        ] {
            assert_eq!(actor.to_string().parse(), Ok(actor));
        }
        assert!("ann".parse::<Actor>().is_err());
    }

    #[test]
    fn a_name_that_looks_like_an_id_stays_a_name() {
        let id = Uuid::from_u128(7);
        for key in [StreamKey::Id(id), StreamKey::Name(id.to_string().into())] {
            let json = serde_json::to_string(&key).unwrap();
            assert_eq!(serde_json::from_str::<StreamKey>(&json).unwrap(), key, "{json}");
        }
    }

    #[test]
    fn category_codes_are_distinct_and_read_back() {
        for category in Category::ALL {
            assert_eq!(Category::from_code(category.code()), Some(*category));
        }
    }
}
