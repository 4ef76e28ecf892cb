//! Lists, timelines and errors.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Order;

/// A page of orders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrderList {
    /// The orders, without steps and personal data.
    pub items: Vec<Order>,
    /// Where the list goes on; absent at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_cursor: Option<String>,
    /// The page, from 0, if pages were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub page: Option<u64>,
    /// Its size, if pages were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub size: Option<u64>,
    /// All orders that match, if pages were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub total_items: Option<u64>,
    /// How many pages that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub total_pages: Option<u64>,
}

/// What happened to an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Timeline {
    /// In order.
    pub items: Vec<TimelineEntry>,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TimelineEntry {
    /// Its id.
    #[schema(format = "uuid")]
    pub event_id: String,
    /// What.
    #[serde(rename = "type")]
    #[schema(example = "ORDER_PLACED")]
    pub kind: String,
    /// When.
    #[schema(format = "date-time")]
    pub at: String,
    /// Who caused it.
    #[schema(example = "system:inventory")]
    pub by: String,
    /// The order's version with it.
    pub version: u64,
    /// The event that led here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uuid")]
    pub caused_by: Option<String>,
    /// What the event says.
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
}

/// An error (RFC 9457).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProblemBody {
    /// What kind of problem, as a URI.
    #[serde(rename = "type")]
    #[schema(example = "urn:orderflow:problem:validation-failed")]
    pub kind: String,
    /// What kind, in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// This occurrence, and what to do about it.
    pub detail: String,
    /// The path that was asked for.
    pub instance: String,
    /// The stable code to branch on.
    #[schema(example = "VALIDATION_FAILED")]
    pub code: String,
    /// For people.
    pub message: String,
    /// Everything that is wrong with the request, by the path of the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = json!({"items[0].quantity": "must be at least 1"}))]
    pub errors: Option<std::collections::BTreeMap<String, String>>,
    /// When.
    #[schema(format = "date-time")]
    pub timestamp: String,
    /// Names the request: the caller's X-Request-Id, or one made here.
    pub request_id: String,
}
