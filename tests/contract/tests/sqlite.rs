//! The contracts, kept in SQLite files.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use orderflow_contract::{event_store, view_store};
use orderflow_domain::ports::{EventStore, ViewStore};
use orderflow_sqlite::{Options, SqliteStore, SqliteViews};
use tempfile::TempDir;

struct Files {
    folder: TempDir,
    number: AtomicUsize,
    options: Options,
}

impl Files {
    fn new() -> Self {
        Self { folder: TempDir::new().expect("a folder"), number: AtomicUsize::new(0), options: Options::default() }
    }

    /// All reads come from the file, every batch is small, and few streams are remembered.
    fn bare() -> Self {
        Self { options: Options { ring: 0, batch: 3, queue: 2, readers: 1, ..Options::default() }, ..Self::new() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join(format!("orderflow-{}.db", self.number.load(Ordering::SeqCst)))
    }

    fn open(&self) -> Arc<dyn EventStore> {
        Arc::new(SqliteStore::open(self.path(), self.options).expect("opened"))
    }
}

#[async_trait]
impl event_store::Factory for Files {
    async fn fresh(&self) -> Arc<dyn EventStore> {
        self.number.fetch_add(1, Ordering::SeqCst);
        self.open()
    }

    async fn reopen(&self, store: Arc<dyn EventStore>) -> Arc<dyn EventStore> {
        drop(store);
        self.open()
    }
}

#[async_trait]
impl view_store::Factory for Files {
    async fn fresh(&self) -> Arc<dyn ViewStore> {
        self.number.fetch_add(1, Ordering::SeqCst);
        Arc::new(SqliteViews::open(self.path(), self.options).expect("opened"))
    }

    async fn reopen(&self, store: Arc<dyn ViewStore>) -> Arc<dyn ViewStore> {
        drop(store);
        Arc::new(SqliteViews::open(self.path(), self.options).expect("opened"))
    }
}

mod usual {
    use super::*;
    orderflow_contract::event_store_suite!(Files::new());
    orderflow_contract::view_store_suite!(Files::new());
}

mod bare {
    use super::*;
    orderflow_contract::event_store_suite!(Files::bare());
}
