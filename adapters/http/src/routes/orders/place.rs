//! Placing an order.

use http::StatusCode;
use http::header::{HeaderName, LOCATION};
use orderflow_application::{IdempotencyKey, PlaceOrder};
use orderflow_domain::shared::Actor;
use warp::Filter;
use warp::reply::Response;

use super::placing;
use crate::api::Api;
use crate::call::Call;
use crate::idempotency;
use crate::json::{Checks, Node, fingerprint};
use crate::problem::Problem;
use crate::reply;
use crate::routes::{At, Route};
use crate::wire;

/// Place an order
///
/// A purchase or a trade. The answer comes when the order is durable; carrying it out begins then. What only a participant can know (out of
/// stock, unknown instrument, declined) is no error here: the order is taken and ends FAILED with the reason.
#[utoipa::path(
    post, path = "/api/v1/orders", tag = "orders", operation_id = "placeOrder",
    params(("Idempotency-Key" = String, Header, description = "A value of your own for each new order; with the same one a repeat gives the same order. 1 to 255 visible ASCII characters.")),
    request_body(content = wire::PlaceOrder, examples(
        ("purchase" = (summary = "A purchase", value = json!({"items": [{"productId": "p1", "quantity": 2}]}))),
        ("trade" = (summary = "A trade", value = json!({"kind": "trade", "instrument": "ACME", "side": "BUY", "type": "LIMIT", "price": "101.25", "quantity": "10"}))),
    )),
    responses(
        (status = 201, description = "Taken", body = wire::Order, headers(("Location" = String, description = "Where it is"))),
        (status = 200, description = "Was taken before, under the same key; as it is now", body = wire::Order, headers(("Idempotent-Replayed" = String, description = "true"))),
        (status = 400, description = "Malformed or invalid; `errors` says all that is wrong", body = wire::ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The key was used with another body", body = wire::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) fn route(api: &Api) -> Route {
    let at = At::documented::<__path_route>(api);
    let filter = warp::path!("api" / "v1" / "orders").and(warp::post()).and(at.call());
    at.serve(filter.then(|call: Call| call.answer(place)))
}

async fn place(call: Call) -> Result<Response, Problem> {
    let customer = call.caller()?.as_customer()?;
    let body = call.json()?;
    let order = read(&call, &body, customer)?;
    let placement = call.api.engine().place(order).await?;
    if placement.replayed {
        let response = reply::json(StatusCode::OK, &placement.order)?;
        let response = reply::versioned(response, placement.order.version.0);
        return Ok(reply::with(response, HeaderName::from_static("idempotent-replayed"), "true"));
    }
    let response = reply::json(StatusCode::CREATED, &placement.order)?;
    let response = reply::versioned(response, placement.order.version.0);
    Ok(reply::with(response, LOCATION, &format!("/api/v1/orders/{}", placement.order.order_id)))
}

fn read(call: &Call, body: &Node<'_>, customer: orderflow_domain::shared::CustomerId) -> Result<PlaceOrder, Problem> {
    let checks = Checks::default();
    let key = idempotency::required(&call.headers, &checks);
    let placing = placing::read(body, call.api.defaults(), &checks);
    let (key, placing) = checks.finish(key.zip(placing))?;
    Ok(PlaceOrder {
        actor: Actor::Customer(customer),
        customer,
        wanted: placing.wanted,
        plan: None,
        contact: placing.contact,
        key: Some(IdempotencyKey { key: key.into(), fingerprint: fingerprint(Some(body)) }),
        trace: call.trace(),
    })
}
