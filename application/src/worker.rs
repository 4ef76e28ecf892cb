//! A worker: something that goes on by itself, step by step. The runtime drives each on its own task; the harness drives all of them on one
//! thread, in an order that a seed decides. A step never sleeps, spawns or reads a clock.

use async_trait::async_trait;
use orderflow_domain::ports::{CommitError, PublishError, StoreError, ViewError};
use orderflow_domain::shared::Timestamp;

/// When the next step makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// There is more to do.
    Now,
    /// When [`Worker::ready`] returns, or at this time, whichever comes first.
    When(Option<Timestamp>),
}

/// Why a step could not be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stall {
    /// It will pass by itself: step again, after a pause that grows.
    #[error("{0}")]
    Passing(String),
    /// It will not pass by itself: stop, and be seen to have stopped.
    #[error("{0}")]
    Lasting(String),
}

impl From<StoreError> for Stall {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::Passing(error.to_string()),
            StoreError::Corrupt(_) => Self::Lasting(error.to_string()),
        }
    }
}

impl From<CommitError> for Stall {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Malformed(_) => Self::Lasting(error.to_string()),
            CommitError::Conflict { .. }
            | CommitError::AlreadyClaimed(_)
            | CommitError::ClaimMismatch
            | CommitError::CheckpointMoved { .. }
            | CommitError::WorkMoved { .. }
            | CommitError::Unavailable(_)
            | CommitError::Unknown(_) => Self::Passing(error.to_string()),
        }
    }
}

impl From<ViewError> for Stall {
    fn from(error: ViewError) -> Self {
        match error {
            ViewError::Malformed(_) => Self::Lasting(error.to_string()),
            ViewError::CheckpointMoved { .. } | ViewError::Unavailable(_) => Self::Passing(error.to_string()),
        }
    }
}

impl From<PublishError> for Stall {
    fn from(error: PublishError) -> Self {
        Self::Passing(error.to_string())
    }
}

/// See the module.
#[async_trait]
pub trait Worker: Send {
    /// Its name in logs, metrics and commands.
    fn name(&self) -> &'static str;

    /// Does what there is to do at `now`, up to one commit or so. Safe to abandon between any two awaits: what is not committed is as if it
    /// had never been.
    ///
    /// # Errors
    /// See [`Stall`].
    async fn step(&mut self, now: Timestamp) -> Result<Next, Stall>;

    /// Returns when there may be something to do. Safe to drop.
    async fn ready(&mut self);
}
