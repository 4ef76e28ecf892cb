//! Reads a request's body before anything is decided about it. Then a refusal never leaves a client in the middle of sending, and
//! no route has to remember the limit.

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, EXPECT};
use http::request::Parts;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};

use super::Limits;
use crate::problem::{Code, Problem};

/// The whole body.
///
/// # Errors
/// Too large, or the client broke off.
pub(super) async fn read(head: &Parts, mut body: Incoming, limits: &Limits) -> Result<Bytes, Problem> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let announced = head.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let too_large = announced.is_some_and(|length| length > limits.max_body_bytes);
    if too_large && head.headers.contains_key(EXPECT) {
        // The client waits for a 100 before it sends: nothing to drain.
        return Err(refusal(limits));
    }
    if !too_large && let Some(first) = next(&mut body).await? {
        // Nearly every body is one frame: no copy.
        return if body.is_end_stream() && first.len() <= limits.max_body_bytes {
            Ok(first)
        } else {
            rest(first, body, limits).await
        };
    }
    if too_large {
        drain(body, limits.drain_bytes).await;
        return Err(refusal(limits));
    }
    Ok(Bytes::new())
}

async fn rest(first: Bytes, mut body: Incoming, limits: &Limits) -> Result<Bytes, Problem> {
    let mut whole = BytesMut::from(first);
    while whole.len() <= limits.max_body_bytes {
        match next(&mut body).await? {
            Some(data) => whole.extend_from_slice(&data),
            None => return Ok(whole.freeze()),
        }
    }
    drain(body, limits.drain_bytes.saturating_sub(whole.len())).await;
    Err(refusal(limits))
}

async fn next(body: &mut Incoming) -> Result<Option<Bytes>, Problem> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem::new(Code::Malformed, "the body broke off"))?;
        if let Ok(data) = frame.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

/// Reads and drops, so that the client gets to the answer.
async fn drain(mut body: Incoming, limit: usize) {
    let mut dropped = 0;
    while dropped < limit {
        match next(&mut body).await {
            Ok(Some(data)) => dropped += data.len(),
            Ok(None) | Err(_) => return,
        }
    }
}

fn refusal(limits: &Limits) -> Problem {
    Problem::new(Code::TooLarge, format!("a body has at most {} bytes", limits.max_body_bytes))
}
