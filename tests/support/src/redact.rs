//! Bodies without what differs from run to run, for snapshots.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

/// The body with its fields in alphabetical order, times as `[time]`, and ids numbered in the order in which they first come: the same id has the same
/// number.
#[must_use]
pub fn redacted(body: &Value) -> Value {
    Redaction::default().value(body)
}

/// Several bodies whose ids are numbered together.
#[derive(Debug, Default)]
pub struct Redaction {
    ids: HashMap<Uuid, usize>,
}

impl Redaction {
    /// The next body.
    #[must_use]
    pub fn value(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(fields) => {
                let sorted: BTreeMap<_, _> = fields.iter().collect();
                Value::Object(sorted.into_iter().map(|(name, value)| (name.clone(), self.value(value))).collect())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    /// Ids are found also where they are a part of a path or a name, with hyphens or without.
    fn text(&mut self, text: &str) -> String {
        if text.parse::<Timestamp>().is_ok() {
            return "[time]".to_owned();
        }
        let mut shown = String::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let mut ids =
                [36, 32].into_iter().filter_map(|length| Some((rest.get(..length)?.parse::<Uuid>().ok()?, length)));
            let length = if let Some((id, length)) = ids.next() {
                let next = self.ids.len() + 1;
                shown += &format!("[id {}]", self.ids.entry(id).or_insert(next));
                length
            } else {
                shown.push(first);
                first.len_utf8()
            };
            rest = &rest[length..];
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_same_id_has_the_same_number() {
        let (one, two) = (crate::uuid(), crate::uuid());
        let body = json!({"b": [one, two, format!("/orders/{one}"), format!("trk_{}_1", two.simple())], "a": "2026-01-01T00:00:00.5Z", "c": "as it is"});
        let expected =
            json!({"a": "[time]", "b": ["[id 1]", "[id 2]", "/orders/[id 1]", "trk_[id 2]_1"], "c": "as it is"});
        assert_eq!(redacted(&body), expected);
    }
}
