//! The port.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use orderflow_domain::event::Recorded;
use orderflow_domain::ports::{
    Checkpoint, ClaimKey, CommitError, Committed, EventStore, Fingerprint, ReaderId, Receipt, Snapshot, StoreError,
    UnitOfWork, WorkKey, WorkKind, WorkRow,
};
use orderflow_domain::shared::{Position, StreamId, Timestamp, Version};

use super::{SqliteStore, read};

/// How often a store that is only read looks whether the log has grown: another process writes it.
const LOOK: Duration = Duration::from_millis(250);

const READ_ONLY: &str = "the store was opened for reading only";

#[async_trait]
impl EventStore for SqliteStore {
    async fn commit(&self, unit: UnitOfWork) -> Result<Committed, CommitError> {
        match &self.writing {
            Some(writing) => writing.queue.commit(unit).await,
            None => Err(CommitError::Unavailable(READ_ONLY.to_owned())),
        }
    }

    async fn read_stream(
        &self,
        stream: &StreamId,
        after: Version,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, StoreError> {
        let stream = stream.clone();
        Ok(self.readers.read(move |connection| read::stream(connection, &stream, after, limit)).await?)
    }

    async fn read_log(&self, after: Position, limit: usize) -> Result<Vec<Arc<Recorded>>, StoreError> {
        if let Some(events) = self.writing.as_ref().and_then(|writing| writing.ring.read(after, limit)) {
            return Ok(events);
        }
        Ok(self.readers.read(move |connection| read::log(connection, after, limit)).await?)
    }

    async fn head(&self) -> Result<Position, StoreError> {
        match &self.writing {
            Some(writing) => Ok(writing.ring.head()),
            None => Ok(self.readers.read(read::head).await?),
        }
    }

    async fn wait_beyond(&self, after: Position) {
        if let Some(writing) = &self.writing {
            return writing.ring.wait_beyond(after).await;
        }
        // An error is for the read that follows to report.
        while self.head().await.is_ok_and(|head| head <= after) {
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn claim(&self, key: &ClaimKey) -> Result<Option<(Fingerprint, Receipt)>, StoreError> {
        let key = key.clone();
        Ok(self.readers.read(move |connection| read::claim(connection, &key)).await?)
    }

    async fn claims(&self, after: Option<&ClaimKey>, limit: usize) -> Result<Vec<(ClaimKey, Receipt)>, StoreError> {
        let after = after.cloned();
        Ok(self.readers.read(move |connection| read::claims(connection, after.as_ref(), limit)).await?)
    }

    async fn torn_streams(&self, limit: usize) -> Result<Vec<(StreamId, Version, Version)>, StoreError> {
        Ok(self.readers.read(move |connection| read::torn_streams(connection, limit)).await?)
    }

    async fn checkpoint(&self, reader: &ReaderId) -> Result<Option<Checkpoint>, StoreError> {
        let reader = reader.clone();
        Ok(self.readers.read(move |connection| read::checkpoint(connection, &reader)).await?)
    }

    async fn checkpoints(&self) -> Result<Vec<(ReaderId, Checkpoint)>, StoreError> {
        Ok(self.readers.read(read::checkpoints).await?)
    }

    async fn work(&self, key: &WorkKey) -> Result<Option<WorkRow>, StoreError> {
        let key = key.clone();
        Ok(self.readers.read(move |connection| read::work(connection, &key)).await?)
    }

    async fn work_due(
        &self,
        kind: WorkKind,
        group: Option<&str>,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<WorkRow>, StoreError> {
        let group = group.map(str::to_owned);
        Ok(self.readers.read(move |connection| read::work_due(connection, kind, group.as_deref(), now, limit)).await?)
    }

    async fn work_list(
        &self,
        kind: WorkKind,
        group: Option<&str>,
        after: Option<&WorkKey>,
        limit: usize,
    ) -> Result<Vec<WorkRow>, StoreError> {
        let (group, after) = (group.map(str::to_owned), after.cloned());
        let list = move |connection: &rusqlite::Connection| {
            read::work_list(connection, kind, group.as_deref(), after.as_ref(), limit)
        };
        Ok(self.readers.read(list).await?)
    }

    async fn snapshot(&self, stream: &StreamId, fold: u32) -> Result<Option<Snapshot>, StoreError> {
        let stream = stream.clone();
        Ok(self.readers.read(move |connection| read::snapshot(connection, &stream, fold)).await?)
    }

    async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        match &self.writing {
            Some(writing) => writing.queue.save_snapshot(snapshot).await,
            None => Err(StoreError::Unavailable(READ_ONLY.to_owned())),
        }
    }
}
