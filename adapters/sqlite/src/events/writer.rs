//! The writer's thread: takes what is queued, commits it in one transaction, answers all, repeats.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use orderflow_commit::{Admission, Batch, Ring, Verdict};
use orderflow_domain::ports::{CommitError, Committed, Snapshot, StoreError, UnitOfWork};
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::cache::Heads;
use super::facts::FileFacts;
use super::queue::{Job, Queued};
use super::write::Grown;
use super::{read, write};
use crate::checkpointer::{Signals, restart_log};
use crate::{OpenError, Options, ReadError};

/// Streams that each generation of the cache remembers: some 20 MB in all.
const CACHED_STREAMS: usize = 65_536;

/// Events after which a batch takes in no further unit: larger transactions gain little, and everyone waits for them.
const BATCH_EVENTS: usize = 4_096;

/// Why a batch failed.
enum Failure {
    /// Before COMMIT: nothing of it is in the file.
    Before(ReadError),
    /// In COMMIT: it may be on the disk all the same.
    InCommit(rusqlite::Error),
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Self::Before(error)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Before(error.into())
    }
}

/// What is taken from the queue at once.
#[derive(Default)]
struct Taken {
    units: Vec<(UnitOfWork, Vec<(u16, String)>)>,
    answers: Vec<oneshot::Sender<Result<Committed, CommitError>>>,
    snapshots: Vec<(Snapshot, oneshot::Sender<Result<(), StoreError>>)>,
}

/// The writer: its connection, and what it knows of the file.
pub(super) struct Writer {
    connection: Connection,
    ring: Arc<Ring>,
    heads: Heads,
    next_stream: i64,
    signals: Arc<Signals>,
    /// The last batch failed: what was known is read anew before the next.
    shaken: bool,
}

impl Writer {
    pub(super) fn new(
        path: &Path,
        connection: Connection,
        options: &Options,
        signals: Arc<Signals>,
    ) -> Result<Self, OpenError> {
        let head = read::head(&connection).and_then(|head| Ok((head, next_stream(&connection)?)));
        let (head, next_stream) = head.map_err(|error| OpenError::Io {
            path: path.to_owned(),
            source: std::io::Error::other(error.to_string()),
        })?;
        let ring = Arc::new(Ring::new(options.ring, head));
        Ok(Self { connection, ring, heads: Heads::new(CACHED_STREAMS), next_stream, signals, shaken: false })
    }

    pub(super) fn ring(&self) -> Arc<Ring> {
        self.ring.clone()
    }

    /// Until the queue is closed and empty.
    #[expect(clippy::disallowed_methods, reason = "it measures how long a commit takes")]
    pub(super) fn run(mut self, mut queue: mpsc::Receiver<Job>, options: &Options) {
        let batch = options.batch.max(1);
        let (mut answered, mut patience) = (0, Duration::ZERO);
        while let Some(first) = queue.blocking_recv() {
            let began = Instant::now();
            let mut taken = Taken::default();
            let mut events = self.take(first, &mut taken);
            while taken.answers.len() < batch && events < BATCH_EVENTS {
                match queue.try_recv() {
                    Ok(job) => events += self.take(job, &mut taken),
                    // Those who were just answered are on their way back with their next unit.
                    Err(_) if taken.answers.len() < answered && began.elapsed() < patience => std::thread::yield_now(),
                    Err(_) => break,
                }
            }
            answered = taken.answers.len();
            let began = Instant::now();
            self.process(taken);
            patience = began.elapsed() * options.gather / 100;
            if self.signals.take_restart() {
                restart_log(&self.connection);
            }
        }
    }

    #[cfg_attr(not(test), expect(clippy::unused_self, reason = "a test's sabotage needs the connection"))]
    fn take(&mut self, job: Job, taken: &mut Taken) -> usize {
        match job {
            Job::Unit(Queued { unit, payloads, answer }) => {
                let events = payloads.len();
                taken.units.push((unit, payloads));
                taken.answers.push(answer);
                events
            }
            Job::Snapshot(snapshot, answer) => {
                taken.snapshots.push((snapshot, answer));
                1
            }
            #[cfg(test)]
            Job::Sabotage(sql, answer) => {
                self.connection.execute_batch(&sql).unwrap();
                answer.send(()).unwrap();
                0
            }
        }
    }

