//! The thread that writes views: one transaction after the other, each commit of a view in one of its own. There are few views, and each waits for
//! its own commit anyway.

use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use orderflow_domain::ports::ViewError;
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::Trouble;
use crate::checkpointer::{Checkpointer, Signals};
use crate::{OpenError, Options};

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// The thread and the queue to it.
#[derive(Debug)]
pub(super) struct Thread {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    _checkpointer: Checkpointer,
}

impl Thread {
    pub(super) fn start(path: &Path, connection: Connection, options: &Options) -> Result<Self, OpenError> {
        let signals = Arc::new(Signals::default());
        let checkpointer = Checkpointer::start(path, signals.clone(), options.wal_frames)?;
        let (jobs, queue) = mpsc::channel(options.queue.max(1));
        let thread = std::thread::Builder::new()
            .name("orderflow-views".to_owned())
            .spawn(move || run(connection, queue, &signals))
            .map_err(|source| OpenError::Io { path: path.to_owned(), source })?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), _checkpointer: checkpointer })
    }

    /// Does this in one transaction, or not at all.
    pub(super) async fn write<T, F>(&self, write: F) -> Result<T, ViewError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Trouble> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // A caller that waits no longer has lost only the answer.
            let _ = answer.send(in_transaction(connection, write));
        });
        let lost = || ViewError::Unavailable("the writer of views has stopped".to_owned());
        let Some(jobs) = &self.jobs else { return Err(lost()) };
        jobs.send(job).await.map_err(|_| lost())?;
        Ok(answered.await.map_err(|_| lost())??)
    }
}

fn in_transaction<T>(
    connection: &mut Connection,
    write: impl FnOnce(&Connection) -> Result<T, Trouble>,
) -> Result<T, Trouble> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let answer = write(&transaction)?;
    transaction.commit()?;
    Ok(answer)
}

fn run(mut connection: Connection, mut queue: mpsc::Receiver<Job>, signals: &Signals) {
    while let Some(job) = queue.blocking_recv() {
        job(&mut connection);
        signals.committed();
        if signals.take_restart() {
            crate::checkpointer::restart_log(&connection);
        }
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.jobs.take();
        if let Some(thread) = self.thread.take() {
            // A panic there has been printed, and every caller has had its answer.
            let _ = thread.join();
        }
    }
}
