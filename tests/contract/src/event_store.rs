//! The contract of `EventStore`.

use std::sync::Arc;

use async_trait::async_trait;
use orderflow_domain::ports::EventStore;

pub mod again;
pub mod checkpoints;
pub mod claims;
pub mod log;
pub mod streams;
pub mod work;

/// Makes stores to test.
#[async_trait]
pub trait Factory: Send + Sync {
    /// A store on new, empty data.
    async fn fresh(&self) -> Arc<dyn EventStore>;

    /// Closes the store, of which this is the only handle, and opens its data again; where no data lasts, it gives the store back.
    async fn reopen(&self, store: Arc<dyn EventStore>) -> Arc<dyn EventStore>;
}
