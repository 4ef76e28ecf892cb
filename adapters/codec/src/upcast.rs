//! Old versions, read as if they had been written today.

use orderflow_domain::event::Event;
use serde_json::Value;

use crate::DecodeError;

/// How a version that is no longer written becomes a later one.
#[derive(Clone, Copy, Debug)]
pub struct Upcast {
    /// The code of the old version.
    pub from: u16,
    /// The code that its payload has afterwards, by another upcast perhaps again an old one.
    pub to: u16,
    /// The change.
    pub change: fn(Value) -> Value,
}

/// A set of upcasts.
#[derive(Clone, Copy, Debug)]
pub struct Codec {
    upcasts: &'static [Upcast],
}

impl Codec {
    /// That of this build. So far every type is in its first version.
    pub const CURRENT: Self = Self::new(&[]);

    /// One with those upcasts. Each leads to a code greater than its own, so that reading ends.
    #[must_use]
    pub const fn new(upcasts: &'static [Upcast]) -> Self {
        Self { upcasts }
    }

    /// The event that was stored so.
    ///
    /// # Errors
    /// As [`crate::decode`].
    pub fn decode(&self, code: u16, payload: &str) -> Result<Event, DecodeError> {
        let malformed = |source| DecodeError::Malformed { code, source };
        let Some(upcast) = self.upcast(code) else {
            let mut reader = serde_json::Deserializer::from_str(payload);
            let event = Event::deserialize_payload(code, &mut reader).map_err(malformed)?;
            let event = event.ok_or(DecodeError::Unknown(code))?;
            return reader.end().map(|()| event).map_err(malformed);
        };
        let mut value = (upcast.change)(serde_json::from_str(payload).map_err(malformed)?);
        let mut code = upcast.to;
        while let Some(upcast) = self.upcast(code) {
            value = (upcast.change)(value);
            code = upcast.to;
        }
        Event::deserialize_payload(code, value).map_err(malformed)?.ok_or(DecodeError::Unknown(code))
    }

    fn upcast(&self, code: u16) -> Option<&Upcast> {
        self.upcasts.iter().find(|upcast| upcast.from == code && upcast.to > code)
    }
}

#[cfg(test)]
mod tests {
    use orderflow_domain::ordering::event::{NoteAdded, OrderEvent};
    use serde_json::json;

    use super::*;
    use crate::{decode, encode};

    fn note(text: &str) -> Event {
        OrderEvent::from(NoteAdded { text: text.to_owned() }).into()
    }

    /// Two older forms of `order.note_added`, under codes that were never given.
    const OLD: Codec = Codec::new(&[
        Upcast { from: 1, to: 2, change: |value| json!({ "remark": value }) },
        Upcast { from: 2, to: 122, change: |value| json!({ "text": value["remark"] }) },
    ]);

    #[test]
    fn old_versions_are_lifted_step_by_step() {
        assert_eq!(OLD.decode(1, r#""fragile""#).unwrap(), note("fragile"));
        assert_eq!(OLD.decode(2, r#"{"remark":"fragile"}"#).unwrap(), note("fragile"));
        assert_eq!(OLD.decode(122, r#"{"text":"fragile"}"#).unwrap(), note("fragile"));
    }

    #[test]
    fn an_unknown_code_is_an_error_of_its_own() {
        assert!(matches!(decode(1, "{}"), Err(DecodeError::Unknown(1))));
        assert!(matches!(decode(9_999, "not even JSON"), Err(DecodeError::Unknown(9_999))));
    }

    #[test]
    fn a_payload_of_another_form_is_malformed() {
        for payload in ["{}", r#"{"text":1}"#, r#"{"text":"a"} and more"#, ""] {
            assert!(matches!(decode(122, payload), Err(DecodeError::Malformed { code: 122, .. })), "{payload}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let (code, payload) = encode(&note("frágil \"x\"")).unwrap();
        assert_eq!(decode(code, &payload).unwrap(), note("frágil \"x\""));
    }
}
