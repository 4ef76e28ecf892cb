//! JSON as a tree that borrows from the text. A field that is there twice is an error: which one counts would be a guess.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use crate::problem::{Code, Problem};

/// One value. Objects keep the order of their fields.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    List(Vec<Self>),
    Object(Vec<(Cow<'a, str>, Self)>),
}

impl<'a> Node<'a> {
    /// Parses a body. Nesting is limited by serde_json (128), since each level takes stack.
    ///
    /// # Errors
    /// [`Code::Malformed`] with the place of the first thing that is no JSON.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, Problem> {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(Problem::new(Code::Malformed, "the body is empty; send a JSON object"));
        }
        serde_json::from_slice(bytes)
            .map_err(|error| Problem::new(Code::Malformed, format!("the body is no acceptable JSON: {error}")))
    }

    /// What it is, for people.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

/// A field's name, borrowed where it has no escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field name")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

impl<'de> Deserialize<'de> for Node<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Tree)
    }
}

struct Tree;

impl<'de> Visitor<'de> for Tree {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Node::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Number::from_f64(value).map(Node::Number).ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Node::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Node::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut fields: Vec<(Cow<'de, str>, Node<'de>)> = Vec::new();
        while let Some(Key(name)) = entries.next_key()? {
            // Beyond a few fields nothing is known to us anyway, and a long list must not cost its square.
            if fields.len() >= MAX_FIELDS {
                return Err(A::Error::custom(format!("an object has at most {MAX_FIELDS} fields")));
            }
            if fields.iter().any(|(known, _)| *known == name) {
                return Err(A::Error::custom(format!("the field `{name}` is there twice")));
            }
            fields.push((name, entries.next_value()?));
        }
        Ok(Node::Object(fields))
    }
}

const MAX_FIELDS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn detail(bytes: &[u8]) -> String {
        format!("{:?}", Node::parse(bytes).unwrap_err())
    }

    #[test]
    fn strings_are_borrowed() {
        let Ok(Node::Object(fields)) = Node::parse(br#"{"a":"b"}"#) else { panic!("an object") };
        assert!(matches!(fields[0], (Cow::Borrowed("a"), Node::Text(Cow::Borrowed("b")))));
    }

    #[test]
    fn what_is_no_json_is_said_with_its_place() {
        assert!(detail(b"{\"items\": [}").contains("line 1 column 12"), "{}", detail(b"{\"items\": [}"));
        assert!(detail(b" ").contains("empty"));
        assert!(detail(b"{\"a\":1,\"a\":2}").contains("`a` is there twice"));
        assert!(detail(b"{} x").contains("trailing characters"));
        assert!(detail(b"\xff").contains("expected value"));
        assert!(detail(b"1e999").contains("out of range"));
    }

    #[test]
    fn nesting_is_limited() {
        let deep = "[".repeat(50_000);
        assert!(detail(deep.as_bytes()).contains("recursion limit"));
    }
}
