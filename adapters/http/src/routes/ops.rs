//! What those ask who run the process: is it alive, is it ready, how is it doing, what is it. No caller is asked who it is.

use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue};
use serde::Serialize;
use warp::Filter;
use warp::reply::Response;

use super::{At, Route};
use crate::api::Api;
use crate::call::Call;
use crate::problem::Problem;
use crate::reply;

pub(super) fn routes(api: &Api) -> Vec<Route> {
    vec![livez(api), readyz(api), metrics(api), version(api)]
}

/// Health, as one word.
#[derive(Serialize)]
struct Health<'a> {
    status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

fn health(status: StatusCode, body: &Health<'_>) -> Result<Response, Problem> {
    let mut response = reply::json(status, body)?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// The process runs
///
/// Says nothing about what it depends on: a restart would not mend that.
#[utoipa::path(get, path = "/livez", tag = "operations", operation_id = "livez", responses((status = 200, description = "It runs")))]
pub(crate) fn livez(api: &Api) -> Route {
    let at = At::documented::<__path_livez>(api);
    let filter = warp::path!("livez").and(warp::get()).and(at.call());
    at.serve(
        filter.then(|call: Call| {
            call.answer(async |_| health(StatusCode::OK, &Health { status: "alive", reason: None }))
        }),
    )
}

/// The process takes requests
#[utoipa::path(get, path = "/readyz", tag = "operations", operation_id = "readyz", responses(
    (status = 200, description = "It takes requests"),
    (status = 503, description = "It does not: it is shutting down, or its store is away"),
))]
pub(crate) fn readyz(api: &Api) -> Route {
    let at = At::documented::<__path_readyz>(api);
    let filter = warp::path!("readyz").and(warp::get()).and(at.call());
    at.serve(filter.then(|call: Call| call.answer(ready)))
}

async fn ready(call: Call) -> Result<Response, Problem> {
    match unready(&call.api).await {
        Some(reason) => health(StatusCode::SERVICE_UNAVAILABLE, &Health { status: "unready", reason: Some(&reason) }),
        None => health(StatusCode::OK, &Health { status: "ready", reason: None }),
    }
}

/// Why it takes no requests, if it does not. Only what this process itself needs: other processes have a readiness of their own.
async fn unready(api: &Api) -> Option<String> {
    if api.shutdown().has_begun() {
        return Some("shutting down".to_owned());
    }
    let engine = api.engine();
    if let Some(status) = engine.statuses().all().into_iter().find(|status| status.stopped().is_some()) {
        return Some(format!("the worker {} has stopped", status.name()));
    }
    engine.store().head().await.err().map(|_| "the store is away".to_owned())
}

/// Metrics, for Prometheus
#[utoipa::path(get, path = "/metrics", tag = "operations", operation_id = "metrics", responses(
    (status = 200, description = "Prometheus text format", body = String, content_type = "text/plain"),
))]
pub(crate) fn metrics(api: &Api) -> Route {
    let at = At::documented::<__path_metrics>(api);
    let filter = warp::path!("metrics").and(warp::get()).and(at.call());
    at.serve(filter.then(|call: Call| {
        call.answer(async |call| {
            Ok(reply::text(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", call.api.metrics()))
        })
    }))
}

/// What this program is
#[utoipa::path(get, path = "/version", tag = "operations", operation_id = "version", responses((status = 200, description = "Name, version and source")))]
pub(crate) fn version(api: &Api) -> Route {
    let at = At::documented::<__path_version>(api);
    let filter = warp::path!("version").and(warp::get()).and(at.call());
    at.serve(filter.then(|call: Call| call.answer(async |call| reply::json(StatusCode::OK, call.api.version()))))
}
