//! The view store: a file of its own, so that a view's writes never stand in the way of the log's.
//!
//! `synchronous = NORMAL`: after a power failure the last commits may be missing, documents and checkpoint together, and the projection does them
//! again from the log. What a view shows was durable in the log before.

mod document;
mod query;
mod schema;
mod statement;
mod thread;

use std::path::Path;

use async_trait::async_trait;
use orderflow_commit::views::{check_document, check_filter, check_query, check_spec};
use orderflow_domain::ports::{
    Checkpoint, Document, DocumentChange, Filter, Page, Query, ViewCommit, ViewError, ViewSpec, ViewStore,
};
use rusqlite::Connection;

use crate::lock::WriterLock;
use crate::open::{Durability, open_writer};
use crate::readers::Readers;
use crate::{OpenError, Options, ReadError};
use schema::Stored;
use thread::Thread;

/// The view store in one SQLite file.
#[derive(Debug)]
pub struct SqliteViews {
    thread: Thread,
    readers: Readers,
    _lock: WriterLock,
}

/// Why a view could not be read or written.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    View(#[from] ViewError),
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("{0}")]
    Read(#[from] ReadError),
}

impl From<Trouble> for ViewError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::View(error) => error,
            Trouble::Sqlite(error) => Self::Unavailable(error.to_string()),
            Trouble::Read(error) => Self::Unavailable(error.to_string()),
        }
    }
}

impl SqliteViews {
    /// Opens the file as its one writer; makes it as needed. A file of another layout is emptied, since views can be rebuilt.
    ///
    /// # Errors
    /// Another process writes it, or it can't be used.
    pub fn open(path: impl AsRef<Path>, options: Options) -> Result<Self, OpenError> {
        let path = path.as_ref();
        let lock = WriterLock::take(path)?;
        let mut connection = open_writer(path, &options, Durability::Rebuildable)?;
        schema::lay_out(&mut connection).map_err(|source| OpenError::Database { path: path.to_owned(), source })?;
        let thread = Thread::start(path, connection, &options)?;
        Ok(Self { thread, readers: Readers::new(path.to_owned(), options.readers), _lock: lock })
    }

    /// Runs a read on the view as it is stored, in one transaction: a twin may be swapped in meanwhile.
    async fn read<T, F>(&self, view: &ViewSpec, read: F) -> Result<T, ViewError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection, &Stored) -> Result<T, Trouble> + Send + 'static,
    {
        let view = *view;
        let answer = self.readers.read(move |connection| {
            let transaction = connection.unchecked_transaction()?;
            let answer = Stored::find(&transaction, &view).and_then(|stored| read(&transaction, &stored));
            transaction.commit()?;
            Ok(answer)
        });
        Ok(answer.await.map_err(Trouble::Read)??)
    }
}

fn check_documents(view: &ViewSpec, commit: &ViewCommit) -> Result<(), ViewError> {
    commit.changes.iter().try_for_each(|change| match change {
        DocumentChange::Put(document) => check_document(view, document),
        DocumentChange::Remove(_) => Ok(()),
    })
}

#[async_trait]
impl ViewStore for SqliteViews {
    async fn prepare(&self, view: &ViewSpec) -> Result<(), ViewError> {
        check_spec(view)?;
        let view = *view;
        self.thread.write(move |connection| schema::prepare(connection, &view)).await
    }

    async fn commit(&self, view: &ViewSpec, commit: ViewCommit) -> Result<(), ViewError> {
        check_documents(view, &commit)?;
        let view = *view;
        self.thread.write(move |connection| Stored::find(connection, &view)?.commit(connection, &commit)).await
    }

    async fn checkpoint(&self, view: &ViewSpec) -> Result<Option<Checkpoint>, ViewError> {
        self.read(view, |_, stored| Ok(stored.live.checkpoint)).await
    }

    async fn get(&self, view: &ViewSpec, key: &str) -> Result<Option<Document>, ViewError> {
        let key = key.to_owned();
        self.read(view, move |connection, stored| query::one(connection, stored, &key)).await
    }

    async fn query(&self, view: &ViewSpec, query: &Query) -> Result<Page, ViewError> {
        check_query(view, query)?;
        let query = query.clone();
        self.read(view, move |connection, stored| query::page(connection, stored, &query)).await
    }

    async fn count(&self, view: &ViewSpec, filters: &[Filter]) -> Result<u64, ViewError> {
        filters.iter().try_for_each(|filter| check_filter(view, filter))?;
        let filters = filters.to_vec();
        self.read(view, move |connection, stored| query::count(connection, stored, &filters)).await
    }

    async fn begin_twin(&self, view: &ViewSpec) -> Result<(), ViewError> {
        let view = *view;
        self.thread.write(move |connection| schema::begin_twin(connection, &view)).await
    }

    async fn commit_twin(&self, view: &ViewSpec, commit: ViewCommit) -> Result<(), ViewError> {
        check_documents(view, &commit)?;
        let view = *view;
        self.thread.write(move |connection| Stored::find(connection, &view)?.commit_twin(connection, &commit)).await
    }

    async fn swap_twin(&self, view: &ViewSpec) -> Result<bool, ViewError> {
        let view = *view;
        self.thread.write(move |connection| schema::swap_twin(connection, &view)).await
    }
}
