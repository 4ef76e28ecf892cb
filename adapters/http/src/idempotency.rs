//! The `Idempotency-Key` header: a quoted string as in the IETF draft, or bare as everybody sends it. Both forms are the same key.

use http::HeaderMap;
use orderflow_domain::shared::limits::MAX_KEY;

use crate::json::Checks;

pub(crate) const HEADER: &str = "Idempotency-Key";

/// The key, if the request brings one; what is none is noted.
pub(crate) fn optional(headers: &HeaderMap, checks: &Checks) -> Option<String> {
    let mut values = headers.get_all("idempotency-key").iter();
    let value = values.next()?;
    if values.next().is_some() {
        checks.add(HEADER, "must be sent once");
    }
    let key = value.to_str().ok().and_then(unquote);
    let key = key.filter(|key| (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()));
    if key.is_none() {
        checks.add(HEADER, format!("must be 1 to {MAX_KEY} visible ASCII characters, in quotes or not"));
    }
    key
}

/// The key of a request that must have one.
pub(crate) fn required(headers: &HeaderMap, checks: &Checks) -> Option<String> {
    let key = optional(headers, checks);
    if key.is_none() {
        // Of a key that is there and malformed, that was said first, and stays.
        checks.add(
            HEADER,
            "is required: send a value of your own for each new order, and the same one when you repeat it",
        );
    }
    key
}

fn unquote(text: &str) -> Option<String> {
    let Some(rest) = text.strip_prefix('"') else {
        return Some(text.to_owned());
    };
    let inner = rest.strip_suffix('"')?;
    let mut key = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => key.push(chars.next().filter(|next| matches!(next, '"' | '\\'))?),
            '"' => return None,
            other => key.push(other),
        }
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;

    fn of(value: &str) -> Result<String, Problem> {
        let mut headers = HeaderMap::new();
        headers.insert("idempotency-key", value.parse().unwrap());
        let checks = Checks::default();
        let key = required(&headers, &checks);
        checks.finish(key)
    }

    #[test]
    fn quoted_and_bare_are_the_same_key() {
        assert_eq!(of("abc"), of("\"abc\""));
        assert_eq!(of(r#""a\"b""#), Ok("a\"b".to_owned()));
        assert_eq!(of(&"k".repeat(255)), Ok("k".repeat(255)));
    }

    #[test]
    fn what_is_no_key_names_the_header() {
        for wrong in ["", "\"\"", "a b", "\"abc", r#""a"b""#, r#""a\b""#, "tab\there", &"k".repeat(256)] {
            let problem = of(wrong).unwrap_err();
            assert!(problem.errors().get(HEADER).unwrap().starts_with("must be 1 to 255"), "{wrong:?}");
        }
    }

    #[test]
    fn a_missing_key_is_named() {
        let checks = Checks::default();
        assert_eq!(optional(&HeaderMap::new(), &checks), None);
        assert_eq!(required(&HeaderMap::new(), &checks), None);
        assert!(checks.finish::<()>(None).unwrap_err().errors().get(HEADER).unwrap().starts_with("is required"));
    }
}
