//! The documentation that the server brings: the OpenAPI document, and Swagger UI on it, from the binary itself.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, HeaderName, LOCATION};
use utoipa_swagger_ui::Config;
use warp::Filter;
use warp::reply::Response;

use super::{At, Route};
use crate::api::Api;
use crate::call::{Call, Segment};
use crate::problem::{Code, Problem};
use crate::reply;

/// Written once: it does not change while the process runs.
static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| crate::openapi::document().to_json().unwrap_or_default().into());

pub(super) fn routes(api: &Api) -> Vec<Route> {
    vec![openapi(api), docs(api), file(api)]
}

/// This document
#[utoipa::path(get, path = "/openapi.json", tag = "operations", operation_id = "openapi", responses((status = 200, description = "OpenAPI 3.1")))]
pub(crate) fn openapi(api: &Api) -> Route {
    let at = At::documented::<__path_openapi>(api);
    let filter = warp::path!("openapi.json").and(warp::get()).and(at.call());
    at.serve(filter.then(|call: Call| {
        call.answer(async |_| {
            let response = reply::text(StatusCode::OK, "application/json", DOCUMENT.clone());
            Ok(reply::with(response, CACHE_CONTROL, "no-cache"))
        })
    }))
}

/// `/docs` and `/docs/` are one path to warp, but the page finds its files only under the latter.
fn docs(api: &Api) -> Route {
    let at = At::new(api, "GET", "/docs");
    let filter = warp::path!("docs").and(warp::get()).and(at.call());
    at.serve(filter.then(|call: Call| {
        call.answer(async |call| {
            if call.path().ends_with('/') {
                return asset("index.html");
            }
            Ok(reply::with(reply::empty(StatusCode::SEE_OTHER), LOCATION, "/docs/"))
        })
    }))
}

fn file(api: &Api) -> Route {
    let at = At::new(api, "GET", "/docs/{file}");
    let filter = warp::path!("docs" / Segment).and(warp::get()).and(at.call());
    at.serve(filter.then(|file: Segment, call: Call| call.answer(async move |_| asset(&file.0))))
}

fn asset(name: &str) -> Result<Response, Problem> {
    let config = Arc::new(Config::from("/openapi.json").try_it_out_enabled(true).validator_url("none"));
    let found = utoipa_swagger_ui::serve(name, config).map_err(|error| {
        tracing::error!(%error, "Swagger UI can't be served");
        Problem::new(Code::Internal, "the documentation could not be read")
    })?;
    let file = found.ok_or_else(Problem::not_found)?;
    let mut response = reply::text(StatusCode::OK, "application/octet-stream", Bytes::from(file.bytes.into_owned()));
    response = reply::with(response, http::header::CONTENT_TYPE, &file.content_type);
    if file.gzpipped {
        response = reply::with(response, CONTENT_ENCODING, "gzip");
    }
    // The page runs its own scripts and asks its own server; nothing else.
    let policy =
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'";
    Ok(reply::with(response, HeaderName::from_static("content-security-policy"), policy))
}
