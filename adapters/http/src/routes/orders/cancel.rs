//! Cancelling an order.

use http::StatusCode;
use orderflow_application::CancelOrder;
use orderflow_domain::ordering::Status;
use orderflow_domain::shared::OrderId;
use warp::Filter;
use warp::reply::Response;

use crate::api::Api;
use crate::call::{Call, Segment};
use crate::json::{Checks, Object};
use crate::problem::Problem;
use crate::reply;
use crate::routes::{At, Route};
use crate::wire;

/// Cancel an order
///
/// It is cancelled once all that was done for it is undone: 200 if that is so already, 202 while it goes on.
#[utoipa::path(
    post, path = "/api/v1/orders/{id}/cancel", tag = "orders", operation_id = "cancelOrder",
    params(
        ("id" = String, Path, format = "uuid", description = "The order"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters"),
    ),
    request_body(content = wire::Cancel, description = "May be left out"),
    responses(
        (status = 200, description = "Cancelled", body = wire::Order),
        (status = 202, description = "Being cancelled", body = wire::Order),
        (status = 404, description = "Absent, or not yours", body = wire::ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "TOO_LATE_TO_CANCEL", body = wire::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) fn route(api: &Api) -> Route {
    let at = At::documented::<__path_route>(api);
    let filter = warp::path!("api" / "v1" / "orders" / Segment / "cancel").and(warp::post()).and(at.call());
    at.serve(filter.then(|id: Segment, call: Call| call.answer(async move |call| cancel(&id, &call).await)))
}

async fn cancel(id: &Segment, call: &Call) -> Result<Response, Problem> {
    let caller = call.caller()?;
    let order: OrderId = id.uuid("id")?;
    let cancel = {
        let body = call.json_or_empty()?;
        let checks = Checks::default();
        let key = call.key(&body, &checks);
        let comment = Object::root(&body, &checks).map(|object| {
            object.only(&["comment"]);
            object.text("comment")
        });
        let comment = checks.finish(comment)?;
        CancelOrder { order, access: caller.access()?, by: caller.actor()?, comment, key }
    };
    let order = call.api.engine().cancel(cancel).await?;
    let status = if order.status == Status::Cancelled { StatusCode::OK } else { StatusCode::ACCEPTED };
    Ok(reply::versioned(reply::json(status, &order)?, order.version.0))
}
