//! What can happen to a step of an embedding program, at its own participant.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::shared::{CustomAsk, Failure, OrderId, Outcome, StepKind, StepResult, Success, Undone, events};

events! {
    /// An event of a `task` stream.
    TaskEvent {
        601 "task.requested" v 1 => Requested,
        602 "task.done" v 1 => Done,
        603 "task.failed" v 1 => Failed,
        604 "task.undo_requested" v 1 => UndoRequested,
        605 "task.undone" v 1 => TaskUndone,
    }
}

/// The participant was, or will be, asked under (order, step, attempt).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Requested {
    /// Which step.
    pub step: StepKind,
    /// Which attempt.
    pub attempt: u32,
    /// What to do.
    pub ask: CustomAsk,
}

/// Done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// Which step.
    pub step: StepKind,
    /// Which attempt.
    pub attempt: u32,
    /// What the participant has to say.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
}

/// Not done, definitively.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failed {
    /// Which step.
    pub step: StepKind,
    /// Which attempt.
    pub attempt: u32,
    /// Why.
    pub failure: Failure,
}

/// It is to be undone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UndoRequested {
    /// Which step.
    pub step: StepKind,
    /// Which attempt.
    pub attempt: u32,
}

/// Undone; also the tombstone of an attempt that was never known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskUndone {
    /// Which step.
    pub step: StepKind,
    /// Which attempt.
    pub attempt: u32,
}

impl TaskEvent {
    /// What the order reads of it.
    #[must_use]
    pub fn outcome(&self, order: OrderId) -> Option<Outcome> {
        let answer = |step: &StepKind, attempt, result| Some(Outcome { order, step: step.clone(), attempt, result });
        match self {
            Self::Done(event) => answer(
                &event.step,
                event.attempt,
                StepResult::Succeeded(Success::Custom { attributes: event.attributes.clone() }),
            ),
            Self::Failed(event) => answer(&event.step, event.attempt, StepResult::Failed(event.failure.clone())),
            Self::TaskUndone(event) => answer(&event.step, event.attempt, StepResult::Undone(Undone::Nothing)),
            Self::Requested(_) | Self::UndoRequested(_) => None,
        }
    }
}
