//! A store that fails where a seed says so: away, in conflict, with an answer that is lost, or with the process dying before or after the commit.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use orderflow_domain::event::Recorded;
use orderflow_domain::ports::{
    Checkpoint, ClaimKey, CommitError, Committed, EventStore, Fingerprint, ReaderId, Receipt, Snapshot, StoreError,
    UnitOfWork, WorkKey, WorkKind, WorkRow,
};
use orderflow_domain::shared::{Position, StreamId, Timestamp, Version};
use orderflow_memory::MemoryStore;

use super::random::Dice;

/// How often what goes wrong, in so many of a thousand commits (reads, for the last one).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// The store is away; nothing was committed.
    pub unavailable: u64,
    /// Someone else was faster, it says; nothing was committed.
    pub conflict: u64,
    /// The answer is lost; it was committed, or not.
    pub unknown: u64,
    /// The process dies, before the commit or after it.
    pub crash: u64,
    /// The store is away for a read.
    pub read: u64,
}

impl Faults {
    /// Nothing goes wrong.
    pub const NONE: Self = Self { unavailable: 0, conflict: 0, unknown: 0, crash: 0, read: 0 };
    /// Every kind now and then: about one commit in twelve.
    pub const SOME: Self = Self { unavailable: 20, conflict: 20, unknown: 20, crash: 20, read: 5 };
}

/// The memory store behind faults.
pub(super) struct FaultyStore {
    inner: Arc<MemoryStore>,
    dice: Dice,
    faults: Mutex<Faults>,
    died: AtomicBool,
    commits: AtomicU64,
}

impl FaultyStore {
    pub(super) fn new(inner: Arc<MemoryStore>, seed: u64) -> Self {
        let (dice, faults) = (Dice::new(seed ^ 0xfa17), Mutex::new(Faults::NONE));
        Self { inner, dice, faults, died: AtomicBool::new(false), commits: AtomicU64::new(0) }
    }

    pub(super) fn set(&self, faults: Faults) {
        *self.faults.lock().unwrap_or_else(PoisonError::into_inner) = faults;
    }

    fn faults(&self) -> Faults {
        *self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the process has died since this was last asked.
    pub(super) fn died(&self) -> bool {
        self.died.swap(false, Ordering::SeqCst)
    }

    /// How many commits took effect.
    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::SeqCst)
    }

    async fn write(&self, unit: UnitOfWork) -> Result<Committed, CommitError> {
        let committed = self.inner.commit(unit).await;
        if committed.is_ok() {
            self.commits.fetch_add(1, Ordering::SeqCst);
        }
        committed
    }

    /// Whoever waits for the commit is never answered: it is dropped with the rest of the process.
    async fn die(&self) -> Result<Committed, CommitError> {
        self.died.store(true, Ordering::SeqCst);
        std::future::pending().await
    }

    fn readable(&self) -> Result<(), StoreError> {
        if self.dice.chance(self.faults().read) {
            Err(StoreError::Unavailable("the harness says so".to_owned()))
        } else {
            Ok(())
        }
    }
}

/// A conflict that could have been.
fn conflict(unit: &UnitOfWork) -> Option<CommitError> {
    let (stream, expected) = unit.expect.first()?.clone();
    Some(CommitError::Conflict { stream, expected, actual: expected.next() })
}

#[async_trait]
impl EventStore for FaultyStore {
    async fn commit(&self, unit: UnitOfWork) -> Result<Committed, CommitError> {
        let faults = self.faults();
        let says_so = || "the harness says so".to_owned();
        if self.dice.chance(faults.unavailable) {
            return Err(CommitError::Unavailable(says_so()));
        }
        if self.dice.chance(faults.conflict)
            && let Some(conflict) = conflict(&unit)
        {
            return Err(conflict);
        }
        if self.dice.chance(faults.unknown) {
            if self.dice.chance(500) {
                // Whether it was admitted is what nobody is told.
                let _untold = self.write(unit).await;
            }
            return Err(CommitError::Unknown(says_so()));
        }
        if self.dice.chance(faults.crash) {
            if self.dice.chance(500) {
                let _untold = self.write(unit).await;
            }
            return self.die().await;
        }
        self.write(unit).await
    }

    async fn read_stream(
        &self,
        stream: &StreamId,
        after: Version,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, StoreError> {
        self.readable()?;
        self.inner.read_stream(stream, after, limit).await
    }

    async fn read_log(&self, after: Position, limit: usize) -> Result<Vec<Arc<Recorded>>, StoreError> {
        self.readable()?;
        self.inner.read_log(after, limit).await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.inner.head().await
    }

    async fn wait_beyond(&self, after: Position) {
        self.inner.wait_beyond(after).await;
    }

    async fn claim(&self, key: &ClaimKey) -> Result<Option<(Fingerprint, Receipt)>, StoreError> {
        self.inner.claim(key).await
    }

    async fn claims(&self, after: Option<&ClaimKey>, limit: usize) -> Result<Vec<(ClaimKey, Receipt)>, StoreError> {
        self.inner.claims(after, limit).await
    }

    async fn checkpoint(&self, reader: &ReaderId) -> Result<Option<Checkpoint>, StoreError> {
        self.readable()?;
        self.inner.checkpoint(reader).await
    }

    async fn checkpoints(&self) -> Result<Vec<(ReaderId, Checkpoint)>, StoreError> {
        self.inner.checkpoints().await
    }

    async fn work(&self, key: &WorkKey) -> Result<Option<WorkRow>, StoreError> {
        self.inner.work(key).await
    }

    async fn work_due(
        &self,
        kind: WorkKind,
        group: Option<&str>,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<WorkRow>, StoreError> {
        self.readable()?;
        self.inner.work_due(kind, group, now, limit).await
    }

    async fn work_list(
        &self,
        kind: WorkKind,
        group: Option<&str>,
        after: Option<&WorkKey>,
        limit: usize,
    ) -> Result<Vec<WorkRow>, StoreError> {
        self.inner.work_list(kind, group, after, limit).await
    }

    async fn snapshot(&self, stream: &StreamId, fold: u32) -> Result<Option<Snapshot>, StoreError> {
        self.inner.snapshot(stream, fold).await
    }

    async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        self.inner.save_snapshot(snapshot).await
    }
}
