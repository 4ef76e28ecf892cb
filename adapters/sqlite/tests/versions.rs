//! Files that are not of this program's version.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use orderflow_contract::samples::{append, new_stream};
use orderflow_domain::ports::EventStore;
use orderflow_domain::shared::Version;
use orderflow_sqlite::{OpenError, Options, SqliteStore};
use tempfile::TempDir;

fn open(path: &Path) -> Result<SqliteStore, OpenError> {
    SqliteStore::open(path, Options::default())
}

fn database(folder: &TempDir) -> PathBuf {
    folder.path().join("orderflow.db")
}

#[test]
fn a_file_of_a_newer_program_is_refused() {
    let folder = TempDir::new().expect("a folder");
    let path = database(&folder);
    drop(open(&path).expect("opened"));
    let connection = rusqlite::Connection::open(&path).expect("opened");
    let newer = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
                 SELECT 999, 'later', applied_on, checksum FROM refinery_schema_history LIMIT 1";
    connection.execute(newer, []).expect("written");
    drop(connection);
    for refused in [open(&path), SqliteStore::open_read_only(&path, Options::default())] {
        assert!(matches!(refused, Err(OpenError::TooNew { found: 999, .. })), "{refused:?}");
    }
}

#[test]
fn only_a_file_that_is_there_can_be_read() {
    let folder = TempDir::new().expect("a folder");
    assert!(SqliteStore::open_read_only(database(&folder), Options::default()).is_err());
    assert!(!database(&folder).exists());
    rusqlite::Connection::open(database(&folder))
        .and_then(|empty| empty.execute_batch("CREATE TABLE x (y)"))
        .expect("made");
    let refused = SqliteStore::open_read_only(database(&folder), Options::default());
    assert!(matches!(refused, Err(OpenError::TooOld { found: 0, .. })), "{refused:?}");
}

#[tokio::test]
async fn an_event_that_was_removed_behind_its_back_is_noticed() {
    let folder = TempDir::new().expect("a folder");
    let store: Arc<dyn EventStore> = Arc::new(open(&database(&folder)).expect("opened"));
    let stream = new_stream();
    store.commit(append(&stream, 0, 2)).await.expect("committed");
    assert_eq!(store.torn_streams(10).await, Ok(Vec::new()));
    let connection = rusqlite::Connection::open(database(&folder)).expect("opened");
    connection.execute("DELETE FROM events WHERE position = 2", []).expect("removed");
    assert_eq!(store.torn_streams(10).await, Ok(vec![(stream, Version(2), Version(1))]));
}
