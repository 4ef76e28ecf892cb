//! The OpenAPI document, made of what stands at the routes and the wire types.

use utoipa::OpenApi;

use crate::routes::{docs, ops};

/// OpenAPI 3.1.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "OrderFlow",
        description = "Takes an order exactly once, carries it out step by step, and can tell at any time what happened and why."
    ),
    paths(ops::livez, ops::readyz, ops::metrics, ops::version, docs::openapi)
)]
struct Document;
