//! The contract of `EventPublisher`.

use std::sync::Arc;

use async_trait::async_trait;
use orderflow_domain::event::Recorded;
use orderflow_domain::ports::EventPublisher;
use orderflow_domain::shared::EventId;

/// Makes publishers to test.
#[async_trait]
pub trait Factory: Send + Sync {
    /// A publisher.
    async fn fresh(&self) -> Arc<dyn EventPublisher>;

    /// What has arrived on the other side, in order.
    async fn arrived(&self) -> Vec<EventId>;
}

/// The cases.
pub mod cases {
    use orderflow_domain::shared::{Envelope, EventId, Position, Version};

    use super::{Arc, Factory, Recorded};
    use crate::samples::{id, new_event, new_stream};

    fn recorded(position: u64) -> Arc<Recorded> {
        let stream = new_stream();
        let new = new_event(&stream, "published");
        let envelope = Envelope {
            id: EventId(id()),
            position: Position(position),
            stream,
            version: Version(1),
            at: new.at,
            correlation: new.correlation,
            causation: None,
            actor: new.actor,
            trace: None,
        };
        Arc::new(Recorded { envelope, event: new.event })
    }

    /// An empty page is no reason to wait.
    pub async fn nothing_to_publish_is_acknowledged(factory: &dyn Factory) {
        assert_eq!(factory.fresh().await.publish(&[]).await, Ok(0));
        assert!(factory.arrived().await.is_empty());
    }

    /// What is not acknowledged is sent again, from the first that was not.
    pub async fn events_are_acknowledged_from_the_front_and_arrive_in_order(factory: &dyn Factory) {
        let publisher = factory.fresh().await;
        let events: Vec<_> = (1..=50).map(recorded).collect();
        let mut sent = 0;
        while sent < events.len() {
            let rest = &events[sent..];
            let acknowledged = publisher.publish(&rest[..rest.len().min(20)]).await.expect("available");
            assert!(acknowledged <= 20);
            sent += acknowledged;
        }
        let expected: Vec<_> = events.iter().map(|event| event.envelope.id).collect();
        assert_eq!(factory.arrived().await, expected);
    }
}
