//! Event and view stores on embedded SQLite: one file for the log, one beside it for views.
//!
//! - One writer thread takes what is queued and commits it in one transaction, `synchronous = FULL`: what is answered is on the disk. The more
//!   callers wait, the larger the transaction; nobody waits for a timer.
//! - Readers have connections of their own and never block the writer (write-ahead log).
//! - A lock of the operating system on `<file>.lock`, gone with the process, gives the data one writer.
//! - Views are in another file, `synchronous = NORMAL`: they can be rebuilt, and the log does not wait for them.

#![warn(missing_docs)]

mod checkpointer;
mod events;
mod lock;
mod open;
mod readers;
mod views;

pub use events::SqliteStore;
pub use open::{OpenError, Options};
pub use views::SqliteViews;

use orderflow_domain::ports::StoreError;

/// Why a read failed.
#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("{0}")]
    Decode(#[from] orderflow_codec::DecodeError),
    #[error("{0}")]
    Corrupt(String),
    #[error("the reader was cut off")]
    Lost,
}

impl From<ReadError> for StoreError {
    fn from(error: ReadError) -> Self {
        use rusqlite::ErrorCode;
        let damaged = match &error {
            ReadError::Sqlite(sqlite) => {
                matches!(sqlite.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
            }
            ReadError::Decode(_) | ReadError::Corrupt(_) => true,
            ReadError::Lost => false,
        };
        if damaged { Self::Corrupt(error.to_string()) } else { Self::Unavailable(error.to_string()) }
    }
}
