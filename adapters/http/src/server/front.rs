//! What surrounds every request: body and time limits, admission, and what all answers have in common.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::FutureExt;
use http::header::{HeaderName, HeaderValue};
use http::request::Parts;
use http::{Method, Request};
use http_body_util::Full;
use hyper::body::{Body, Incoming};
use hyper::service::Service;
use tokio::time::timeout;
use warp::reply::Response;

use super::monitor::Monitor;
use super::{Cors, Limits, body};
use crate::problem::{Code, Problem, Problems, REQUEST_ID};

const NOSNIFF: HeaderName = HeaderName::from_static("x-content-type-options");

/// One for all connections.
pub(super) struct Front<S> {
    pub(super) routes: S,
    pub(super) limits: Limits,
    pub(super) cors: Cors,
    pub(super) problems: Problems,
    pub(super) in_flight: AtomicUsize,
}

/// Counts a request for as long as it is worked on.
struct Admission<'a>(&'a AtomicUsize);

impl Drop for Admission<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<S> Front<S>
where
    S: Service<Request<Full<Bytes>>, Response = Response, Error = Infallible> + Send + Sync + 'static,
    S::Future: Send,
{
    /// Answers one request. `full`: this connection is one too many.
    pub(super) async fn handle(
        self: Arc<Self>,
        monitor: Arc<Monitor>,
        full: bool,
        mut request: Request<Incoming>,
    ) -> Result<Response, Infallible> {
        monitor.busy();
        if request.method() == Method::HEAD {
            // hyper knows that it was HEAD and leaves the body out.
            *request.method_mut() = Method::GET;
        }
        let (head, incoming) = request.into_parts();
        let origin = self.cors.origin(&head.headers);
        let mut response = match self.body(&head, incoming).await {
            Err(problem) => self.refuse(&problem, &head),
            // The routes count on a path, and CONNECT has none.
            Ok(_) if head.uri.path_and_query().is_none() => self.refuse(&pathless(), &head),
            Ok(_) if full => self.refuse(&overloaded("too many connections"), &head),
            Ok(_) if self.cors.is_foreign(&head) => self.refuse(&foreign(), &head),
            Ok(bytes) => match self.cors.preflight(origin.as_ref(), &head) {
                Some(response) => response,
                None => self.answer(head, bytes).await,
            },
        };
        self.cors.permit(origin, response.headers_mut());
        response.headers_mut().insert(NOSNIFF, HeaderValue::from_static("nosniff"));
        monitor.answered(response.body().size_hint().exact().is_none());
        Ok(response)
    }

    async fn body(&self, head: &Parts, incoming: Incoming) -> Result<Bytes, Problem> {
        if incoming.is_end_stream() {
            return Ok(Bytes::new());
        }
        timeout(self.limits.body_timeout, body::read(head, incoming, &self.limits))
            .await
            .unwrap_or_else(|_| Err(Problem::new(Code::TooSlow, "the body did not arrive in time")))
    }

    async fn answer(&self, head: Parts, bytes: Bytes) -> Response {
        let Some(_admission) = self.admit(head.uri.path()) else {
            return self.refuse(&overloaded("too many requests at the same time"), &head);
        };
        // A clone of the path is a reference count; it is needed only when something goes wrong.
        let uri = head.uri.clone();
        let id = head.headers.get(REQUEST_ID).cloned();
        let call = self.routes.call(Request::from_parts(head, Full::new(bytes)));
        let problem = match timeout(self.limits.handler_timeout, AssertUnwindSafe(call).catch_unwind()).await {
            Ok(Ok(Ok(response))) => return response,
            Ok(Ok(Err(never))) => match never {},
            Ok(Err(_panic)) => Problem::new(Code::Internal, "a bug; the request id leads to the log"),
            Err(_elapsed) => Problem::new(
                Code::TimedOut,
                "it may or may not have taken effect: ask again, with the same Idempotency-Key if it was a POST",
            )
            .retry_after(1),
        };
        let headers = id.into_iter().map(|id| (HeaderName::from_static(REQUEST_ID), id)).collect();
        self.problems.respond(&problem, uri.path(), &headers)
    }

    fn admit(&self, path: &str) -> Option<Admission<'_>> {
        let before = self.in_flight.fetch_add(1, Ordering::Relaxed);
        let admission = Admission(&self.in_flight);
        // Whoever watches the process has to see it above all when it is busy.
        let watches = || matches!(path, "/livez" | "/readyz" | "/metrics");
        (before < self.limits.max_in_flight || watches()).then_some(admission)
    }

    fn refuse(&self, problem: &Problem, head: &Parts) -> Response {
        metrics::counter!("orderflow_http_refused_total", "code" => problem.kind().as_str()).increment(1);
        self.problems.respond(problem, head.uri.path(), &head.headers)
    }
}

fn foreign() -> Problem {
    Problem::new(Code::Forbidden, "pages of this origin may not call: the server's configuration lists those that may")
        .with_code("FOREIGN_ORIGIN")
}

fn pathless() -> Problem {
    Problem::new(Code::MethodNotAllowed, "the request names no path: this is no proxy").allow("GET, HEAD, POST, PUT")
}

fn overloaded(what: &'static str) -> Problem {
    Problem::new(Code::Overloaded, what).retry_after(1)
}
