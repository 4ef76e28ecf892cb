//! One order, now or at any moment before.

use http::StatusCode;
use orderflow_domain::shared::OrderId;
use warp::Filter;
use warp::reply::Response;

use crate::api::Api;
use crate::call::{Call, Segment};
use crate::json::Checks;
use crate::problem::Problem;
use crate::query::Params;
use crate::reply;
use crate::routes::{At, Route};
use crate::wire;

/// Get an order
///
/// Always current. With `asOf`, as it was at that moment.
#[utoipa::path(
    get, path = "/api/v1/orders/{id}", tag = "orders", operation_id = "getOrder",
    params(
        ("id" = String, Path, format = "uuid", description = "The order"),
        ("asOf" = Option<String>, Query, format = "date-time", description = "A moment in the past"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of a version that is known"),
    ),
    responses(
        (status = 200, description = "The order", body = wire::Order, headers(("ETag" = String, description = "Its version"))),
        (status = 304, description = "It has not changed"),
        (status = 404, description = "Absent, or not yours", body = wire::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) fn route(api: &Api) -> Route {
    let at = At::documented::<__path_route>(api);
    let filter = warp::path!("api" / "v1" / "orders" / Segment).and(warp::get()).and(at.call());
    at.serve(filter.then(|id: Segment, call: Call| call.answer(async move |call| show(&id, &call).await)))
}

async fn show(id: &Segment, call: &Call) -> Result<Response, Problem> {
    let access = call.caller()?.access()?;
    let id: OrderId = id.uuid("id")?;
    let as_of = {
        let checks = Checks::default();
        let params = Params::read(&call.query, &["asOf"], &checks);
        let as_of = params.time("asOf");
        drop(params);
        checks.finish(Some(as_of))?
    };
    let order = call.api.engine().order(id, &access, as_of).await?;
    let version = order.version.0;
    if reply::unchanged(&call.headers, version) {
        return Ok(reply::versioned(reply::empty(StatusCode::NOT_MODIFIED), version));
    }
    Ok(reply::versioned(reply::json(StatusCode::OK, &order)?, version))
}
