//! Which other origins' pages may call. None by default: a browser then keeps them out.

use std::sync::Arc;

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HOST, ORIGIN, VARY,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use warp::reply::Response;

/// The origins that may call from a browser, such as `https://shop.example`.
#[derive(Clone, Debug, Default)]
pub struct Cors {
    origins: Arc<[HeaderValue]>,
}

impl Cors {
    /// Only the server's own pages.
    #[must_use]
    pub fn same_origin() -> Self {
        Self::default()
    }

    /// Also these.
    ///
    /// # Errors
    /// The first one that is no origin: scheme, host and possibly port, without a path.
    pub fn allow<'a>(origins: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let parse = |origin: &'a str| {
            let rest = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
            let valid = rest.is_some_and(|host| !host.is_empty() && !host.contains(['/', '*', ' ', ',']));
            let value = HeaderValue::from_str(origin).ok().filter(|_| valid);
            value.ok_or_else(|| format!("'{origin}' is no origin: write it as https://shop.example"))
        };
        origins.into_iter().map(parse).collect::<Result<_, _>>().map(|origins| Self { origins })
    }

    /// The asking page's origin, if it is allowed.
    pub(super) fn origin(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        if self.origins.is_empty() {
            return None;
        }
        headers.get(ORIGIN).filter(|origin| self.origins.contains(origin)).cloned()
    }

    /// Whether a page of an origin that is not allowed wants to change something. A browser sends simple requests of any page without asking first,
    /// and in `dev` no token tells them apart from one's own.
    pub(super) fn is_foreign(&self, head: &Parts) -> bool {
        if head.method.is_safe() {
            return false;
        }
        let Some(origin) = head.headers.get(ORIGIN) else { return false };
        let own = |host: &HeaderValue| {
            let authority =
                origin.as_bytes().splitn(2, |byte| *byte == b'/').nth(1).and_then(|rest| rest.strip_prefix(b"/"));
            authority == Some(host.as_bytes())
        };
        !self.origins.contains(origin) && !head.headers.get(HOST).is_some_and(own)
    }

    /// The answer to a browser that asks before it sends.
    pub(super) fn preflight(&self, origin: Option<&HeaderValue>, head: &Parts) -> Option<Response> {
        let asks = head.method == Method::OPTIONS && head.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        if origin.is_none() || !asks {
            return None;
        }
        let mut response = Response::default();
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, PUT, DELETE"));
        headers.insert(
            ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static(
                "authorization, content-type, idempotency-key, if-match, if-none-match, last-event-id, traceparent, x-request-id",
            ),
        );
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        Some(response)
    }

    /// Marks an answer as readable for that origin.
    pub(super) fn permit(&self, origin: Option<HeaderValue>, headers: &mut HeaderMap) {
        if self.origins.is_empty() {
            return;
        }
        headers.append(VARY, HeaderValue::from_static("origin"));
        if let Some(origin) = origin {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(
                ACCESS_CONTROL_EXPOSE_HEADERS,
                HeaderValue::from_static("etag, idempotent-replayed, link, location, retry-after, x-request-id"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_origins_are_allowed() {
        assert!(Cors::allow(["https://shop.example", "http://localhost:5173"]).is_ok());
        for wrong in ["*", "shop.example", "https://", "https://a/b", "https://*.example"] {
            assert!(Cors::allow([wrong]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_origin_that_is_not_listed_is_not_repeated() {
        let cors = Cors::allow(["https://shop.example"]).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(ORIGIN, HeaderValue::from_static("https://evil.example"));
        assert_eq!(cors.origin(&headers), None);
        headers.insert(ORIGIN, HeaderValue::from_static("https://shop.example"));
        assert!(cors.origin(&headers).is_some());
    }
}
