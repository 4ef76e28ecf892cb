//! The event store in memory: plain maps behind one lock. What is committed is visible at once, and gone with the process.

mod state;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use orderflow_commit::Head;
use orderflow_domain::event::Recorded;
use orderflow_domain::ports::{
    Checkpoint, ClaimKey, CommitError, Committed, EventStore, Fingerprint, ReaderId, Receipt, Snapshot, StoreError,
    UnitOfWork, WorkKey, WorkKind, WorkRow,
};
use orderflow_domain::shared::{Position, StreamId, Timestamp, Version};

use state::State;

/// An event store in memory.
#[derive(Debug)]
pub struct MemoryStore {
    state: Mutex<State>,
    head: Head,
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self { state: Mutex::default(), head: Head::new(Position::START) }
    }
}

impl MemoryStore {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn index(place: u64) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

#[async_trait]
impl EventStore for MemoryStore {
    async fn commit(&self, unit: UnitOfWork) -> Result<Committed, CommitError> {
        let committed = self.state().commit(unit)?;
        self.head.advance(committed.position);
        Ok(committed)
    }

    async fn read_stream(
        &self,
        stream: &StreamId,
        after: Version,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, StoreError> {
        let state = self.state();
        let events = state.streams.get(stream).map_or(&[][..], Vec::as_slice);
        Ok(events.iter().skip(index(after.0)).take(limit).cloned().collect())
    }

    async fn read_log(&self, after: Position, limit: usize) -> Result<Vec<Arc<Recorded>>, StoreError> {
        Ok(self.state().log.iter().skip(index(after.0)).take(limit).cloned().collect())
    }

    async fn head(&self) -> Result<Position, StoreError> {
        Ok(self.state().last())
    }

    async fn wait_beyond(&self, after: Position) {
        self.head.wait_beyond(after).await;
    }

    async fn claim(&self, key: &ClaimKey) -> Result<Option<(Fingerprint, Receipt)>, StoreError> {
        Ok(self.state().claims.get(key).cloned())
    }

    async fn claims(&self, after: Option<&ClaimKey>, limit: usize) -> Result<Vec<(ClaimKey, Receipt)>, StoreError> {
        let state = self.state();
        let later = |key: &ClaimKey| after.is_none_or(|after| key > after);
        let mut claims: Vec<_> = state.claims.iter().filter(|(key, _)| later(key)).collect();
        claims.sort_by_key(|(key, _)| *key);
        Ok(claims.into_iter().take(limit).map(|(key, (_, receipt))| (key.clone(), receipt.clone())).collect())
    }

    async fn checkpoint(&self, reader: &ReaderId) -> Result<Option<Checkpoint>, StoreError> {
        Ok(self.state().checkpoints.get(reader).copied())
    }

    async fn checkpoints(&self) -> Result<Vec<(ReaderId, Checkpoint)>, StoreError> {
        Ok(self.state().checkpoints.iter().map(|(reader, at)| (reader.clone(), *at)).collect())
    }

    async fn work(&self, key: &WorkKey) -> Result<Option<WorkRow>, StoreError> {
        Ok(self.state().work.get(key).cloned())
    }

    async fn work_due(
        &self,
        kind: WorkKind,
        group: Option<&str>,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<WorkRow>, StoreError> {
        let state = self.state();
        let mut rows: Vec<_> = state.rows(kind, group).filter(|row| row.due <= now).collect();
        rows.sort_by_key(|row| row.due);
        Ok(rows.into_iter().take(limit).cloned().collect())
    }

    async fn work_list(
        &self,
        kind: WorkKind,
        group: Option<&str>,
        after: Option<&WorkKey>,
        limit: usize,
    ) -> Result<Vec<WorkRow>, StoreError> {
        let state = self.state();
        let rows = state.rows(kind, group).filter(|row| after.is_none_or(|after| row.key > *after));
        Ok(rows.take(limit).cloned().collect())
    }

    async fn snapshot(&self, stream: &StreamId, fold: u32) -> Result<Option<Snapshot>, StoreError> {
        Ok(self.state().snapshots.get(stream).filter(|snapshot| snapshot.fold == fold).cloned())
    }

    async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        self.state().snapshots.insert(snapshot.stream.clone(), snapshot);
        Ok(())
    }
}