    fn process(&mut self, taken: Taken) {
        metrics::histogram!("orderflow_store_batch_units").record(metric(taken.units.len()));
        let Taken { units, answers, snapshots } = taken;
        let (snapshots, keepers): (Vec<_>, Vec<_>) = snapshots.into_iter().unzip();
        match self.recover().map_err(Failure::from).and_then(|()| self.transact(units, &snapshots)) {
            Ok((batch, grown)) => {
                for (stream, known) in grown {
                    self.heads.put(stream, known);
                }
                // Readers may see the events before their writers have their answers, never the other way round.
                self.ring.push(&batch.events);
                for (verdict, answer) in batch.verdicts.into_iter().zip(answers) {
                    // A caller that waits no longer has lost only the answer.
                    let _ = answer.send(verdict.into_answer());
                }
                for keeper in keepers {
                    let _ = keeper.send(Ok(()));
                }
            }
            Err(failure) => self.fail(&failure, answers, keepers),
        }
    }

    /// Admits, writes and commits; then the new rows of streams are for the cache.
    fn transact(
        &mut self,
        units: Vec<(UnitOfWork, Vec<(u16, String)>)>,
        snapshots: &[Snapshot],
    ) -> Result<(Batch, Grown), Failure> {
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let mut facts = FileFacts { connection: &self.connection, heads: &mut self.heads };
        let mut admission = Admission::new(self.ring.head());
        let mut queued = Vec::with_capacity(units.len());
        for (unit, payloads) in units {
            queued.push(payloads);
            admission.admit(&mut facts, unit)?;
        }
        let batch = admission.finish();
        if batch.is_empty() && snapshots.is_empty() {
            self.connection.prepare_cached("ROLLBACK")?.execute([])?;
            return Ok((batch, Grown::default()));
        }
        let admitted = batch.verdicts.iter().zip(queued).filter(|(verdict, _)| matches!(verdict, Verdict::Admitted(_)));
        let payloads: Vec<_> = admitted.flat_map(|(_, payloads)| payloads).collect();
        let grown = write::batch(&mut facts, &batch, &payloads, &mut self.next_stream)?;
        for snapshot in snapshots {
            write::snapshot(&self.connection, snapshot)?;
        }
        self.connection.prepare_cached("COMMIT")?.execute([]).map_err(Failure::InCommit)?;
        self.signals.committed();
        Ok((batch, grown))
    }

    /// Nothing of a failed batch is answered as done, and nothing that was learnt in it is believed.
    fn fail(
        &mut self,
        failure: &Failure,
        answers: Vec<oneshot::Sender<Result<Committed, CommitError>>>,
        keepers: Vec<oneshot::Sender<Result<(), StoreError>>>,
    ) {
        let (text, error) = match failure {
            Failure::Before(error) => (error.to_string(), CommitError::Unavailable(error.to_string())),
            Failure::InCommit(error) => (error.to_string(), CommitError::Unknown(error.to_string())),
        };
        tracing::error!(error = text, units = answers.len(), "a batch could not be committed");
        self.shaken = true;
        // At once, so that no transaction stays open until someone comes; if it can't be done now, the next batch tries again.
        if let Err(error) = self.recover() {
            tracing::error!(%error, "the writer could not recover");
        }
        for answer in answers {
            let _ = answer.send(Err(error.clone()));
        }
        for keeper in keepers {
            let _ = keeper.send(Err(StoreError::Unavailable(text.clone())));
        }
    }

    /// After a failure: end what is left of the transaction, forget all, and see what is in the file.
    fn recover(&mut self) -> Result<(), ReadError> {
        if !self.shaken {
            return Ok(());
        }
        if !self.connection.is_autocommit() {
            self.connection.execute_batch("ROLLBACK")?;
        }
        self.heads.clear();
        self.next_stream = next_stream(&self.connection)?;
        // A COMMIT that seemed to fail may have been one: then its events are due to the readers.
        loop {
            let missed = read::log(&self.connection, self.ring.head(), BATCH_EVENTS)?;
            if missed.is_empty() {
                break;
            }
            self.ring.push(&missed);
        }
        let head = read::head(&self.connection)?;
        if head < self.ring.head() {
            return Err(ReadError::Corrupt(format!("the log ends at {head}, and had reached {}", self.ring.head())));
        }
        self.shaken = false;
        Ok(())
    }
}

/// Ids of the stream table are handed out here, so that no statement has to ask for the last one.
fn next_stream(connection: &Connection) -> Result<i64, ReadError> {
    Ok(connection.query_row("SELECT coalesce(max(id), 0) + 1 FROM streams", [], |row| row.get(0))?)
}

#[expect(clippy::cast_precision_loss, reason = "a metric of a number that is at most some hundreds")]
fn metric(number: usize) -> f64 {
    number as f64
}
