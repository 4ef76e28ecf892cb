//! Where a list goes on: opaque to clients, checked when it comes back.
//!
//! A cursor says which list it belongs to (its sort and filters) and carries a check sum over all of it, so that one that was cut off, altered or
//! moved to another list is a clear error instead of a page from nowhere. The sum is no secret: a cursor opens nothing that the caller's access
//! does not open.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use orderflow_domain::ports::{IndexValue, PageToken};
use sha2::{Digest, Sha256};

use crate::problem::Problem;

const FORM: u8 = 1;
/// The log that positions refer to; rises when a store is copied into another one.
const LOG: u8 = 0;
const CHECK: usize = 8;

/// The text for a client. `list` names sort and filters.
pub(crate) fn write(token: &PageToken, list: &str) -> String {
    let mut bytes = vec![FORM, LOG];
    match &token.value {
        IndexValue::Number(number) => {
            bytes.push(1);
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        IndexValue::Text(text) => {
            bytes.push(2);
            bytes.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        // Terms can't be sorted by.
        IndexValue::None | IndexValue::Terms(_) => bytes.push(0),
    }
    bytes.extend_from_slice(token.key.as_bytes());
    let check = check(&bytes, list);
    bytes.extend_from_slice(&check);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What [`write`] wrote.
///
/// # Errors
/// It was not written here, or for another list.
pub(crate) fn read(text: &str, list: &str) -> Result<PageToken, Problem> {
    decode(text, list).ok_or_else(|| {
        Problem::field(
            "cursor",
            "is not one that this list gave: take nextCursor of the page before, and leave sort and filters as they were",
        )
    })
}

fn decode(text: &str, list: &str) -> Option<PageToken> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (content, sum) = bytes.split_at_checked(bytes.len().checked_sub(CHECK)?)?;
    if check(content, list) != *sum {
        return None;
    }
    let rest = content.strip_prefix(&[FORM, LOG])?;
    let (value, key) = match rest.split_first()? {
        (0, key) => (IndexValue::None, key),
        (1, rest) => {
            let (number, key) = rest.split_first_chunk::<8>()?;
            (IndexValue::Number(i64::from_be_bytes(*number)), key)
        }
        (2, rest) => {
            let (length, rest) = rest.split_first_chunk::<4>()?;
            let (text, key) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
            (IndexValue::Text(Arc::from(std::str::from_utf8(text).ok()?)), key)
        }
        _ => return None,
    };
    Some(PageToken { value, key: Arc::from(std::str::from_utf8(key).ok()?) })
}

fn check(content: &[u8], list: &str) -> [u8; CHECK] {
    let hash = Sha256::new().chain_update(content).chain_update([0xff]).chain_update(list).finalize();
    let mut sum = [0; CHECK];
    sum.copy_from_slice(&hash[..CHECK]);
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens() -> Vec<PageToken> {
        [IndexValue::None, IndexValue::Number(-5), IndexValue::Text("EXECUTED".into())]
            .into_iter()
            .map(|value| PageToken { value, key: "0190".into() })
            .collect()
    }

    #[test]
    fn reads_back_what_it_wrote() {
        for token in tokens() {
            assert_eq!(read(&write(&token, "createdAt"), "createdAt"), Ok(token));
        }
    }

    #[test]
    fn belongs_to_one_list() {
        for token in tokens() {
            let problem = read(&write(&token, "createdAt"), "updatedAt").unwrap_err();
            assert!(problem.errors().get("cursor").is_some());
        }
    }

    #[test]
    fn every_altered_character_is_noticed() {
        let text = write(&tokens()[1], "a");
        for index in 0..text.len() {
            let mut altered = text.clone().into_bytes();
            altered[index] = if altered[index] == b'A' { b'B' } else { b'A' };
            assert!(decode(std::str::from_utf8(&altered).unwrap(), "a").is_none(), "at {index}");
            assert!(decode(&text[..index], "a").is_none(), "cut at {index}");
        }
        assert!(decode("%%%", "a").is_none());
    }
}
