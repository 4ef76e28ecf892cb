//! A store that fails when it is told to: at the n-th commit from now it refuses, loses its answer, or the process dies with it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use orderflow_domain::event::Recorded;
use orderflow_domain::ports::*;
use orderflow_domain::shared::*;
use orderflow_memory::MemoryStore;

/// What becomes of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Refused, as if another writer had been faster.
    Conflict,
    /// The store can't be reached.
    Unavailable,
    /// The answer is lost, and nothing was committed.
    UnknownOut,
    /// The answer is lost, but it is in.
    UnknownIn,
    /// The process dies before it.
    CrashBefore,
    /// The process dies after it.
    CrashAfter,
}

impl Fault {
    pub(crate) const ALL: [Self; 6] =
        [Self::Conflict, Self::Unavailable, Self::UnknownOut, Self::UnknownIn, Self::CrashBefore, Self::CrashAfter];
}

#[derive(Default)]
pub(crate) struct FaultyStore {
    inner: MemoryStore,
    commits: AtomicUsize,
    reads: AtomicUsize,
    faults: Mutex<HashMap<usize, Fault>>,
    bad_reads: Mutex<HashMap<usize, ()>>,
    dead: AtomicBool,
    lists: AtomicBool,
}

impl FaultyStore {
    /// Commits so far, refused ones included.
    pub(crate) fn commits(&self) -> usize {
        self.commits.load(Ordering::SeqCst)
    }

    /// The `n`-th commit from now (from 0) fails like that.
    pub(crate) fn at(&self, n: usize, fault: Fault) {
        self.faults.lock().unwrap().insert(self.commits() + n, fault);
    }

    pub(crate) fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }

    /// The `n`-th read from now can't be answered.
    pub(crate) fn read_fails_at(&self, n: usize) {
        self.bad_reads.lock().unwrap().insert(self.reads() + n, ());
    }

    /// From now on work rows can't be listed, until this is taken back.
    pub(crate) fn lists_fail(&self, fail: bool) {
        self.lists.store(fail, Ordering::SeqCst);
    }

    /// No fault that was planted comes any more.
    pub(crate) fn heal(&self) {
        self.faults.lock().unwrap().clear();
        self.bad_reads.lock().unwrap().clear();
    }

    /// Whether the process has died; nothing works until it is started again.
    pub(crate) fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    pub(crate) fn revive(&self) {
        self.dead.store(false, Ordering::SeqCst);
    }

    fn read(&self) -> Result<&MemoryStore, StoreError> {
        let n = self.reads.fetch_add(1, Ordering::SeqCst);
        let fails = self.bad_reads.lock().unwrap().remove(&n).is_some();
        if fails || self.is_dead() { Err(StoreError::Unavailable("planted".into())) } else { Ok(&self.inner) }
    }

    fn die(&self) -> CommitError {
        self.dead.store(true, Ordering::SeqCst);
        CommitError::Unavailable("died".into())
    }
}

#[async_trait]
impl EventStore for FaultyStore {
    async fn commit(&self, unit: UnitOfWork) -> Result<Committed, CommitError> {
        let n = self.commits.fetch_add(1, Ordering::SeqCst);
        if self.is_dead() {
            return Err(CommitError::Unavailable("dead".into()));
        }
        let fault = self.faults.lock().unwrap().remove(&n);
        match fault {
            None => self.inner.commit(unit).await,
            Some(Fault::Conflict) => {
                let stream = unit.expect.first().map_or(StreamId::named(Category::Stock, "x"), |(of, _)| of.clone());
                Err(CommitError::Conflict { stream, expected: Version(0), actual: Version(1) })
            }
            Some(Fault::Unavailable) => Err(CommitError::Unavailable("planted".into())),
            Some(Fault::UnknownOut) => Err(CommitError::Unknown("planted".into())),
            Some(Fault::UnknownIn) => {
                let _ = self.inner.commit(unit).await;
                Err(CommitError::Unknown("planted".into()))
            }
            Some(Fault::CrashBefore) => Err(self.die()),
            Some(Fault::CrashAfter) => {
                let _ = self.inner.commit(unit).await;
                Err(self.die())
            }
        }
    }

    async fn read_stream(&self, of: &StreamId, after: Version, n: usize) -> Result<Vec<Arc<Recorded>>, StoreError> {
        self.read()?.read_stream(of, after, n).await
    }

    async fn read_log(&self, after: Position, limit: usize) -> Result<Vec<Arc<Recorded>>, StoreError> {
        self.read()?.read_log(after, limit).await
    }

    async fn claims(&self, after: Option<&ClaimKey>, limit: usize) -> Result<Vec<(ClaimKey, Receipt)>, StoreError> {
        self.read()?.claims(after, limit).await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.read()?.head().await
    }

    async fn wait_beyond(&self, after: Position) {
        self.inner.wait_beyond(after).await;
    }

    async fn claim(&self, key: &ClaimKey) -> Result<Option<(Fingerprint, Receipt)>, StoreError> {
        self.read()?.claim(key).await
    }

    async fn checkpoint(&self, reader: &ReaderId) -> Result<Option<Checkpoint>, StoreError> {
        self.read()?.checkpoint(reader).await
    }

    async fn checkpoints(&self) -> Result<Vec<(ReaderId, Checkpoint)>, StoreError> {
        self.read()?.checkpoints().await
    }

    async fn work(&self, key: &WorkKey) -> Result<Option<WorkRow>, StoreError> {
        self.read()?.work(key).await
    }

    async fn work_due(
        &self,
        kind: WorkKind,
        group: Option<&str>,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<WorkRow>, StoreError> {
        self.read()?.work_due(kind, group, now, limit).await
    }

    async fn work_list(
        &self,
        kind: WorkKind,
        group: Option<&str>,
        after: Option<&WorkKey>,
        limit: usize,
    ) -> Result<Vec<WorkRow>, StoreError> {
        if self.lists.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable("planted".into()));
        }
        self.read()?.work_list(kind, group, after, limit).await
    }

    async fn snapshot(&self, stream: &StreamId, fold: u32) -> Result<Option<Snapshot>, StoreError> {
        self.read()?.snapshot(stream, fold).await
    }

    async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        self.read()?.save_snapshot(snapshot).await
    }
}
