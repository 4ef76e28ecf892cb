//! What clients are answered.

use std::collections::BTreeMap;

use orderflow_application::views::OrderView;
use orderflow_domain::ordering::Status;
use orderflow_domain::shared::{ItemId, OrderId, Timestamp};
use serde::Serialize;
use warp::Reply;
use warp::http::StatusCode;
use warp::reply::{Response, json, with_status};

use crate::requests::Errors;

/// An order, as it is answered alone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Brief {
    order_id: OrderId,
    status: &'static str,
}

/// An order, as it is listed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listed {
    order_id: OrderId,
    status: &'static str,
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    product_id: Option<ItemId>,
}

#[derive(Serialize)]
struct Refusal<'a> {
    status: u16,
    message: &'a str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    errors: Errors,
    timestamp: Timestamp,
}

/// The four statuses of this service.
const fn status(status: Status) -> &'static str {
    match status {
        Status::Created | Status::Validated | Status::SentToExecutor | Status::Executing => "PENDING",
        Status::Executed => "COMPLETED",
        Status::Cancelled => "CANCELLED",
        Status::Failed => "FAILED",
    }
}

impl From<&OrderView> for Brief {
    fn from(order: &OrderView) -> Self {
        Self { order_id: order.order_id, status: status(order.status) }
    }
}

impl From<&OrderView> for Listed {
    fn from(order: &OrderView) -> Self {
        let product_id = order.lines.iter().flatten().next().map(|line| line.product_id.clone());
        Self { order_id: order.order_id, status: status(order.status), created_at: order.created_at, product_id }
    }
}

pub(crate) fn answer(code: StatusCode, body: &impl Serialize) -> Response {
    with_status(json(body), code).into_response()
}

pub(crate) fn refusal(code: StatusCode, message: &str, errors: Errors, timestamp: Timestamp) -> Response {
    answer(code, &Refusal { status: code.as_u16(), message, errors, timestamp })
}
