//! The log and what is committed with it.

use std::sync::Arc;

use async_trait::async_trait;

use crate::event::Recorded;
use crate::shared::{EventId, Position, StreamId, Timestamp, Version};

use super::{ClaimKey, CommitError, Committed, Fingerprint, ReaderId, Receipt, UnitOfWork, WorkKey, WorkKind, WorkRow};

/// Why something could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Can't be reached: try later.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// What is stored is not what it should be (a gap, an unknown event type, a payload that can't be read): stop loudly.
    #[error("the store is damaged or newer than this program: {0}")]
    Corrupt(String),
}

/// Up to where a reader has taken effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// All up to here.
    pub position: Position,
    /// The event there.
    pub event: EventId,
}

/// A folded stream as of a version, to start folding from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Of which stream.
    pub stream: StreamId,
    /// As of which version.
    pub version: Version,
    /// The version of the fold that made it; any other is ignored.
    pub fold: u32,
    /// JSON of the folded state.
    pub body: Arc<str>,
}

/// The event store: log, claims, checkpoints, work rows, snapshots. Durable before it answers.
#[async_trait]
pub trait EventStore: Send + Sync {
    /// Commits a unit, durably, or refuses it and leaves nothing behind. Many units may share one transaction.
    ///
    /// A unit that is in already, submitted again because its answer was lost, is answered as it was then: its events stand at their places under
    /// their ids, or, without events and claim, its checkpoint stands exactly where it would put it. A unit of work rows alone is not known again:
    /// it is answered `WorkMoved`, and the row tells.
    ///
    /// # Errors
    /// See [`CommitError`]: each variant says what to do.
    async fn commit(&self, unit: UnitOfWork) -> Result<Committed, CommitError>;

    /// Up to `limit` events of a stream after a version, in order; empty at its end.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    async fn read_stream(
        &self,
        stream: &StreamId,
        after: Version,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, StoreError>;

    /// Up to `limit` events of the log after a position, in order and without a gap; empty at its end. What was committed of late is handed
    /// over as it was, without being read back.
    ///
    /// # Errors
    /// Unavailable or corrupt; a gap is corrupt.
    async fn read_log(&self, after: Position, limit: usize) -> Result<Vec<Arc<Recorded>>, StoreError>;

    /// The last position; 0 for an empty log.
    ///
    /// # Errors
    /// Unavailable.
    async fn head(&self) -> Result<Position, StoreError>;

    /// Returns once the log has grown beyond `after`. May return early, for no reason, but never misses an event of this process, and
    /// notices those of others within a second.
    async fn wait_beyond(&self, after: Position);

    /// Whether an idempotency key is taken, by which request and for what.
    ///
    /// # Errors
    /// Unavailable.
    async fn claim(&self, key: &ClaimKey) -> Result<Option<(Fingerprint, Receipt)>, StoreError>;

    /// Up to `limit` idempotency keys that are taken and what they point at, after a key, in the order of (key, principal, operation): for
    /// audits and copies.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    async fn claims(&self, after: Option<&ClaimKey>, limit: usize) -> Result<Vec<(ClaimKey, Receipt)>, StoreError>;

    /// Up to `limit` streams whose head, as the store keeps it, is not at their last event, with both versions: events were removed or added
    /// behind the store's back. For audits; it may take as long as there are streams. A store that keeps no heads has none.
    ///
    /// # Errors
    /// Unavailable.
    async fn torn_streams(&self, limit: usize) -> Result<Vec<(StreamId, Version, Version)>, StoreError> {
        let _ = limit;
        Ok(Vec::new())
    }

    /// A reader's checkpoint; none if it never committed.
    ///
    /// # Errors
    /// Unavailable.
    async fn checkpoint(&self, reader: &ReaderId) -> Result<Option<Checkpoint>, StoreError>;

    /// All checkpoints.
    ///
    /// # Errors
    /// Unavailable.
    async fn checkpoints(&self) -> Result<Vec<(ReaderId, Checkpoint)>, StoreError>;

    /// One work row.
    ///
    /// # Errors
    /// Unavailable.
    async fn work(&self, key: &WorkKey) -> Result<Option<WorkRow>, StoreError>;

    /// Up to `limit` rows of a kind (and group) that are due at `now`, the longest due first.
    ///
    /// # Errors
    /// Unavailable.
    async fn work_due(
        &self,
        kind: WorkKind,
        group: Option<&str>,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<WorkRow>, StoreError>;

    /// Up to `limit` rows of a kind (and group) after a key, in the order of (group, id).
    ///
    /// # Errors
    /// Unavailable.
    async fn work_list(
        &self,
        kind: WorkKind,
        group: Option<&str>,
        after: Option<&WorkKey>,
        limit: usize,
    ) -> Result<Vec<WorkRow>, StoreError>;

    /// The newest snapshot of a stream made by that fold.
    ///
    /// # Errors
    /// Unavailable.
    async fn snapshot(&self, stream: &StreamId, fold: u32) -> Result<Option<Snapshot>, StoreError>;

    /// Keeps a snapshot of a stream that has events, instead of the older one. A snapshot is only a short cut: losing it loses nothing.
    ///
    /// # Errors
    /// Unavailable.
    async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError>;
}
