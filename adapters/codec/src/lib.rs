//! The stored form of events: a code for type and version, and the payload as JSON text.
//!
//! A stored event is a contract with every later program, and with whoever reads the published history. So `golden/` holds one sample per
//! event type and version, and a test compares what today's code writes with it. Structs only grow optional fields; what can't be said so
//! gets a new version with a code of its own, and an [`Upcast`] from the old one.
//!
//! A code that this build does not know is its own error ([`DecodeError::Unknown`]): whoever reads the log stalls on it until the program is
//! newer. It is never skipped and never parked.

#![warn(missing_docs)]

pub mod compact;
mod upcast;

pub use upcast::{Codec, Upcast};

use orderflow_domain::event::Event;

/// An event could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{kind} can't be written: {source}")]
pub struct EncodeError {
    /// Which type, with its version.
    pub kind: String,
    /// Why.
    pub source: serde_json::Error,
}

/// A stored event could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// A type or version that this build does not know: it was written by a newer program.
    #[error("event code {0} is not known: a newer program wrote it")]
    Unknown(u16),
    /// The payload is not of its type.
    #[error("an event of code {code} can't be read: {source}")]
    Malformed {
        /// Which type.
        code: u16,
        /// Why.
        source: serde_json::Error,
    },
    /// A compact actor or key is of no known form.
    #[error("{0:?} is no {1}")]
    Form(String, &'static str),
}

/// The code of the event's type and version, and its payload.
///
/// # Errors
/// The payload has a form that JSON can't take; no event of the domain has.
pub fn encode(event: &Event) -> Result<(u16, String), EncodeError> {
    let kind = event.event_type();
    let mut payload = Vec::with_capacity(256);
    event
        .serialize_payload(&mut serde_json::Serializer::new(&mut payload))
        .and_then(|()| String::from_utf8(payload).map_err(serde::ser::Error::custom))
        .map(|payload| (kind.code, payload))
        .map_err(|source| EncodeError { kind: kind.to_string(), source })
}

/// The event that was stored so.
///
/// # Errors
/// An unknown code, or a payload that is not of that type.
pub fn decode(code: u16, payload: &str) -> Result<Event, DecodeError> {
    Codec::CURRENT.decode(code, payload)
}
