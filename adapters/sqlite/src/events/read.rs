//! The statements that read, for readers and for the writer alike.

use std::sync::Arc;

use orderflow_codec::compact;
use orderflow_domain::event::Recorded;
use orderflow_domain::ports::{
    Checkpoint, ClaimKey, Fingerprint, ReaderId, Receipt, Snapshot, WorkKey, WorkKind, WorkRow,
};
use orderflow_domain::shared::{Name, Position, StreamId, Timestamp, Version};
use rusqlite::{Connection, OptionalExtension, ToSql, params};

use super::values;
use crate::ReadError;

pub(super) fn head(connection: &Connection) -> Result<Position, ReadError> {
    let mut statement = connection.prepare_cached("SELECT coalesce(max(position), 0) FROM events")?;
    Ok(Position(values::unsigned(statement.query_row([], |row| row.get(0))?)?))
}

/// The log after a position. A gap stops whoever reads: what follows it must not take effect.
pub(super) fn log(connection: &Connection, after: Position, limit: usize) -> Result<Vec<Arc<Recorded>>, ReadError> {
    let sql = with_columns(
        "SELECT {} FROM events e JOIN streams s ON s.id = e.stream WHERE e.position > ?1 ORDER BY e.position LIMIT ?2",
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![values::signed(after.0), values::limit(limit)])?;
    let (mut events, mut expected) = (Vec::new(), after.next());
    while let Some(row) = rows.next()? {
        let event = values::recorded(row)?;
        let position = event.envelope.position;
        if position != expected {
            return Err(ReadError::Corrupt(format!("position {position} follows where {expected} must stand")));
        }
        expected = position.next();
        events.push(event);
    }
    Ok(events)
}

/// A stream after a version.
pub(super) fn stream(
    connection: &Connection,
    stream: &StreamId,
    after: Version,
    limit: usize,
) -> Result<Vec<Arc<Recorded>>, ReadError> {
    let sql = with_columns(
        "SELECT {} FROM streams s JOIN events e ON e.stream = s.id WHERE s.key = ?1 AND s.category = ?2 AND e.version > ?3
         ORDER BY e.version LIMIT ?4",
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let key = compact::key(&stream.key);
    let mut rows = statement.query(params![
        values::compact(&key),
        stream.category.code(),
        values::signed(after.0),
        values::limit(limit)
    ])?;
    let (mut events, mut expected) = (Vec::new(), after.next());
    while let Some(row) = rows.next()? {
        let event = values::recorded(row)?;
        if event.envelope.version != expected {
            return Err(ReadError::Corrupt(format!("{stream} has no version {expected}")));
        }
        expected = expected.next();
        events.push(event);
    }
    Ok(events)
}

fn with_columns(sql: &str) -> String {
    sql.replace("{}", values::EVENT_COLUMNS)
}

/// Integer id and version of a stream.
pub(super) fn stream_row(connection: &Connection, stream: &StreamId) -> Result<Option<(i64, Version)>, ReadError> {
    let mut statement =
        connection.prepare_cached("SELECT id, version FROM streams WHERE key = ?1 AND category = ?2")?;
    let key = compact::key(&stream.key);
    let found = statement
        .query_row(params![values::compact(&key), stream.category.code()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    found.map(|(row, version)| Ok((row, Version(values::unsigned(version)?)))).transpose()
}

pub(super) fn claim(connection: &Connection, key: &ClaimKey) -> Result<Option<(Fingerprint, Receipt)>, ReadError> {
    let mut statement = connection.prepare_cached(
        "SELECT fingerprint, category, stream FROM claims WHERE key = ?1 AND principal = ?2 AND operation = ?3",
    )?;
    let mut rows = statement.query(params![key.key, key.principal, key.operation])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some((row.get(0)?, Receipt { stream: values::stream(row, 1, 2)? })))
}

pub(super) fn claims(
    connection: &Connection,
    after: Option<&ClaimKey>,
    limit: usize,
) -> Result<Vec<(ClaimKey, Receipt)>, ReadError> {
    let mut statement = connection.prepare_cached(
        "SELECT key, principal, operation, category, stream FROM claims
         WHERE (key, principal, operation) > (?1, ?2, ?3) ORDER BY key, principal, operation LIMIT ?4",
    )?;
    // No part of a key is empty, so this is before the first.
    let (key, principal, operation) =
        after.map_or(("", "", ""), |after| (&*after.key, &*after.principal, &*after.operation));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let (mut rows, mut all) = (statement.query(params![key, principal, operation, limit])?, Vec::new());
    while let Some(row) = rows.next()? {
        let text = |index| row.get::<_, String>(index).map(Arc::from);
        let key = ClaimKey { key: text(0)?, principal: text(1)?, operation: text(2)? };
        all.push((key, Receipt { stream: values::stream(row, 3, 4)? }));
    }
    Ok(all)
}

pub(super) fn checkpoint(connection: &Connection, reader: &ReaderId) -> Result<Option<Checkpoint>, ReadError> {
    let mut statement =
        connection.prepare_cached("SELECT position, event FROM checkpoints WHERE reader = ?1 AND partition = ?2")?;
    let mut rows = statement.query(params![reader.name.as_str(), reader.partition])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some(Checkpoint { position: Position(values::unsigned(row.get(0)?)?), event: values::event_id(row, 1)? }))
}

pub(super) fn checkpoints(connection: &Connection) -> Result<Vec<(ReaderId, Checkpoint)>, ReadError> {
    let mut statement = connection
        .prepare_cached("SELECT position, event, reader, partition FROM checkpoints ORDER BY reader, partition")?;
    let (mut rows, mut all) = (statement.query([])?, Vec::new());
    while let Some(row) = rows.next()? {
        let name: String = row.get(2)?;
        let name = Name::new(&name).map_err(|_| ReadError::Corrupt(format!("a reader is called {name:?}")))?;
        let at = Checkpoint { position: Position(values::unsigned(row.get(0)?)?), event: values::event_id(row, 1)? };
        all.push((ReaderId { name, partition: row.get(3)? }, at));
    }
    Ok(all)
}

/// Streams whose row says another version than their last event.
pub(super) fn torn_streams(
    connection: &Connection,
    limit: usize,
) -> Result<Vec<(StreamId, Version, Version)>, ReadError> {
    let mut statement = connection.prepare_cached(
        "SELECT category, key, kept, held FROM (
            SELECT s.category, s.key, s.version AS kept,
                   coalesce((SELECT max(e.version) FROM events e WHERE e.stream = s.id), 0) AS held
            FROM streams s
         ) WHERE kept <> held LIMIT ?1",
    )?;
    let (mut rows, mut torn) = (statement.query(params![values::limit(limit)])?, Vec::new());
    while let Some(row) = rows.next()? {
        let versions = [row.get(2)?, row.get(3)?].map(values::unsigned);
        let [kept, held] = versions;
        torn.push((values::stream(row, 0, 1)?, Version(kept?), Version(held?)));
    }
    Ok(torn)
}

