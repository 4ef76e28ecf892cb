//! All events of the log: one closed enum over the contexts.

use crate::inventory::event::StockEvent;
use crate::ordering::event::OrderEvent;
use crate::payment::event::PaymentEvent;
use crate::shared::{Envelope, EventType, Published, Routed, StreamId, TimerChange};
use crate::shipping::event::ShipmentEvent;
use crate::tasks::event::TaskEvent;
use crate::venue::event::VenueEvent;

macro_rules! contexts {
    ($($variant:ident($event:ident),)*) => {
        /// An event of any context.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Event {
            $(#[doc = concat!("Of [`", stringify!($event), "`].")] $variant($event),)*
        }

        impl Event {
            /// All types there are.
            pub fn types() -> impl Iterator<Item = EventType> {
                [$($event::TYPES),*].into_iter().flatten().copied()
            }

            /// Its stored type.
            #[must_use]
            pub const fn event_type(&self) -> EventType {
                match self { $(Self::$variant(event) => event.event_type(),)* }
            }

            /// Writes the payload alone; the type stands beside it.
            ///
            /// # Errors
            /// The serializer's.
            pub fn serialize_payload<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $(Self::$variant(event) => event.serialize_payload(serializer),)* }
            }

            /// Reads the payload of the type with that code; `None` for a code that this build does not know.
            ///
            /// # Errors
            /// The deserializer's, for a payload that is not of that type.
            pub fn deserialize_payload<'de, D: serde::Deserializer<'de>>(code: u16, deserializer: D) -> Result<Option<Self>, D::Error> {
                $(if $event::TYPES.iter().any(|known| known.code == code) {
                    return Ok($event::deserialize_payload(code, deserializer)?.map(Self::$variant));
                })*
                Ok(None)
            }
        }

        $(impl From<$event> for Event {
            fn from(event: $event) -> Self {
                Self::$variant(event)
            }
        })*
    };
}

contexts! {
    Order(OrderEvent),
    Stock(StockEvent),
    Payment(PaymentEvent),
    Shipment(ShipmentEvent),
    Venue(VenueEvent),
    Task(TaskEvent),
}

impl Event {
    /// What it says to other contexts; `stream` is the stream that it stands in.
    #[must_use]
    pub fn published(&self, stream: &StreamId) -> Option<Published<'_>> {
        let order = stream.order_id();
        match self {
            Self::Order(event) => event.published(),
            Self::Stock(event) => event.outcome(order?).map(Published::Outcome),
            Self::Payment(event) => event.outcome(order?).map(Published::Outcome),
            Self::Shipment(event) => event.outcome(order?).map(Published::Outcome),
            Self::Venue(event) => event.outcome(order?).map(Published::Outcome),
            Self::Task(event) => event.outcome(order?).map(Published::Outcome),
        }
    }

    /// Who reads it, under which key; none if no other context does.
    #[must_use]
    pub fn routed(&self, stream: &StreamId) -> Option<Routed> {
        self.published(stream).map(|message| message.routed())
    }

    /// What it does to the timers of its stream.
    #[must_use]
    pub fn timer(&self) -> Option<TimerChange> {
        match self {
            Self::Order(event) => event.timer(),
            Self::Payment(event) => event.timer(),
            Self::Stock(_) | Self::Shipment(_) | Self::Venue(_) | Self::Task(_) => None,
        }
    }
}

/// An event as the log holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Where, when, why, by whom.
    pub envelope: Envelope,
    /// What.
    pub event: Event,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_and_codes_are_unique() {
        let types: Vec<_> = Event::types().collect();
        let names: HashSet<_> = types.iter().map(|kind| (kind.name, kind.version)).collect();
        let codes: HashSet<_> = types.iter().map(|kind| kind.code).collect();
        assert_eq!((names.len(), codes.len()), (types.len(), types.len()));
    }
}
