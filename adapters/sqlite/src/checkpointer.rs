//! Moves the write-ahead log into the file, in the background: on the writer's time it would stop all callers for tens of milliseconds.
//!
//! A passive checkpoint never blocks anyone, but under a steady load it never gets to the end, and only there the log begins anew. So when the log
//! grows beyond its limit, the writer is asked to do the rest itself, between two batches.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use crate::OpenError;

/// Often enough that little is left at the end, seldom enough that hot pages are copied once for many commits.
const PERIOD: Duration = Duration::from_secs(1);

/// What writer and checkpointer tell each other.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    commits: AtomicU64,
    restart: AtomicBool,
}

impl Signals {
    /// The writer has committed.
    pub(crate) fn committed(&self) {
        self.commits.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether the writer is to begin the log anew; asked once per batch.
    pub(crate) fn take_restart(&self) -> bool {
        self.restart.load(Ordering::Relaxed) && self.restart.swap(false, Ordering::Relaxed)
    }
}

/// The thread; it ends when dropped.
#[derive(Debug)]
pub(crate) struct Checkpointer {
    stop: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub(crate) fn start(path: &Path, signals: Arc<Signals>, limit: u32) -> Result<Self, OpenError> {
        let connection =
            Connection::open(path).map_err(|source| OpenError::Database { path: path.to_owned(), source })?;
        let (stop, stopped) = sync_channel(1);
        let run = move || {
            let mut seen = 0;
            while stopped.recv_timeout(PERIOD) == Err(RecvTimeoutError::Timeout) {
                let commits = signals.commits.load(Ordering::Relaxed);
                if commits != seen {
                    seen = commits;
                    checkpoint(&connection, &signals, limit);
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name("orderflow-checkpoint".to_owned())
            .spawn(run)
            .map_err(|source| OpenError::Io { path: path.to_owned(), source })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

fn checkpoint(connection: &Connection, signals: &Signals, limit: u32) {
    let frames = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get::<_, i64>(1));
    match frames {
        Ok(frames) if frames > i64::from(limit) => signals.restart.store(true, Ordering::Relaxed),
        Ok(_) => {}
        // The log only grows meanwhile; the next turn tries again.
        Err(error) => tracing::warn!(%error, "the write-ahead log could not be checkpointed"),
    }
}

/// The writer's part: finish what the background began, so that the log begins anew.
pub(crate) fn restart_log(connection: &Connection) {
    // Its first column says whether a long reader was in the way; then the next one will do it.
    let done = connection.query_row("PRAGMA wal_checkpoint(RESTART)", [], |row| row.get::<_, i64>(0));
    if let Err(error) = done {
        tracing::warn!(%error, "the write-ahead log could not be begun anew");
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A panic there has been printed, and nothing depends on it any more.
            let _ = thread.join();
        }
    }
}
