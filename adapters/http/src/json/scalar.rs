//! Fields that are single values. Each reader answers none for a field that is absent or wrong; what is wrong has been noted.

use orderflow_domain::shared::limits::{MAX_AMOUNT, MAX_TEXT};
use orderflow_domain::shared::{Currency, Decimal, Money, Name};

use super::{Node, Object};

impl Object<'_, '_> {
    /// A string, as it is.
    pub(crate) fn string(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Node::Text(text) => Some(text),
            other => {
                self.note(name, format!("must be a string, not {}", other.kind()));
                None
            }
        }
    }

    /// Free text: not blank, not too long, without control characters other than line breaks.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let text = self.string(name)?.trim();
        if text.is_empty() {
            self.note(name, "must not be blank");
        } else if text.chars().count() > MAX_TEXT {
            self.note(name, format!("must have at most {MAX_TEXT} characters"));
        } else if text.chars().any(|char| char.is_control() && char != '\n' && char != '\t') {
            self.note(name, "must not have control characters");
        } else {
            return Some(text.to_owned());
        }
        None
    }

    /// A string that is parsed into something; its error is the message.
    pub(crate) fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(&self, name: &str) -> Option<T> {
        match self.string(name)?.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.note(name, format!("{error}"));
                None
            }
        }
    }

    /// A name, such as a payment token.
    pub(crate) fn name(&self, name: &str) -> Option<Name> {
        self.parsed(name)
    }

    /// One of these words.
    pub(crate) fn word<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.string(name)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            self.note(name, format!("must be {}", known.join(" or ")));
        }
        found
    }

    /// A whole number within a range.
    pub(crate) fn integer(&self, name: &str, min: i64, max: i64) -> Option<i64> {
        let node = self.get(name)?;
        let Node::Number(number) = node else {
            self.note(name, format!("must be a whole number, not {}", node.kind()));
            return None;
        };
        match number.as_i64() {
            Some(value) if (min..=max).contains(&value) => return Some(value),
            Some(value) if value < min => self.note(name, format!("must be at least {min}")),
            // What does not fit an i64 is a fraction, or beyond every maximum; or far below every minimum.
            None if number.to_string().starts_with('-') => self.note(name, format!("must be at least {min}")),
            None if number.is_f64() && !number.to_string().contains('e') => self.note(name, "must be a whole number"),
            Some(_) | None => self.note(name, format!("must be at most {max}")),
        }
        None
    }

    /// A count within a range.
    pub(crate) fn count(&self, name: &str, min: u32, max: u32) -> Option<u32> {
        self.integer(name, min.into(), max.into()).and_then(|value| value.try_into().ok())
    }

    /// A boolean.
    pub(crate) fn boolean(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Node::Bool(value) => Some(*value),
            other => {
                self.note(name, format!("must be true or false, not {}", other.kind()));
                None
            }
        }
    }

    /// A decimal above zero, as a string: a number would have gone through a float on its way.
    pub(crate) fn decimal(&self, name: &str) -> Option<Decimal> {
        if let Some(Node::Number(_)) = self.get(name) {
            self.note(name, "must be a decimal in quotes, such as \"101.25\"");
            return None;
        }
        let value = self.parsed::<Decimal>(name)?;
        if !value.is_positive() {
            self.note(name, "must be greater than 0");
            return None;
        }
        Some(value)
    }

    /// An amount of at least `min` minor units.
    pub(crate) fn money(&self, name: &str, min: i64) -> Option<Money> {
        self.nested(name, |object| {
            object.only(&["amount", "currency"]);
            let amount = object.required("amount", object.integer("amount", min, MAX_AMOUNT), "1999 (minor units)");
            let currency = object.required("currency", object.parsed::<Currency>("currency"), "EUR");
            Some(Money::new(amount?, currency?))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Checks;
    use super::*;
    use crate::problem::Violations;

    fn errors(text: &str, read: impl Fn(Object<'_, '_>)) -> Violations {
        let node = Node::parse(text.as_bytes()).unwrap();
        let checks = Checks::default();
        if let Some(object) = Object::root(&node, &checks) {
            read(object);
        }
        checks.finish::<()>(None).unwrap_err().errors().clone()
    }

    #[test]
    fn whole_numbers_say_how_to_mend_them() {
        for (number, message) in [
            ("0", "must be at least 1"),
            ("-5", "must be at least 1"),
            ("-1e30", "must be at least 1"),
            ("11", "must be at most 10"),
            ("99999999999999999999999", "must be at most 10"),
            ("1e30", "must be at most 10"),
            ("1.5", "must be a whole number"),
            ("\"1\"", "must be a whole number, not a string"),
            ("[]", "must be a whole number, not a list"),
        ] {
            let found = errors(&format!("{{\"n\":{number}}}"), |object| assert_eq!(object.integer("n", 1, 10), None));
            assert_eq!(found.get("n"), Some(message), "{number}");
        }
    }

    #[test]
    fn amounts_are_checked_inside() {
        let found = errors(r#"{"m":{"amount":-1,"currency":"eur","x":1}}"#, |object| {
            assert_eq!(object.money("m", 0), None);
        });
        assert_eq!(found.get("m.amount"), Some("must be at least 0"));
        assert_eq!(found.get("m.currency"), Some("must be a three-letter ISO 4217 code such as EUR"));
        assert_eq!(found.get("m.x"), Some("is no field here; the fields are amount, currency"));
    }

    #[test]
    fn decimals_are_strings() {
        let read = |object: Object<'_, '_>| assert_eq!(object.decimal("d"), None);
        assert_eq!(errors(r#"{"d":1.5}"#, read).get("d"), Some("must be a decimal in quotes, such as \"101.25\""));
        assert_eq!(errors(r#"{"d":"0"}"#, read).get("d"), Some("must be greater than 0"));
        assert_eq!(errors(r#"{"d":"-1"}"#, read).get("d"), Some("must be greater than 0"));
        assert_eq!(errors(r#"{"d":"1e5"}"#, read).get("d"), Some("must be a decimal such as \"101.25\""));
    }
}
