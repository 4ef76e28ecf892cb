//! The way to the writer: a bounded queue, and an answer for each caller, whatever becomes of the writer.

use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use orderflow_codec::encode;
use orderflow_commit::Ring;
use orderflow_domain::ports::{CommitError, Committed, Snapshot, StoreError, UnitOfWork};
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::writer::Writer;
use crate::checkpointer::{Checkpointer, Signals};
use crate::{OpenError, Options};

/// One caller's wish.
pub(super) enum Job {
    /// Commit this.
    Unit(Queued),
    /// Keep this, with whatever is committed next.
    Snapshot(Snapshot, oneshot::Sender<Result<(), StoreError>>),
    /// Do this to the connection, so that a test can break it.
    #[cfg(test)]
    Sabotage(String, oneshot::Sender<()>),
}

/// A unit that waits, its payloads already written: the one thread that all wait for must not spend its time on that.
pub(super) struct Queued {
    pub(super) unit: UnitOfWork,
    pub(super) payloads: Vec<(u16, String)>,
    pub(super) answer: oneshot::Sender<Result<Committed, CommitError>>,
}

/// The writer's thread and the queue to it.
#[derive(Debug)]
pub(super) struct Queue {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    _checkpointer: Checkpointer,
}

impl Queue {
    pub(super) fn start(
        path: &Path,
        connection: Connection,
        options: &Options,
    ) -> Result<(Self, Arc<Ring>), OpenError> {
        let signals = Arc::new(Signals::default());
        let checkpointer = Checkpointer::start(path, signals.clone(), options.wal_frames)?;
        let writer = Writer::new(path, connection, options, signals)?;
        let ring = writer.ring();
        let (jobs, queue) = mpsc::channel(options.queue.max(1));
        let options = *options;
        let thread = std::thread::Builder::new()
            .name("orderflow-writer".to_owned())
            .spawn(move || writer.run(queue, &options))
            .map_err(|source| OpenError::Io { path: path.to_owned(), source })?;
        Ok((Self { jobs: Some(jobs), thread: Some(thread), _checkpointer: checkpointer }, ring))
    }

    pub(super) async fn commit(&self, unit: UnitOfWork) -> Result<Committed, CommitError> {
        let payloads = unit.events.iter().map(|new| encode(&new.event)).collect::<Result<Vec<_>, _>>();
        let payloads = payloads.map_err(|error| CommitError::Malformed(error.to_string()))?;
        let (answer, answered) = oneshot::channel();
        if !self.send(Job::Unit(Queued { unit, payloads, answer })).await {
            return Err(CommitError::Unavailable("the writer has stopped".to_owned()));
        }
        // No answer: the writer died with the unit in its hands.
        answered.await.unwrap_or_else(|_| Err(CommitError::Unknown("the writer died".to_owned())))
    }

    pub(super) async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        let lost = || StoreError::Unavailable("the writer has stopped".to_owned());
        if !self.send(Job::Snapshot(snapshot, answer)).await {
            return Err(lost());
        }
        answered.await.unwrap_or_else(|_| Err(lost()))
    }

    pub(super) async fn send(&self, job: Job) -> bool {
        match &self.jobs {
            Some(jobs) => jobs.send(job).await.is_ok(),
            None => false,
        }
    }
}

impl Drop for Queue {
    /// What is queued is still committed; then the thread ends, and with its connection the file is closed.
    fn drop(&mut self) {
        self.jobs.take();
        if let Some(thread) = self.thread.take() {
            // A panic there has been printed, and every caller has had its answer.
            let _ = thread.join();
        }
    }
}
