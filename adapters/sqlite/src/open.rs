//! Opening a file: who may, in which version, with which settings.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

/// SQLite before this version has a bug in the reset of the write-ahead log that can lose a commit.
const OLDEST_SQLITE: i32 = 3_051_003;

/// How a store works.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Bytes of a page of a new file, a power of two.
    pub page_size: u32,
    /// Kibibytes of pages that the writer keeps in memory.
    pub cache_kib: u32,
    /// Connections for reading.
    pub readers: usize,
    /// The latest events that are kept in memory for readers at the head.
    pub ring: usize,
    /// Units that may wait for the writer; beyond, callers wait to get into the queue.
    pub queue: usize,
    /// Units of one transaction at most.
    pub batch: usize,
    /// Percent of the last commit's time that the writer waits at most for those whom it answered to come back; 0: not at all. Without, callers fall
    /// into two groups, each of which waits for the other's commit. A lone caller never waits.
    pub gather: u32,
    /// Frames of the write-ahead log from which on the writer itself takes the time to begin it anew.
    pub wal_frames: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            page_size: 8_192,
            cache_kib: 65_536,
            readers: 4,
            ring: 65_536,
            queue: 4_096,
            batch: 512,
            gather: 25,
            wal_frames: 65_536,
        }
    }
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process writes it.
    #[error(
        "{path} is held by another process ({holder}): stop it, or reach it over its HTTP interface; a file can have one writer"
    )]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// What the holder wrote into it.
        holder: String,
    },
    /// A file or folder can't be used.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file was written by a newer program.
    #[error("{path} has schema {found}, this program knows schemas up to {known}: use a newer program")]
    TooNew {
        /// Which.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// The file has yet to be migrated, and is opened for reading only.
    #[error("{path} has schema {found}, this program reads schema {known}: migrate it first")]
    TooOld {
        /// Which.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// What this program reads.
        known: i64,
    },
    /// This program was linked with an SQLite that is too old.
    #[error("SQLite {0} is too old: 3.51.3 is the oldest without a known way to lose a commit")]
    Sqlite(&'static str),
    /// SQLite says no.
    #[error("{path}: {source}")]
    Database {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// A migration failed; the file is as it was.
    #[error("{path} could not be migrated: {source}")]
    Migration {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: Box<refinery::Error>,
    },
}

mod embedded {
    refinery::embed_migrations!("migrations");
}

fn newest_schema() -> i64 {
    let migrations = embedded::migrations::runner();
    migrations.get_migrations().iter().map(|migration| i64::from(migration.version())).max().unwrap_or(0)
}

/// The schema of a file; 0 for an empty one.
fn schema_of(connection: &Connection) -> rusqlite::Result<i64> {
    let history = "SELECT count(*) FROM sqlite_master WHERE name = 'refinery_schema_history'";
    if connection.query_row(history, [], |row| row.get::<_, i64>(0))? == 0 {
        return Ok(0);
    }
    connection.query_row("SELECT coalesce(max(version), 0) FROM refinery_schema_history", [], |row| row.get(0))
}

fn assert_sqlite() -> Result<(), OpenError> {
    if rusqlite::version_number() < OLDEST_SQLITE { Err(OpenError::Sqlite(rusqlite::version())) } else { Ok(()) }
}

/// How much a commit has to survive.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Durability {
    /// Power failure: every commit waits for the disk.
    Full,
    /// Crash of the process; after a power failure the last commits may be missing.
    Rebuildable,
}

/// A connection that may write. Its settings are the same for log and views, except for durability.
pub(crate) fn open_writer(path: &Path, options: &Options, durability: Durability) -> Result<Connection, OpenError> {
    assert_sqlite()?;
    let database = |source| OpenError::Database { path: path.to_owned(), source };
    let connection = Connection::open(path).map_err(database)?;
    let synchronous = match durability {
        Durability::Full => "FULL",
        Durability::Rebuildable => "NORMAL",
    };
    // The page size counts only before the first table is made; the write-ahead log is checkpointed in the background instead.
    let settings = format!(
        "PRAGMA page_size = {}; PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; PRAGMA wal_autocheckpoint = 0;
         PRAGMA cache_size = -{}; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;",
        options.page_size, options.cache_kib,
    );
    connection.execute_batch(&settings).map_err(database)?;
    // Nobody else writes for long: neither the checkpoints in the background nor, by the lock, another program of ours.
    connection.busy_timeout(Duration::from_secs(1)).map_err(database)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// Brings the log's schema to that of this program, unless it is newer.
pub(crate) fn migrate(path: &Path, connection: &mut Connection) -> Result<(), OpenError> {
    let found = schema_of(connection).map_err(|source| OpenError::Database { path: path.to_owned(), source })?;
    let known = newest_schema();
    if found > known {
        return Err(OpenError::TooNew { path: path.to_owned(), found, known });
    }
    embedded::migrations::runner()
        .run(connection)
        .map(|_| ())
        .map_err(|source| OpenError::Migration { path: path.to_owned(), source: Box::new(source) })
}

/// Refuses a log whose schema is not that of this program.
pub(crate) fn assert_schema(path: &Path, connection: &Connection) -> Result<(), OpenError> {
    let found = schema_of(connection).map_err(|source| OpenError::Database { path: path.to_owned(), source })?;
    let known = newest_schema();
    match found.cmp(&known) {
        std::cmp::Ordering::Greater => Err(OpenError::TooNew { path: path.to_owned(), found, known }),
        std::cmp::Ordering::Less => Err(OpenError::TooOld { path: path.to_owned(), found, known }),
        std::cmp::Ordering::Equal => Ok(()),
    }
}

/// A connection that only reads.
pub(crate) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -16384; PRAGMA trusted_schema = OFF;")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}
