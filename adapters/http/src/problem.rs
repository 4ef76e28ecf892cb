//! What every error looks like: RFC 9457, with the fields that clients of the second system know (`message`, `errors`, `timestamp`).
//!
//! A problem is a value that handlers return; it becomes a response in one place, where the request's path and id are known.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use orderflow_domain::ports::{Clock, Ids};
use serde::Serialize;
use warp::reply::Response;

/// The media type of every error.
pub(crate) const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");
/// The header by which a caller names its request, and finds it again in an error.
pub(crate) const REQUEST_ID: &str = "x-request-id";

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $status:ident $code:literal $title:literal,)*) => {
        /// What kind of problem, as clients tell them apart. Append-only.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The status it is answered with.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)* }
            }

            /// The stable code.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// What it is, in words that do not depend on the occurrence.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }
        }
    };
}

codes! {
    /// The body can't be read at all.
    Malformed = BAD_REQUEST "MALFORMED_BODY" "The body could not be read",
    /// The request can be read, but not accepted; `errors` says why, all at once.
    Invalid = BAD_REQUEST "VALIDATION_FAILED" "Validation failed",
    /// Nobody is known to be asking.
    Unauthenticated = UNAUTHORIZED "UNAUTHENTICATED" "Sign in first",
    /// Known, but not allowed.
    Forbidden = FORBIDDEN "FORBIDDEN" "Not allowed",
    /// Absent, or not the caller's.
    NotFound = NOT_FOUND "NOT_FOUND" "There is no such thing here",
    /// The path is right, the method is not.
    MethodNotAllowed = METHOD_NOT_ALLOWED "METHOD_NOT_ALLOWED" "The method is not allowed here",
    /// The client was too slow.
    TooSlow = REQUEST_TIMEOUT "REQUEST_TIMEOUT" "The request did not arrive in time",
    /// The state does not allow it.
    Conflict = CONFLICT "CONFLICT" "The present state does not allow it",
    /// Too large.
    TooLarge = PAYLOAD_TOO_LARGE "PAYLOAD_TOO_LARGE" "The body is too large",
    /// Not JSON.
    NotJson = UNSUPPORTED_MEDIA_TYPE "UNSUPPORTED_MEDIA_TYPE" "The body must be JSON",
    /// The same key with another body.
    KeyReused = UNPROCESSABLE_ENTITY "IDEMPOTENCY_KEY_REUSED" "The idempotency key was used for another request",
    /// Too many requests of one caller.
    RateLimited = TOO_MANY_REQUESTS "RATE_LIMITED" "Too many requests",
    /// A bug; the request id leads to the log.
    Internal = INTERNAL_SERVER_ERROR "INTERNAL" "Something went wrong here",
    /// Too many requests of all callers.
    Overloaded = SERVICE_UNAVAILABLE "OVERLOADED" "Too much to do at the moment",
    /// What the request needs can't be reached.
    Unavailable = SERVICE_UNAVAILABLE "UNAVAILABLE" "Not available at the moment",
    /// The handler took too long; whether it took effect is not known.
    TimedOut = SERVICE_UNAVAILABLE "TIMED_OUT" "No answer in time",
}

/// Everything that is wrong with a request, by the path of the field: `items[0].quantity`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Violations(BTreeMap<String, Cow<'static, str>>);

impl Violations {
    /// Adds one; what was first said of a field stays.
    pub fn add(&mut self, path: impl Into<String>, message: impl Into<Cow<'static, str>>) {
        self.0.entry(path.into()).or_insert_with(|| message.into());
    }

    /// `true` if nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is said of a field.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(AsRef::as_ref)
    }

    /// Everything that is said.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, message)| (path.as_str(), message.as_ref()))
    }
}

/// One error, before it is known to which request it is the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem(Box<Inner>);

/// Boxed, so that results which nearly always go well stay small.
#[derive(Clone, Debug, PartialEq)]
struct Inner {
    kind: Code,
    code: Cow<'static, str>,
    detail: Cow<'static, str>,
    errors: Violations,
    retry_after: Option<u32>,
    allow: Option<HeaderValue>,
}

