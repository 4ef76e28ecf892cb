//! Disks that fill, commits that fail, a writer that dies: no caller hangs, none is told of a commit that is not there, and the store goes on.

use std::sync::Arc;

use orderflow_contract::samples::{append, assert_gapless, new_stream, place, shared_stream, whole_log};
use orderflow_domain::ports::{CommitError, EventStore, StoreError};
use orderflow_domain::shared::{Position, Version};
use tempfile::TempDir;
use tokio::sync::oneshot;

use super::SqliteStore;
use super::queue::Job;
use crate::Options;

struct Opened {
    store: Arc<SqliteStore>,
    _folder: TempDir,
}

impl Opened {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let store = SqliteStore::open(folder.path().join("orderflow.db"), Options::default()).unwrap();
        Self { store: Arc::new(store), _folder: folder }
    }

    async fn sabotage(&self, sql: &str) {
        let (answer, answered) = oneshot::channel();
        let queue = &self.store.writing.as_ref().unwrap().queue;
        assert!(queue.send(Job::Sabotage(sql.to_owned(), answer)).await);
        answered.await.unwrap();
    }

    fn port(&self) -> Arc<dyn EventStore> {
        self.store.clone()
    }
}

/// A row that a deferred foreign key refuses: everything goes well until COMMIT.
const BREAK_COMMIT: &str = "
    PRAGMA foreign_keys = ON;
    CREATE TABLE parent (id INTEGER PRIMARY KEY);
    CREATE TABLE child (parent INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
    CREATE TEMP TRIGGER broken AFTER INSERT ON main.events BEGIN INSERT INTO child VALUES (1); END;";

const MEND_COMMIT: &str = "DROP TRIGGER broken; PRAGMA foreign_keys = OFF;";

#[tokio::test]
async fn after_a_failed_commit_the_same_unit_goes_in_once() {
    let opened = Opened::new();
    let hot = shared_stream("demo/p1");
    opened.store.commit(append(&hot, 0, 1)).await.unwrap();
    opened.sabotage(BREAK_COMMIT).await;
    let units = [append(&hot, 1, 2), place("key-1", 1), append(&new_stream(), 0, 1)];
    for unit in &units {
        assert!(matches!(opened.store.commit(unit.clone()).await, Err(CommitError::Unknown(_))));
    }
    assert_eq!(opened.store.head().await, Ok(Position(1)));
    opened.sabotage(MEND_COMMIT).await;
    for unit in units.iter().chain(&units) {
        opened.store.commit(unit.clone()).await.unwrap();
    }
    let log = whole_log(&opened.port()).await;
    assert_eq!(log.len(), 5);
    assert_gapless(&log);
}

#[tokio::test]
async fn a_disk_error_before_commit_is_unavailable_and_leaves_nothing() {
    let opened = Opened::new();
    let hot = shared_stream("demo/p1");
    opened.store.commit(append(&hot, 0, 1)).await.unwrap();
    opened
        .sabotage("CREATE TEMP TRIGGER full AFTER INSERT ON main.events BEGIN SELECT RAISE(FAIL, 'disk full'); END;")
        .await;
    let answers = futures(&opened, 8).await;
    assert!(
        answers
            .iter()
            .all(|answer| matches!(answer, Err(CommitError::Unavailable(text)) if text.contains("disk full")))
    );
    assert_eq!(opened.store.read_stream(&hot, Version::EMPTY, 10).await.unwrap().len(), 1);
    opened.sabotage("DROP TRIGGER full").await;
    // Also what the failed batch had learnt of streams is forgotten.
    assert!(matches!(
        opened.store.commit(append(&hot, 2, 1)).await,
        Err(CommitError::Conflict { actual: Version(1), .. })
    ));
    opened.store.commit(append(&hot, 1, 1)).await.unwrap();
    assert!(futures(&opened, 8).await.iter().all(Result::is_ok));
    assert_gapless(&whole_log(&opened.port()).await);
}

async fn futures(opened: &Opened, units: usize) -> Vec<Result<(), CommitError>> {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..units {
        let store = opened.store.clone();
        tasks.spawn(async move { store.commit(append(&new_stream(), 0, 1)).await.map(|_| ()) });
    }
    tasks.join_all().await
}

#[tokio::test]
async fn a_commit_that_only_seemed_to_fail_reaches_the_readers() {
    let opened = Opened::new();
    opened.store.commit(append(&new_stream(), 0, 1)).await.unwrap();
    // What the file holds beyond what the writer believes, as after a COMMIT whose answer was an error.
    let id = uuid::Uuid::nil();
    opened
        .sabotage(&format!(
            "INSERT INTO events SELECT 2, stream, 2, type, at, x'{}', correlation, causation, actor, trace, payload FROM events;
             UPDATE streams SET version = 2;",
            id.simple()
        ))
        .await;
    // The next batch collides with it, the one after knows it.
    assert!(matches!(opened.store.commit(append(&new_stream(), 0, 1)).await, Err(CommitError::Unavailable(_))));
    let committed = opened.store.commit(append(&new_stream(), 0, 1)).await.unwrap();
    assert_eq!(committed.position, Position(3));
    let log = opened.store.read_log(Position::START, 10).await.unwrap();
    assert_eq!(log.len(), 3);
    assert_gapless(&log);
}

#[tokio::test]
async fn nobody_waits_for_a_writer_that_died() {
    let opened = Opened::new();
    let (answer, answered) = oneshot::channel();
    drop(answered);
    // The answer has nowhere to go, which makes the thread panic.
    opened.store.writing.as_ref().unwrap().queue.send(Job::Sabotage(String::new(), answer)).await;
    let first = opened.store.commit(append(&new_stream(), 0, 1)).await;
    assert!(matches!(first, Err(CommitError::Unknown(_) | CommitError::Unavailable(_))), "{first:?}");
    let later = opened.store.commit(append(&new_stream(), 0, 1)).await;
    assert!(matches!(later, Err(CommitError::Unavailable(_))), "{later:?}");
    assert_eq!(opened.store.head().await, Ok(Position::START), "what is there can be read");
}

#[tokio::test]
async fn a_gap_or_an_unknown_event_stops_whoever_reads() {
    let folder = TempDir::new().unwrap();
    // Without a tail in memory, so that all is read from the file.
    let options = Options { ring: 0, ..Options::default() };
    let store = Arc::new(SqliteStore::open(folder.path().join("orderflow.db"), options).unwrap());
    let opened = Opened { store, _folder: folder };
    for _ in 0..3 {
        opened.store.commit(append(&new_stream(), 0, 1)).await.unwrap();
    }
    let corrupt = async |after| match opened.store.read_log(Position(after), 10).await {
        Err(StoreError::Corrupt(text)) => text,
        other => panic!("{other:?}"),
    };
    opened.sabotage("UPDATE events SET type = 65000 WHERE position = 3").await;
    assert_eq!(opened.store.read_log(Position::START, 2).await.unwrap().len(), 2);
    assert!(corrupt(2).await.contains("65000"));
    opened.sabotage("DELETE FROM events WHERE position = 2").await;
    assert!(corrupt(0).await.contains("position 3"));
    assert!(corrupt(1).await.contains("position 3"));
}
