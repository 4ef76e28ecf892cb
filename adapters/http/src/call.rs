//! One request on its way through a route: what came in, and how the answer goes out (errors as problems, the measurement).

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue};
use orderflow_application::IdempotencyKey;
use tokio::time::Instant;
use warp::path::FullPath;
use warp::reply::Response;
use warp::{Filter, Rejection};

use crate::api::Api;
use crate::idempotency;
use crate::identity::Caller;
use crate::json::{Checks, Node, Object, fingerprint};
use crate::measure::Measure;
use crate::problem::{Code, Problem, REQUEST_ID};

/// What a handler is given.
pub(crate) struct Call {
    pub(crate) api: Api,
    pub(crate) headers: HeaderMap,
    pub(crate) query: String,
    pub(crate) body: Bytes,
    path: Arc<str>,
    measure: Arc<Measure>,
}

/// A segment of a path, whatever it is: what is wrong with it is for the handler to say.
pub(crate) struct Segment(pub(crate) String);

impl std::str::FromStr for Segment {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl Segment {
    /// What it names.
    ///
    /// # Errors
    /// A violation under the parameter's name.
    pub(crate) fn parse<T: std::str::FromStr>(&self, name: &'static str, expected: &'static str) -> Result<T, Problem> {
        self.0.parse().map_err(|_| Problem::field(name, format!("must be {expected}")))
    }

    /// An id that the engine made.
    pub(crate) fn uuid<T: std::str::FromStr>(&self, name: &'static str) -> Result<T, Problem> {
        self.parse(name, "a UUID")
    }

    /// A name that people chose.
    pub(crate) fn name<T: std::str::FromStr>(&self, name: &'static str) -> Result<T, Problem> {
        self.parse(name, "1 to 64 characters of A-Z a-z 0-9 _ -")
    }
}

/// Takes the request apart for a handler.
pub(crate) fn call(
    api: &Api,
    measure: &Arc<Measure>,
) -> impl Filter<Extract = (Call,), Error = Rejection> + Clone + Send + Sync + 'static {
    let (api, measure) = (api.clone(), measure.clone());
    let query = warp::query::raw().or(warp::any().map(String::new)).unify();
    warp::path::full().and(warp::header::headers_cloned()).and(query).and(warp::body::bytes()).map(
        move |path: FullPath, headers, query, body| Call {
            api: api.clone(),
            headers,
            query,
            body,
            path: path.as_str().into(),
            measure: measure.clone(),
        },
    )
}

impl Call {
    /// Lets a handler answer, and sends what it says.
    pub(crate) async fn answer<F>(self, handler: impl FnOnce(Self) -> F) -> Response
    where
        F: Future<Output = Result<Response, Problem>>,
    {
        let began = Instant::now();
        let (api, path, measure) = (self.api.clone(), self.path.clone(), self.measure.clone());
        let id = self.headers.get(REQUEST_ID).cloned();
        let response = match handler(self).await {
            Ok(mut response) => {
                if let Some(id) = id {
                    response.headers_mut().insert(REQUEST_ID, id);
                }
                response
            }
            Err(problem) => {
                let headers = id.into_iter().map(|id| (HeaderName::from_static(REQUEST_ID), id)).collect();
                api.problems().respond(&problem, &path, &headers)
            }
        };
        measure.took(response.status(), began.elapsed());
        response
    }

    /// Who asks.
    ///
    /// # Errors
    /// Nobody that is known.
    pub(crate) fn caller(&self) -> Result<Caller, Problem> {
        self.api.identify(&self.headers)
    }

    /// The body, as a tree.
    ///
    /// # Errors
    /// It is of another media type, or no JSON.
    pub(crate) fn json(&self) -> Result<Node<'_>, Problem> {
        self.check_media_type()?;
        Node::parse(&self.body)
    }

    /// The body, or an empty object where nothing was sent.
    ///
    /// # Errors
    /// As [`Call::json`].
    pub(crate) fn json_or_empty(&self) -> Result<Node<'_>, Problem> {
        if self.body.is_empty() { Ok(Node::Object(Vec::new())) } else { self.json() }
    }

    /// The idempotency key, if the request brings one; what is none is noted.
    pub(crate) fn key(&self, body: &Node<'_>, checks: &Checks) -> Option<IdempotencyKey> {
        let key = idempotency::optional(&self.headers, checks)?;
        Some(IdempotencyKey { key: key.into(), fingerprint: fingerprint(Some(body)) })
    }

    /// The idempotency key of a request whose body has nothing to say.
    ///
    /// # Errors
    /// The key is none, or the body is not empty.
    pub(crate) fn bare_key(&self) -> Result<Option<IdempotencyKey>, Problem> {
        let body = self.json_or_empty()?;
        let checks = Checks::default();
        let key = self.key(&body, &checks);
        if let Some(object) = Object::root(&body, &checks) {
            object.only(&[]);
        }
        checks.finish(Some(key))
    }

    /// No media type is taken for JSON; a wrong one is refused, since a form could be sent by any page on the web.
    fn check_media_type(&self) -> Result<(), Problem> {
        let Some(value) = self.headers.get(CONTENT_TYPE) else { return Ok(()) };
        let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
        let json = essence.eq_ignore_ascii_case("application/json") || essence.to_ascii_lowercase().ends_with("+json");
        if json {
            return Ok(());
        }
        Err(Problem::new(Code::NotJson, "send the body as JSON, with Content-Type: application/json"))
    }

    /// Whether the client asks for this media type by name.
    pub(crate) fn accepts(&self, media_type: &str) -> bool {
        let named = |value: &HeaderValue| {
            value.to_str().is_ok_and(|all| {
                all.split(',')
                    .any(|one| one.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case(media_type)))
            })
        };
        self.headers.get_all(ACCEPT).iter().any(named)
    }

    /// The W3C trace context, if it is one.
    pub(crate) fn trace(&self) -> Option<Arc<str>> {
        let text = self.headers.get("traceparent")?.to_str().ok()?;
        let hex = text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        (text.len() == 55 && hex).then(|| text.into())
    }

    /// The path, for links to it.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }
}
