//! What needs more than one process, or more than one store on a file: the lock, reading beside a writer, `kill -9`.

use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use orderflow_contract::samples::{append, assert_gapless, claim_key, new_stream, place, whole_log};
use orderflow_domain::ports::{CommitError, EventStore, UnitOfWork};
use orderflow_domain::shared::{EventId, Position};
use orderflow_sqlite::{OpenError, Options, SqliteStore};
use tempfile::TempDir;

fn open(path: &Path) -> Result<SqliteStore, OpenError> {
    SqliteStore::open(path, Options::default())
}

fn database(folder: &TempDir) -> PathBuf {
    folder.path().join("orderflow.db")
}

#[test]
fn a_file_has_one_writer() {
    let folder = TempDir::new().expect("a folder");
    let first = open(&database(&folder)).expect("opened");
    let refused = open(&database(&folder)).expect_err("locked").to_string();
    assert!(refused.contains("orderflow.db.lock"), "{refused}");
    assert!(refused.contains(&format!("process {}", std::process::id())), "{refused}");
    drop(first);
    open(&database(&folder)).expect("the lock is gone with its holder");
}

#[test]
fn a_reader_beside_the_writer_sees_what_it_commits() {
    orderflow_contract::run(async {
        let folder = TempDir::new().expect("a folder");
        let writer: Arc<dyn EventStore> = Arc::new(open(&database(&folder)).expect("opened"));
        let committed = writer.commit(append(&new_stream(), 0, 2)).await.expect("committed");
        let reader = SqliteStore::open_read_only(database(&folder), Options::default()).expect("opened");
        let reader: Arc<dyn EventStore> = Arc::new(reader);
        assert_eq!(whole_log(&reader).await, committed.events);
        assert!(matches!(reader.commit(append(&new_stream(), 0, 1)).await, Err(CommitError::Unavailable(_))));
        let waiting = tokio::spawn({
            let reader = reader.clone();
            async move { reader.wait_beyond(Position(2)).await }
        });
        writer.commit(append(&new_stream(), 0, 1)).await.expect("committed");
        tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("noticed").expect("no panic");
        assert_eq!(reader.head().await, Ok(Position(3)));
        // Also without a writer.
        drop(reader);
        drop(writer);
        let reader = SqliteStore::open_read_only(database(&folder), Options::default()).expect("opened");
        assert_eq!(whole_log(&(Arc::new(reader) as Arc<dyn EventStore>)).await.len(), 3);
    });
}

const CHILD: &str = "ORDERFLOW_TEST_KILLED_WRITER";

/// Not a test by itself: the process that is killed. It prints each claim's key and first event once they are acknowledged.
#[test]
#[ignore = "run by the test that kills it"]
fn killed_writer() {
    let path = std::env::var(CHILD).expect("run by the test that kills it");
    orderflow_contract::run(async {
        let store = Arc::new(open(Path::new(&path)).expect("opened"));
        let write = |writer: usize| {
            let store = store.clone();
            async move {
                for n in 0.. {
                    let key = format!("{}-{writer}-{n}", std::process::id());
                    let stream = new_stream();
                    let unit = UnitOfWork { claim: place(&key, 1).claim, ..append(&stream, 0, 3) };
                    let committed = store.commit(unit).await.expect("committed");
                    println!("ack {key} {}", committed.events[0].envelope.id);
                }
            }
        };
        let writers: Vec<_> = (0..16).map(|writer| tokio::spawn(write(writer))).collect();
        for writer in writers {
            writer.await.expect("never ends");
        }
    });
}

/// Acknowledged is durable, half a unit is never there, and the file opens as if nothing had happened.
#[test]
fn what_was_acknowledged_survives_kill_9() {
    let folder = TempDir::new().expect("a folder");
    let path = database(&folder);
    let mut acknowledged: Vec<(String, EventId)> = Vec::new();
    for round in 1..=3 {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "killed_writer", "--ignored", "--nocapture"])
            .env(CHILD, &path)
            .stdout(Stdio::piped())
            .spawn()
            .expect("started");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let until = acknowledged.len() + 400 * round;
        for line in lines {
            let line = line.expect("text");
            let mut words = line.split_whitespace().skip_while(|word| *word != "ack").skip(1);
            if let (Some(key), Some(Ok(id))) = (words.next(), words.next().map(str::parse)) {
                acknowledged.push((key.to_owned(), id));
            }
            if acknowledged.len() == until {
                // SIGKILL: no destructor runs. What the child had printed before is still read.
                child.kill().expect("killed");
            }
        }
        child.wait().expect("ended");
        orderflow_contract::run(verify(&path, &acknowledged));
    }
}

async fn verify(path: &Path, acknowledged: &[(String, EventId)]) {
    let store: Arc<dyn EventStore> = Arc::new(open(path).expect("opened"));
    let log = whole_log(&store).await;
    assert_gapless(&log);
    let mut streams = std::collections::HashMap::new();
    log.iter().for_each(|event| *streams.entry(&event.envelope.stream).or_insert(0) += 1);
    assert!(streams.values().all(|events| *events == 3), "half a unit");
    let logged: HashSet<_> = log.iter().map(|event| event.envelope.id).collect();
    for (key, id) in acknowledged {
        assert!(logged.contains(id), "{key} was acknowledged and is gone");
        assert!(store.claim(&claim_key(key)).await.expect("read").is_some());
    }
    store.commit(append(&new_stream(), 0, 3)).await.expect("it goes on");
}
