//! What an order takes besides a cancel: a rating, refunds, notes. None of them changes its status.

use http::StatusCode;
use orderflow_application::{Access, Rating, RefundOrder};
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

/// Rate an order
///
/// By its owner, once it is over; order, outlet and courier apart. A newer rating replaces the one before.
#[utoipa::path(
    post, path = "/api/v1/orders/{id}/rating", tag = "orders", operation_id = "rateOrder",
    params(("id" = String, Path, format = "uuid", description = "The order"), ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters")),
    request_body = wire::Rating,
    responses(
        (status = 200, description = "The order", body = wire::Order),
        (status = 409, description = "It is not over yet", body = wire::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) fn rating(api: &Api) -> Route {
    let at = At::documented::<__path_rating>(api);
    let filter = warp::path!("api" / "v1" / "orders" / Segment / "rating").and(warp::post()).and(at.call());
    at.serve(filter.then(|id: Segment, call: Call| call.answer(async move |call| rate(&id, &call).await)))
}

async fn rate(id: &Segment, call: &Call) -> Result<Response, Problem> {
    let caller = call.caller()?;
    let (customer, order): (_, OrderId) = (caller.as_customer()?, id.uuid("id")?);
    let (rating, key) = {
        let body = call.json()?;
        let checks = Checks::default();
        let key = call.key(&body, &checks);
        let rating = Object::root(&body, &checks).map(|object| stars(object));
        (checks.finish(rating)?, key)
    };
    let access = Access::Customer(customer);
    let order = call.api.engine().rate(order, &access, &caller.actor()?, rating, key.as_ref()).await?;
    Ok(reply::versioned(reply::json(StatusCode::OK, &order)?, order.version.0))
}

fn stars(object: Object<'_, '_>) -> Rating {
    let names = ["order", "outlet", "courier"];
    object.only(&names);
    let read = |name| object.count(name, 1, 5).and_then(|stars| u8::try_from(stars).ok());
    let rating = Rating { order: read("order"), outlet: read("outlet"), courier: read("courier") };
    if names.iter().all(|name| object.get(name).is_none()) {
        object.note("order", "is required, such as 5, unless outlet or courier is rated");
    }
    rating
}

/// Give money back
///
/// By an operator, with a reason; never more than is captured and not refunded.
#[utoipa::path(
    post, path = "/api/v1/orders/{id}/refunds", tag = "orders", operation_id = "refundOrder",
    params(("id" = String, Path, format = "uuid", description = "The order"), ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters")),
    request_body = wire::NewRefund,
    responses(
        (status = 202, description = "Asked for; `refunds` of the order shows when it is done", body = wire::Order),
        (status = 403, description = "Not an operator", body = wire::ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "REFUND_EXCEEDS_CAPTURED, ORDER_NOT_FINAL", body = wire::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) fn refunds(api: &Api) -> Route {
    let at = At::documented::<__path_refunds>(api);
    let filter = warp::path!("api" / "v1" / "orders" / Segment / "refunds").and(warp::post()).and(at.call());
    at.serve(filter.then(|id: Segment, call: Call| call.answer(async move |call| refund(&id, &call).await)))
}

async fn refund(id: &Segment, call: &Call) -> Result<Response, Problem> {
    let by = call.caller()?.as_operator()?;
    let order: OrderId = id.uuid("id")?;
    let refund = {
        let body = call.json()?;
        let checks = Checks::default();
        let key = call.key(&body, &checks);
        let read = Object::root(&body, &checks).and_then(|object| {
            object.only(&["amount", "reason"]);
            let amount =
                object.required("amount", object.money("amount", 1), "{\"amount\": 1999, \"currency\": \"EUR\"}");
            amount.zip(object.required("reason", object.text("reason"), "\"arrived broken\""))
        });
        let (amount, reason) = checks.finish(read)?;
        RefundOrder { order, access: Access::Staff(by.clone()), by, amount, reason, key }
    };
    let order = call.api.engine().refund(refund).await?;
    Ok(reply::versioned(reply::json(StatusCode::ACCEPTED, &order)?, order.version.0))
}

/// Remark on an order
///
/// By staff. The customer sees it.
#[utoipa::path(
    post, path = "/api/v1/orders/{id}/notes", tag = "orders", operation_id = "noteOrder",
    params(("id" = String, Path, format = "uuid", description = "The order"), ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters")),
    request_body = wire::NewNote,
    responses((status = 200, description = "The order", body = wire::Order))
)]
pub(crate) fn notes(api: &Api) -> Route {
    let at = At::documented::<__path_notes>(api);
    let filter = warp::path!("api" / "v1" / "orders" / Segment / "notes").and(warp::post()).and(at.call());
    at.serve(filter.then(|id: Segment, call: Call| call.answer(async move |call| note(&id, &call).await)))
}

async fn note(id: &Segment, call: &Call) -> Result<Response, Problem> {
    let by = call.caller()?.as_operator()?;
    let order: OrderId = id.uuid("id")?;
    let (text, key) = {
        let body = call.json()?;
        let checks = Checks::default();
        let key = call.key(&body, &checks);
        let text = Object::root(&body, &checks).and_then(|object| {
            object.only(&["text"]);
            object.required("text", object.text("text"), "\"called the customer\"")
        });
        (checks.finish(text)?, key)
    };
    let access = Access::Staff(by.clone());
    let order = call.api.engine().add_note(order, &access, &by, text, key.as_ref()).await?;
    Ok(reply::versioned(reply::json(StatusCode::OK, &order)?, order.version.0))
}
