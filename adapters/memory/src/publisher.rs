//! A publisher that keeps what it was given, for tests and the harness.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use orderflow_domain::event::Recorded;
use orderflow_domain::ports::{EventPublisher, PublishError};

/// Collects events.
#[derive(Debug, Default)]
pub struct CollectingPublisher(Mutex<Vec<Arc<Recorded>>>);

impl CollectingPublisher {
    /// All that was published so far, in order.
    #[must_use]
    pub fn published(&self) -> Vec<Arc<Recorded>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl EventPublisher for CollectingPublisher {
    async fn publish(&self, events: &[Arc<Recorded>]) -> Result<usize, PublishError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(events.iter().cloned());
        Ok(events.len())
    }
}
