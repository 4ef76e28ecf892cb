//! Conditions as SQL. Names come from the checked specification, every value is bound.

use std::fmt::Write;

use orderflow_commit::views::field;
use orderflow_domain::ports::{FieldKind, Filter, IndexValue, PageToken, Query, ViewError};
use rusqlite::types::Value;

use super::schema::{Stored, terms};

/// A `WHERE` that grows, and what is bound in it.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    sql: String,
    pub(super) values: Vec<Value>,
}

fn value(value: &IndexValue) -> Option<Value> {
    match value {
        IndexValue::Text(text) => Some(Value::Text(text.to_string())),
        IndexValue::Number(number) => Some(Value::Integer(*number)),
        IndexValue::Terms(_) | IndexValue::None => None,
    }
}

impl Conditions {
    /// The filters, all of which must hold.
    pub(super) fn of(stored: &Stored, filters: &[Filter]) -> Result<Self, ViewError> {
        let mut conditions = Self::default();
        for filter in filters {
            conditions.filter(stored, filter)?;
        }
        Ok(conditions)
    }

    /// ` WHERE …`, or nothing.
    pub(super) fn sql(&self) -> &str {
        &self.sql
    }

    /// The next `?`.
    pub(super) fn bind(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("?{}", self.values.len())
    }

    fn and(&mut self, condition: &str) {
        let word = if self.sql.is_empty() { "WHERE" } else { "AND" };
        // Writing to a string can't fail.
        let _ = write!(self.sql, " {word} ({condition})");
    }

    fn filter(&mut self, stored: &Stored, filter: &Filter) -> Result<(), ViewError> {
        let condition = match filter {
            Filter::OneOf { field: name, values } => {
                let (place, spec) = field(&stored.view, name)?;
                let marks: Vec<_> = values.iter().filter_map(value).map(|value| self.bind(value)).collect();
                let (list, absent) = (marks.join(", "), values.contains(&IndexValue::None));
                match spec.kind {
                    FieldKind::Text | FieldKind::Number if absent => {
                        format!("f_{name} IN ({list}) OR f_{name} IS NULL")
                    }
                    FieldKind::Text | FieldKind::Number => format!("f_{name} IN ({list})"),
                    FieldKind::Terms => {
                        let keys = format!(
                            "SELECT key FROM {} WHERE field = {place}",
                            terms(&stored.view, stored.live.number)
                        );
                        let found = format!("key IN ({keys} AND term IN ({list}))");
                        if absent { format!("{found} OR key NOT IN ({keys})") } else { found }
                    }
                }
            }
            Filter::Between { field: name, from, to } => {
                let mut condition = format!("f_{name} IS NOT NULL");
                for (bound, sign) in [(from, ">="), (to, "<=")] {
                    if let Some(bound) = bound {
                        let mark = self.bind(Value::Integer(*bound));
                        let _ = write!(condition, " AND f_{name} {sign} {mark}");
                    }
                }
                condition
            }
            Filter::Begins { field: name, with } => {
                let (place, _) = field(&stored.view, name)?;
                let from = self.bind(Value::Text(with.to_string()));
                let end = end_of_prefix(with).map(|end| format!(" AND term < {}", self.bind(Value::Text(end))));
                let table = terms(&stored.view, stored.live.number);
                let end = end.unwrap_or_default();
                format!("key IN (SELECT key FROM {table} WHERE field = {place} AND term >= {from}{end})")
            }
        };
        self.and(&condition);
        Ok(())
    }

    /// Only that part of the list.
    pub(super) fn part(&mut self, part: Part<'_>, sort: Option<&str>, descending: bool) {
        let sign = if descending { "<" } else { ">" };
        let condition = match (part, sort) {
            (Part::All, _) | (Part::Absent | Part::Present, None) => return,
            (Part::Absent, Some(name)) => format!("f_{name} IS NULL"),
            (Part::Present, Some(name)) => format!("f_{name} IS NOT NULL"),
            (Part::After(token), sort) => {
                let key = self.bind(Value::Text(token.key.to_string()));
                match (sort, value(&token.value)) {
                    (None, _) => format!("key {sign} {key}"),
                    (Some(name), None) => format!("f_{name} IS NULL AND key {sign} {key}"),
                    (Some(name), Some(value)) => {
                        let mark = self.bind(value);
                        format!("(f_{name}, key) {sign} ({mark}, {key})")
                    }
                }
            }
        };
        self.and(&condition);
    }
}

/// A part of a list. Absent values come first, or last when descending, and are read apart from the others: with an OR between the two, every page
/// would be looked for from the beginning of the list.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part<'a> {
    /// All of it.
    All,
    /// After the last document of a page, as far as values of its kind go.
    After(&'a PageToken),
    /// Documents without the value that is sorted by.
    Absent,
    /// Documents with one.
    Present,
}

impl<'a> Part<'a> {
    /// What is to be read, in this order.
    pub(super) fn of(query: &'a Query) -> Vec<Self> {
        let Some(token) = &query.after else { return vec![Self::All] };
        let after = Self::After(token);
        match (query.order.field, value(&token.value), query.order.descending) {
            (None, _, _) | (Some(_), None, true) | (Some(_), Some(_), false) => vec![after],
            (Some(_), None, false) => vec![after, Self::Present],
            (Some(_), Some(_), true) => vec![after, Self::Absent],
        }
    }
}

/// The least text that is greater than all with this beginning; none if there is none. Texts are compared by their bytes, which for UTF-8 is by their
/// characters.
fn end_of_prefix(prefix: &str) -> Option<String> {
    let mut end = prefix.to_owned();
    while let Some(last) = end.pop() {
        if let Some(next) = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32) {
            end.push(next);
            return Some(end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_prefix_is_beyond_all_that_begins_so() {
        assert_eq!(end_of_prefix("piz").as_deref(), Some("pi{"));
        assert_eq!(end_of_prefix("a\u{10FFFF}").as_deref(), Some("b"));
        assert_eq!(end_of_prefix("\u{D7FF}").as_deref(), Some("\u{E000}"), "there are no characters between");
        assert_eq!(end_of_prefix("\u{10FFFF}"), None);
        assert_eq!(end_of_prefix(""), None);
    }
}