const WORK: &str = "SELECT grp, id, version, due, body FROM work WHERE kind = ?1";

fn work_rows(
    connection: &Connection,
    kind: WorkKind,
    condition: &str,
    parameters: &[&dyn ToSql],
) -> Result<Vec<WorkRow>, ReadError> {
    let mut statement = connection.prepare_cached(&format!("{WORK} AND {condition}"))?;
    let (mut rows, mut found) = (statement.query(parameters)?, Vec::new());
    while let Some(row) = rows.next()? {
        found.push(values::work_row(row, kind)?);
    }
    Ok(found)
}

pub(super) fn work(connection: &Connection, key: &WorkKey) -> Result<Option<WorkRow>, ReadError> {
    let parameters: &[&dyn ToSql] = &[&key.kind.code(), &key.group, &key.id];
    Ok(work_rows(connection, key.kind, "grp = ?2 AND id = ?3", parameters)?.pop())
}

pub(super) fn work_due(
    connection: &Connection,
    kind: WorkKind,
    group: Option<&str>,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<WorkRow>, ReadError> {
    let (kind_code, now, limit) = (kind.code(), now.as_microsecond(), values::limit(limit));
    let order = "ORDER BY due, grp, id LIMIT ?3";
    match group {
        None => work_rows(connection, kind, &format!("due <= ?2 {order}"), &[&kind_code, &now, &limit]),
        Some(group) => {
            let condition = format!("due <= ?2 AND grp = ?4 {order}");
            work_rows(connection, kind, &condition, &[&kind_code, &now, &limit, &group])
        }
    }
}

pub(super) fn work_list(
    connection: &Connection,
    kind: WorkKind,
    group: Option<&str>,
    after: Option<&WorkKey>,
    limit: usize,
) -> Result<Vec<WorkRow>, ReadError> {
    // No group and no id comes before the empty one: the empty text is the least, and no row has an empty id.
    let (kind_code, limit) = (kind.code(), values::limit(limit));
    let (after_group, after_id) = match after {
        // A key of a lesser kind comes before all rows of this one, a key of a greater kind after all.
        Some(key) if key.kind > kind => return Ok(Vec::new()),
        Some(key) if key.kind == kind => (&*key.group, &*key.id),
        Some(_) | None => ("", ""),
    };
    let order = "ORDER BY grp, id LIMIT ?4";
    let page = "(grp, id) > (?2, ?3)";
    match group {
        None => work_rows(connection, kind, &format!("{page} {order}"), &[&kind_code, &after_group, &after_id, &limit]),
        Some(group) => {
            let condition = format!("{page} AND grp = ?5 {order}");
            work_rows(connection, kind, &condition, &[&kind_code, &after_group, &after_id, &limit, &group])
        }
    }
}

/// The version of a work row; 0 if there is none.
pub(super) fn work_version(connection: &Connection, key: &WorkKey) -> Result<u64, ReadError> {
    let mut statement =
        connection.prepare_cached("SELECT version FROM work WHERE kind = ?1 AND grp = ?2 AND id = ?3")?;
    let found = statement.query_row(params![key.kind.code(), key.group, key.id], |row| row.get(0)).optional()?;
    found.map_or(Ok(0), values::unsigned)
}

pub(super) fn snapshot(connection: &Connection, stream: &StreamId, fold: u32) -> Result<Option<Snapshot>, ReadError> {
    let mut statement = connection.prepare_cached(
        "SELECT n.version, n.body FROM streams s JOIN snapshots n ON n.stream = s.id
         WHERE s.key = ?1 AND s.category = ?2 AND n.fold = ?3",
    )?;
    let key = compact::key(&stream.key);
    let mut rows = statement.query(params![values::compact(&key), stream.category.code(), fold])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let version = Version(values::unsigned(row.get(0)?)?);
    Ok(Some(Snapshot { stream: stream.clone(), version, fold, body: row.get(1)? }))
}
