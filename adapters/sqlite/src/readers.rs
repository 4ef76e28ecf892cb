//! A few connections for reading, used on the runtime's blocking threads, so that neither its workers nor the writer wait for a disk.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::ReadError;
use crate::open::open_reader;

#[derive(Debug)]
struct Pool {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

/// The pool.
#[derive(Debug)]
pub(crate) struct Readers {
    pool: Arc<Pool>,
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(crate) fn new(path: PathBuf, connections: usize) -> Self {
        let permits = Arc::new(Semaphore::new(connections.max(1)));
        Self { pool: Arc::new(Pool { path, idle: Mutex::default() }), permits }
    }

    /// Runs a read on a connection. A connection on which a read failed is not used again.
    pub(crate) async fn read<T, F>(&self, read: F) -> Result<T, ReadError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, ReadError> + Send + 'static,
    {
        let permit = self.permits.clone().acquire_owned().await.map_err(|_| ReadError::Lost)?;
        let pool = self.pool.clone();
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let idle = pool.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = idle.map_or_else(|| open_reader(&pool.path), Ok)?;
            let answer = read(&connection)?;
            pool.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            Ok(answer)
        });
        task.await.unwrap_or(Err(ReadError::Lost))
    }
}
