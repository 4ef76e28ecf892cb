//! A store that hands out positions before the commit, as a database sequence does, must fail the suite: a transaction with a lower number may
//! commit later, and a reader that has gone beyond it never sees its events.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt;
use orderflow_contract::event_store::{Factory, log};
use orderflow_domain::event::Recorded;
use orderflow_domain::ports::{
    Checkpoint, ClaimKey, CommitError, Committed, EventStore, Fingerprint, ReaderId, Receipt, Snapshot, StoreError,
    UnitOfWork, WorkKey, WorkKind, WorkRow,
};
use orderflow_domain::shared::{Position, StreamId, Timestamp, Version};
use orderflow_memory::MemoryStore;

/// Versions, claims and all else are right, only positions are not.
#[derive(Default)]
struct Naive {
    right: MemoryStore,
    sequence: AtomicU64,
    visible: Mutex<BTreeMap<Position, Arc<Recorded>>>,
}

#[async_trait]
impl EventStore for Naive {
    async fn commit(&self, unit: UnitOfWork) -> Result<Committed, CommitError> {
        let first = self.sequence.fetch_add(unit.events.len() as u64, Ordering::SeqCst) + 1;
        // Some transactions take longer than others.
        tokio::time::sleep(Duration::from_millis(first % 7)).await;
        let mut committed = self.right.commit(unit).await?;
        for (event, position) in committed.events.iter_mut().zip(first..) {
            let mut numbered = (**event).clone();
            numbered.envelope.position = Position(position);
            *event = Arc::new(numbered);
        }
        let rows = committed.events.iter().map(|event| (event.envelope.position, event.clone()));
        self.visible.lock().expect("no panic").extend(rows);
        Ok(committed)
    }

    async fn read_log(&self, after: Position, limit: usize) -> Result<Vec<Arc<Recorded>>, StoreError> {
        let visible = self.visible.lock().expect("no panic");
        Ok(visible.range(after.next()..).take(limit).map(|(_, event)| event.clone()).collect())
    }

    async fn head(&self) -> Result<Position, StoreError> {
        Ok(self.visible.lock().expect("no panic").keys().next_back().copied().unwrap_or_default())
    }

    async fn wait_beyond(&self, after: Position) {
        while self.head().await.is_ok_and(|head| head <= after) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    async fn read_stream(
        &self,
        stream: &StreamId,
        after: Version,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, StoreError> {
        self.right.read_stream(stream, after, limit).await
    }

    async fn claim(&self, key: &ClaimKey) -> Result<Option<(Fingerprint, Receipt)>, StoreError> {
        self.right.claim(key).await
    }

    async fn claims(&self, after: Option<&ClaimKey>, limit: usize) -> Result<Vec<(ClaimKey, Receipt)>, StoreError> {
        self.right.claims(after, limit).await
    }

    async fn checkpoint(&self, reader: &ReaderId) -> Result<Option<Checkpoint>, StoreError> {
        self.right.checkpoint(reader).await
    }

    async fn checkpoints(&self) -> Result<Vec<(ReaderId, Checkpoint)>, StoreError> {
        self.right.checkpoints().await
    }

    async fn work(&self, key: &WorkKey) -> Result<Option<WorkRow>, StoreError> {
        self.right.work(key).await
    }

    async fn work_due(
        &self,
        kind: WorkKind,
        group: Option<&str>,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<WorkRow>, StoreError> {
        self.right.work_due(kind, group, now, limit).await
    }

    async fn work_list(
        &self,
        kind: WorkKind,
        group: Option<&str>,
        after: Option<&WorkKey>,
        limit: usize,
    ) -> Result<Vec<WorkRow>, StoreError> {
        self.right.work_list(kind, group, after, limit).await
    }

    async fn snapshot(&self, stream: &StreamId, fold: u32) -> Result<Option<Snapshot>, StoreError> {
        self.right.snapshot(stream, fold).await
    }

    async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        self.right.save_snapshot(snapshot).await
    }
}

struct NaiveFactory;

#[async_trait]
impl Factory for NaiveFactory {
    async fn fresh(&self) -> Arc<dyn EventStore> {
        Arc::new(Naive::default())
    }

    async fn reopen(&self, store: Arc<dyn EventStore>) -> Arc<dyn EventStore> {
        store
    }
}

async fn fails(case: impl Future<Output = ()>, with: &str) {
    let panic = AssertUnwindSafe(case).catch_unwind().await.expect_err("a store without commit order passes the suite");
    let message =
        panic.downcast_ref::<String>().map_or_else(|| panic.downcast_ref::<&str>().copied(), |text| Some(text));
    assert!(message.is_some_and(|text| text.contains(with)), "{message:?}");
}

#[test]
fn a_naive_tail_reader_misses_events() {
    orderflow_contract::run(fails(
        log::a_tail_reader_sees_each_event_once_and_in_order(&NaiveFactory),
        "an event was missed",
    ));
}

#[test]
fn naive_positions_have_gaps() {
    let case = log::positions_are_gapless_under_concurrent_conflicting_writers(&NaiveFactory);
    orderflow_contract::run(fails(case, "a gap in the log"));
}
