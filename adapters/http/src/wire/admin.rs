//! What operators see and do.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The workers of this process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Workers {
    /// By name.
    pub items: Vec<Worker>,
}

/// A worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Worker {
    /// Its name.
    #[schema(example = "inventory")]
    pub name: String,
    /// Up to where it has gone through the log; 0 for a worker that does not follow it.
    pub position: u64,
    /// Events between there and the head of the log, for a worker that follows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub lag: Option<u64>,
    /// Whether an operator has paused it.
    pub paused: bool,
    /// Route keys that are parked.
    pub parked: u64,
    /// Why it has stopped for good, if it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub stopped: Option<String>,
}

/// Why a dead letter is given up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Discard {
    /// Whoever waits for its outcome gets a failure; why is kept.
    #[schema(min_length = 1, max_length = 256)]
    pub reason: String,
}

/// Why a step is skipped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StepDecision {
    /// Kept with the step.
    #[schema(min_length = 1, max_length = 256)]
    pub reason: String,
}

/// How a step is settled by hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StepOutcome {
    /// Kept with the step.
    #[schema(min_length = 1, max_length = 256)]
    pub reason: String,
    /// DONE by other means, FAILED for good, its undo UNDONE by other means, or the money WRITTEN_OFF.
    #[schema(pattern = "^(DONE|FAILED|UNDONE|WRITTEN_OFF)$")]
    pub resolution: String,
}
