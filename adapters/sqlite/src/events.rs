//! The event store.

mod cache;
mod facts;
mod queue;
mod read;
mod store;

mod values;
mod write;
mod writer;

use std::path::Path;
use std::sync::Arc;

use orderflow_commit::Ring;

use crate::lock::WriterLock;
use crate::open::{Durability, assert_schema, migrate, open_reader, open_writer};
use crate::readers::Readers;
use crate::{OpenError, Options};
use queue::Queue;

/// The event store in one SQLite file. Dropping it commits what is queued and closes the file, and waits for both.
#[derive(Debug)]
pub struct SqliteStore {
    readers: Readers,
    /// None: opened for reading only.
    writing: Option<Writing>,
}

/// What only the one writer has. Dropped in this order: the writer's thread first, the lock last.
#[derive(Debug)]
struct Writing {
    queue: Queue,
    ring: Arc<Ring>,
    _lock: WriterLock,
}

impl SqliteStore {
    /// Opens the file as its one writer; makes or migrates it as needed.
    ///
    /// # Errors
    /// Another process writes it, a newer program wrote it, or it can't be used: see [`OpenError`].
    pub fn open(path: impl AsRef<Path>, options: Options) -> Result<Self, OpenError> {
        let path = path.as_ref();
        let lock = WriterLock::take(path)?;
        let mut connection = open_writer(path, &options, Durability::Full)?;
        migrate(path, &mut connection)?;
        let (queue, ring) = Queue::start(path, connection, &options)?;
        let readers = Readers::new(path.to_owned(), options.readers);
        Ok(Self { readers, writing: Some(Writing { queue, ring, _lock: lock }) })
    }

    /// Opens the file for reading, also beside a running writer: for audit and replay. Every commit is refused as unavailable.
    ///
    /// # Errors
    /// The file is not there, or has another schema than this program.
    pub fn open_read_only(path: impl AsRef<Path>, options: Options) -> Result<Self, OpenError> {
        let path = path.as_ref();
        let connection = open_reader(path).map_err(|source| OpenError::Database { path: path.to_owned(), source })?;
        assert_schema(path, &connection)?;
        Ok(Self { readers: Readers::new(path.to_owned(), options.readers), writing: None })
    }
}

#[cfg(test)]
mod tests;
