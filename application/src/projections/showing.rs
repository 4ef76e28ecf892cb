//! From events to documents: folds the streams that a batch touches, and has the projection show each as it then is.

use std::collections::BTreeSet;
use std::sync::Arc;

use orderflow_domain::event::Recorded;
use orderflow_domain::ordering::Plans;
use orderflow_domain::ports::{DocumentChange, EventStore, StoreError};
use orderflow_domain::shared::StreamId;

use super::Projection;
use crate::cache::Cache;

/// Streams that stay folded: the orders of some seconds under load, all items and instruments of most deployments.
const STREAMS: usize = 32_768;

/// A projection with the streams that it folds.
pub(super) struct Showing {
    projection: Arc<dyn Projection>,
    store: Arc<dyn EventStore>,
    cache: Cache,
}

impl Showing {
    pub(super) fn new(projection: Arc<dyn Projection>, store: Arc<dyn EventStore>, plans: Arc<Plans>) -> Self {
        Self { projection, store, cache: Cache::new(STREAMS, plans) }
    }

    pub(super) fn projection(&self) -> &dyn Projection {
        &*self.projection
    }

    pub(super) fn store(&self) -> &dyn EventStore {
        &*self.store
    }

    /// The documents that the batch changes, each as it is after it.
    ///
    /// A stream that has to be read may be further on than the batch. Its document is then ahead of the checkpoint, and is written again when
    /// the checkpoint comes by.
    ///
    /// # Errors
    /// The store's.
    pub(super) async fn changes(&mut self, events: &[Arc<Recorded>]) -> Result<Vec<DocumentChange>, StoreError> {
        self.cache.age();
        let shows = self.projection.shows();
        let mut touched = BTreeSet::new();
        for recorded in events.iter().filter(|recorded| recorded.envelope.stream.category == shows) {
            self.cache.observe(recorded, Some(shows));
            touched.insert(&recorded.envelope.stream);
        }
        let mut changes = Vec::with_capacity(touched.len());
        for stream in touched {
            self.cache.load(&*self.store, stream).await?;
            changes.extend(self.show(stream));
        }
        Ok(changes)
    }

    fn show(&mut self, stream: &StreamId) -> Option<DocumentChange> {
        let held = self.cache.peek(stream)?;
        let change = self.projection.document(stream, held);
        if held.state.is_at_rest() {
            self.cache.forget(stream);
        }
        change
    }
}
