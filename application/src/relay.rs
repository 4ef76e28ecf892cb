//! The relay: sends the log, in order, to wherever the world outside reads it. The log itself is the outbox.

use std::sync::Arc;

use async_trait::async_trait;
use orderflow_domain::ports::{EventPublisher, EventStore};
use orderflow_domain::shared::Timestamp;

use crate::status::WorkerStatus;
use crate::tail::Tail;
use crate::worker::{Next, Stall, Worker};

/// Events handed to the publisher at once.
const BATCH: usize = 1_024;

/// Follows the log and publishes it. The checkpoint moves only over what is acknowledged, so after a crash some events are sent again, and none
/// is left out.
pub struct Relay {
    tail: Tail,
    status: Arc<WorkerStatus>,
    publisher: Arc<dyn EventPublisher>,
}

impl Relay {
    /// Its name as a reader of the log.
    pub const NAME: &str = "relay";

    /// From that store to that publisher.
    #[must_use]
    pub fn new(store: Arc<dyn EventStore>, publisher: Arc<dyn EventPublisher>, status: Arc<WorkerStatus>) -> Self {
        Self { tail: Tail::new(store, Self::NAME, status.clone()), status, publisher }
    }
}

#[async_trait]
impl Worker for Relay {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    async fn step(&mut self, _now: Timestamp) -> Result<Next, Stall> {
        self.tail.start().await?;
        if self.status.is_paused() {
            return Ok(Next::When(None));
        }
        let events = self.tail.read(BATCH).await?;
        if events.is_empty() {
            self.tail.flush().await?;
            return Ok(Next::When(None));
        }
        let acknowledged = self.publisher.publish(&events).await?;
        let Some(last) = acknowledged.checked_sub(1).and_then(|index| events.get(index)) else {
            return Err(Stall::Passing("the publisher acknowledged nothing".to_owned()));
        };
        metrics::counter!("orderflow_relayed_events_total").increment(acknowledged as u64);
        self.tail.passed(last);
        self.tail.flush_if_far().await?;
        Ok(Next::Now)
    }

    async fn ready(&mut self) {
        tokio::select! {
            () = self.tail.ready() => {}
            () = self.status.nudged() => {}
        }
    }
}
