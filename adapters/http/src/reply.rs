//! Answers that went well.

use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use warp::reply::Response;

use crate::problem::{Code, Problem};

/// A JSON body.
///
/// # Errors
/// It can't be written: a defect.
pub(crate) fn json<T: Serialize + ?Sized>(status: StatusCode, body: &T) -> Result<Response, Problem> {
    let bytes = serde_json::to_vec(body).map_err(|error| {
        tracing::error!(%error, "an answer can't be written as JSON");
        Problem::new(Code::Internal, "the answer could not be written")
    })?;
    let mut response = Response::new(bytes.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// Other text.
pub(crate) fn text(status: StatusCode, media_type: &'static str, body: impl Into<bytes::Bytes>) -> Response {
    let mut response = Response::new(body.into().into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

/// No body.
pub(crate) fn empty(status: StatusCode) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}

/// Adds a header; a value that can't be one is left out.
pub(crate) fn with(mut response: Response, name: HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

/// What a version is called in `ETag`.
pub(crate) fn etag(version: u64) -> String {
    format!("\"{version}\"")
}

/// Marks an answer with its version; what belongs to one caller is kept by no cache between.
pub(crate) fn versioned(response: Response, version: u64) -> Response {
    with(with(response, ETAG, &etag(version)), CACHE_CONTROL, "private, no-cache")
}

/// Whether the client has this version already.
pub(crate) fn unchanged(headers: &HeaderMap, version: u64) -> bool {
    let wanted = etag(version);
    let same = |tag: &str| {
        let tag = tag.trim();
        tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == wanted
    };
    headers.get_all(IF_NONE_MATCH).iter().any(|value| value.to_str().is_ok_and(|tags| tags.split(',').any(same)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_match_in_every_form_a_client_sends() {
        for (sent, same) in
            [("\"7\"", true), ("W/\"7\"", true), ("\"1\", \"7\"", true), ("*", true), ("\"70\"", false), ("7", false)]
        {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, sent.parse().unwrap());
            assert_eq!(unchanged(&headers, 7), same, "{sent}");
        }
        assert!(!unchanged(&HeaderMap::new(), 7));
    }
}
