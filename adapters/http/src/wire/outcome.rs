//! How the carrying out of an order went, and what came after.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Money;

/// One step of the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    /// Which.
    #[schema(example = "ReserveStock")]
    pub step: String,
    /// Where it is: WAITING, REQUESTED, DONE, FAILED, …
    pub state: String,
    /// Which attempt, from 1; 0 before the first.
    pub attempt: u32,
    /// When it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "date-time")]
    pub requested_at: Option<String>,
    /// When it was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "date-time")]
    pub finished_at: Option<String>,
    /// When the next attempt is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "date-time")]
    pub retry_at: Option<String>,
    /// Why the last attempt that failed did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<Reason>,
    /// REQUESTED, DONE or LAPSED, if it is or was to be undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub undo: Option<String>,
}

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reason {
    /// The code.
    pub code: String,
    /// For people.
    pub message: String,
}

/// Why an order is FAILED or CANCELLED.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Outcome {
    /// The code.
    #[schema(example = "OUT_OF_STOCK")]
    pub code: String,
    /// `customer`, `outlet`, `courier`, `operator`, or the part of the engine whose answer it was.
    #[schema(example = "inventory")]
    pub by: String,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub message: Option<String>,
    /// More, where there is more to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub details: Option<Details>,
}

/// What exactly was wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Details {
    /// All lines at fault.
    pub lines: Vec<Fault>,
}

/// What was wrong with one line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// Which line, from 0.
    pub line: u32,
    /// Its item.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    pub product_id: String,
    /// The code.
    pub code: String,
    /// What there is, where that helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub available: Option<u64>,
}

/// An opinion, 1 to 5 each, of at least one of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rating {
    /// Of the order as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 5)]
    pub order: Option<u8>,
    /// Of the outlet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 5)]
    pub outlet: Option<u8>,
    /// Of the courier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 5)]
    pub courier: Option<u8>,
}

/// A refund that an operator asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Refund {
    /// From 1 within the order.
    pub number: u32,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: String,
    /// When it was asked for.
    #[schema(format = "date-time")]
    pub requested_at: String,
    /// When the money went back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "date-time")]
    pub refunded_at: Option<String>,
    /// Why it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub failure: Option<Reason>,
}

/// A remark of staff.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Note {
    /// The remark.
    pub text: String,
    /// When.
    #[schema(format = "date-time")]
    pub at: String,
}