impl Problem {
    /// A problem, and what to do about it.
    #[must_use]
    pub fn new(kind: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            code: Cow::Borrowed(kind.as_str()),
            detail: detail.into(),
            errors: Violations::default(),
            retry_after: None,
            allow: None,
        }))
    }

    /// The request is refused for these reasons.
    #[must_use]
    pub fn invalid(errors: Violations) -> Self {
        let detail = match errors.0.len() {
            1 => Cow::Borrowed("one field can't be accepted; see errors"),
            many => Cow::Owned(format!("{many} fields can't be accepted; see errors")),
        };
        let mut problem = Self::new(Code::Invalid, detail);
        problem.0.errors = errors;
        problem
    }

    /// One field is refused.
    #[must_use]
    pub fn field(path: impl Into<String>, message: impl Into<Cow<'static, str>>) -> Self {
        let mut errors = Violations::default();
        errors.add(path, message);
        Self::invalid(errors)
    }

    /// Absent or not the caller's: the same body for both.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "it does not exist, or it is not yours")
    }

    /// Says more exactly what it is; the status stays.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<Cow<'static, str>>) -> Self {
        self.0.code = code.into();
        self
    }

    /// Asks the client to wait.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// Names the methods that there are.
    #[must_use]
    pub fn allow(mut self, methods: &str) -> Self {
        self.0.allow = HeaderValue::from_str(methods).ok();
        self
    }

    /// What kind of problem.
    #[must_use]
    pub fn kind(&self) -> Code {
        self.0.kind
    }

    /// What is wrong with which field.
    #[must_use]
    pub fn errors(&self) -> &Violations {
        &self.0.errors
    }
}

impl From<Violations> for Problem {
    fn from(errors: Violations) -> Self {
        Self::invalid(errors)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    instance: &'a str,
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Violations::is_empty")]
    errors: &'a Violations,
    timestamp: String,
    request_id: String,
}

/// Turns problems into responses: knows the time and gives requests that brought no id one.
#[derive(Clone)]
pub struct Problems {
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl Problems {
    /// From the process's clock and ids.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        Self { clock, ids }
    }

    /// The body, and the id that it names.
    pub(crate) fn body(&self, problem: &Problem, path: &str, request: Option<&str>) -> (String, String) {
        let now = self.clock.now();
        let id = request.map_or_else(|| self.ids.next(now).to_string(), str::to_owned);
        let body = Body {
            r#type: format!("urn:orderflow:problem:{}", problem.0.code.to_ascii_lowercase().replace('_', "-")),
            title: problem.0.kind.title(),
            status: problem.0.kind.status().as_u16(),
            detail: &problem.0.detail,
            instance: path,
            code: &problem.0.code,
            message: if problem.0.kind == Code::Invalid { problem.0.kind.title() } else { &problem.0.detail },
            errors: &problem.0.errors,
            timestamp: now.to_string(),
            request_id: id.clone(),
        };
        (serde_json::to_string(&body).unwrap_or_default(), id)
    }

    /// The response.
    #[must_use]
    pub fn respond(&self, problem: &Problem, path: &str, headers: &HeaderMap) -> Response {
        let asked = request_id(headers);
        let (body, id) = self.body(problem, path, asked.and_then(|value| value.to_str().ok()));
        if problem.0.kind.status().is_server_error() {
            tracing::warn!(request = %id, code = %problem.0.code, path, detail = %problem.0.detail, "request failed");
        }
        let mut response = Response::new(body.into());
        *response.status_mut() = problem.0.kind.status();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, PROBLEM_JSON);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(id) = HeaderValue::from_str(&id) {
            headers.insert(REQUEST_ID, id);
        }
        if let Some(seconds) = problem.0.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(methods) = &problem.0.allow {
            headers.insert(ALLOW, methods.clone());
        }
        response
    }
}

/// The caller's own id of the request, if it is short and plain enough to be repeated.
fn request_id(headers: &HeaderMap) -> Option<&HeaderValue> {
    let plain =
        |value: &&HeaderValue| (1..=128).contains(&value.len()) && value.as_bytes().iter().all(u8::is_ascii_graphic);
    headers.get(REQUEST_ID).filter(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct() {
        let codes: std::collections::BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(codes.len(), Code::ALL.len());
    }

    #[test]
    fn what_was_first_said_of_a_field_stays() {
        let mut errors = Violations::default();
        errors.add("items", "must not be empty");
        errors.add("items", "must be a list");
        assert_eq!(errors.get("items"), Some("must not be empty"));
    }
}
