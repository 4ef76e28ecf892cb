//! Where the relay sends the log.

use std::sync::Arc;

use async_trait::async_trait;

use crate::event::Recorded;

/// Publishes events to the world outside: Kafka, a log file, a test's memory.
#[async_trait]
pub trait EventPublisher: Send + Sync {
    /// Publishes in order; answers how many, from the front, are acknowledged. Fewer than all is no error: the rest is sent again.
    ///
    /// # Errors
    /// None could be published: try later.
    async fn publish(&self, events: &[Arc<Recorded>]) -> Result<usize, PublishError>;
}

/// Nothing could be published.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the publisher is unavailable: {0}")]
pub struct PublishError(pub String);
