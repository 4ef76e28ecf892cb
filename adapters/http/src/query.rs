//! Reading a query string, with the same rules as bodies: unknown, repeated and malformed parameters are all told at once.

use std::borrow::Cow;

use orderflow_domain::shared::Timestamp;

use crate::json::Checks;

/// The parameters of one request.
pub(crate) struct Params<'q> {
    pairs: Vec<(Cow<'q, str>, Cow<'q, str>)>,
    checks: &'q Checks,
}

impl<'q> Params<'q> {
    /// Those of the query string; others than the known ones are noted.
    pub(crate) fn read(query: &'q str, known: &[&str], checks: &'q Checks) -> Self {
        let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = serde_urlencoded::from_str(query).unwrap_or_else(|_| {
            checks.add("query", "is no query string: encode it as UTF-8 with percent signs");
            Vec::new()
        });
        for (index, (name, _)) in pairs.iter().enumerate() {
            let shown = || name.chars().take(64).collect::<String>();
            if !known.contains(&name.as_ref()) {
                checks.add(shown(), format!("is no parameter here; the parameters are {}", known.join(", ")));
            } else if pairs[..index].iter().any(|(earlier, _)| earlier == name) {
                checks.add(shown(), "is there twice");
            }
        }
        Self { pairs, checks }
    }

    /// A parameter that is there and not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_ref())
            .filter(|text| !text.is_empty())
    }

    /// Notes what is wrong with one.
    pub(crate) fn note(&self, name: &str, message: impl Into<Cow<'static, str>>) {
        self.checks.add(name, message);
    }

    /// One that is parsed; its error is the message.
    pub(crate) fn parsed<T: std::str::FromStr>(&self, name: &str, expected: &str) -> Option<T> {
        let value = self.get(name)?.parse().ok();
        if value.is_none() {
            self.note(name, format!("must be {expected}"));
        }
        value
    }

    /// A whole number within a range. Too much is refused, never cut down: the client would take the shorter page for the last.
    pub(crate) fn number(&self, name: &str, min: u64, max: u64) -> Option<u64> {
        let value = self.parsed::<u64>(name, "a whole number")?;
        if (min..=max).contains(&value) {
            return Some(value);
        }
        self.note(name, format!("must be from {min} to {max}"));
        None
    }

    /// A time.
    pub(crate) fn time(&self, name: &str) -> Option<Timestamp> {
        self.parsed(name, "a time such as 2026-01-31T12:00:00Z (a + in it is written %2B)")
    }

    /// Words of a set, separated by commas.
    pub(crate) fn words<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Option<Vec<T>> {
        let find = |text: &str| words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        let found = self.get(name)?.split(',').map(find).collect::<Option<Vec<_>>>();
        if found.is_none() {
            let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            self.note(name, format!("must be one or more of {}, separated by commas", known.join(" ")));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_violations_at_once() {
        let checks = Checks::default();
        let params =
            Params::read("limit=101&x=1&from=now&status=A,Z&q=a&q=b", &["limit", "from", "status", "q"], &checks);
        assert_eq!(params.number("limit", 1, 100), None);
        assert_eq!(params.time("from"), None);
        assert_eq!(params.words("status", &[("A", 1), ("B", 2)]), None);
        let problem = checks.finish(Some(())).unwrap_err();
        let found: Vec<_> = problem.errors().iter().map(|(name, _)| name).collect();
        assert_eq!(found, ["from", "limit", "q", "status", "x"]);
    }

    #[test]
    fn what_is_right_is_read() {
        let checks = Checks::default();
        let params =
            Params::read("limit=100&from=2026-01-31T12%3A00%3A00Z&status=A,B", &["limit", "from", "status"], &checks);
        assert_eq!(params.number("limit", 1, 100), Some(100));
        assert!(params.time("from").is_some());
        assert_eq!(params.words("status", &[("A", 1), ("B", 2)]), Some(vec![1, 2]));
        assert!(checks.finish(Some(())).is_ok());
    }
}
