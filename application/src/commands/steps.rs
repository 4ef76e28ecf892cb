//! What an operator does to a step that got stuck: the same commands as a participant's answers, by another actor.

use orderflow_domain::ordering::{Command, Resolution};
use orderflow_domain::shared::{Actor, OrderId, StepKind};

use super::{CommandError, IdempotencyKey};
use crate::engine::{Access, Engine};
use crate::views::OrderView;

/// What to do to a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepAction {
    /// Ask again now.
    Retry,
    /// Go on without it; for a capture this writes the money off.
    Skip {
        /// Why.
        reason: String,
    },
    /// Settle it by hand.
    Resolve {
        /// Why.
        reason: String,
        /// How.
        resolution: Resolution,
    },
}

impl Engine {
    /// Retries, skips or resolves a step of an order.
    ///
    /// # Errors
    /// See [`CommandError`].
    pub async fn settle_step(
        &self,
        order: OrderId,
        step: StepKind,
        action: StepAction,
        by: &Actor,
        key: Option<&IdempotencyKey>,
    ) -> Result<OrderView, CommandError> {
        let operation = format!("step/{step}");
        let command = match action {
            StepAction::Retry => Command::Retry { step, by: by.clone() },
            StepAction::Skip { reason } => Command::Skip { step, by: by.clone(), reason },
            StepAction::Resolve { reason, resolution } => Command::Resolve { step, by: by.clone(), reason, resolution },
        };
        self.command(order, &Access::Staff(by.clone()), by, &operation, key, command).await
    }
}
