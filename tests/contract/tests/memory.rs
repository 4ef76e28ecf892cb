//! The contracts, kept in memory.

use std::sync::Arc;

use async_trait::async_trait;
use orderflow_contract::{event_store, publisher, view_store};
use orderflow_domain::ports::{EventPublisher, EventStore, ViewStore};
use orderflow_domain::shared::EventId;
use orderflow_memory::{CollectingPublisher, MemoryStore, MemoryViews};

struct Memory;

#[async_trait]
impl event_store::Factory for Memory {
    async fn fresh(&self) -> Arc<dyn EventStore> {
        Arc::new(MemoryStore::new())
    }

    async fn reopen(&self, store: Arc<dyn EventStore>) -> Arc<dyn EventStore> {
        store
    }
}

#[async_trait]
impl view_store::Factory for Memory {
    async fn fresh(&self) -> Arc<dyn ViewStore> {
        Arc::new(MemoryViews::new())
    }

    async fn reopen(&self, store: Arc<dyn ViewStore>) -> Arc<dyn ViewStore> {
        store
    }
}

#[derive(Default)]
struct Collecting(Arc<CollectingPublisher>);

#[async_trait]
impl publisher::Factory for Collecting {
    async fn fresh(&self) -> Arc<dyn EventPublisher> {
        self.0.clone()
    }

    async fn arrived(&self) -> Vec<EventId> {
        self.0.published().iter().map(|event| event.envelope.id).collect()
    }
}

orderflow_contract::event_store_suite!(Memory);
orderflow_contract::view_store_suite!(Memory);
orderflow_contract::publisher_suite!(Collecting::default());
