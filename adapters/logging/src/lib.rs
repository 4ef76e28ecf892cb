//! A publisher that writes each event as one structured log line: the whole outside world of the smallest service.
//!
//! The payload is not written: the envelope and the type are what someone who reads a log looks for, and payloads are long.

#![warn(missing_docs)]

use std::sync::Arc;

use async_trait::async_trait;
use orderflow_domain::event::Recorded;
use orderflow_domain::ports::{EventPublisher, PublishError};

/// Writes events to the log of the program, under the target `orderflow::events`.
#[derive(Clone, Copy, Debug, Default)]
pub struct LoggingPublisher;

#[async_trait]
impl EventPublisher for LoggingPublisher {
    async fn publish(&self, events: &[Arc<Recorded>]) -> Result<usize, PublishError> {
        for event in events {
            log(event);
        }
        Ok(events.len())
    }
}

fn log(recorded: &Recorded) {
    let around = &recorded.envelope;
    tracing::info!(
        target: "orderflow::events",
        position = around.position.0,
        id = %around.id,
        stream = %around.stream,
        version = around.version.0,
        at = %around.at,
        correlation = around.correlation.map(display),
        causation = around.causation.map(display),
        actor = %around.actor,
        trace = around.trace.as_deref(),
        "{}",
        recorded.event.event_type(),
    );
}
