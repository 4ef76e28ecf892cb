//! The rows of a batch. One prepared statement per table, run once per row: faster in SQLite than one statement for many rows.

use foldhash::{HashMap, HashMapExt};
use orderflow_codec::compact;
use orderflow_commit::{Batch, WorkWrite};
use orderflow_domain::ports::Snapshot;
use orderflow_domain::shared::{StreamId, Version};
use rusqlite::{Connection, Statement, params};

use super::cache::Known;
use super::facts::FileFacts;
use super::values;
use crate::ReadError;

/// The integer ids of the streams that a batch grew, with their new versions, for the cache.
pub(super) type Grown = HashMap<StreamId, Known>;

/// Writes a batch; `payloads` has one (code, JSON) per event, `next_stream` is the next free integer id.
pub(super) fn batch(
    facts: &mut FileFacts<'_>,
    batch: &Batch,
    payloads: &[(u16, String)],
    next_stream: &mut i64,
) -> Result<Grown, ReadError> {
    let connection = facts.connection;
    let grown = events(facts, batch, payloads, next_stream)?;
    claims(connection, batch)?;
    let mut checkpoint = connection.prepare_cached(
        "INSERT INTO checkpoints (reader, partition, position, event) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (reader, partition) DO UPDATE SET position = excluded.position, event = excluded.event",
    )?;
    for (reader, at) in &batch.checkpoints {
        let position = values::signed(at.position.0);
        checkpoint.execute(params![reader.name.as_str(), reader.partition, position, values::blob(&at.event.0)])?;
    }
    work(connection, &batch.work)?;
    Ok(grown)
}

fn events(
    facts: &mut FileFacts<'_>,
    batch: &Batch,
    payloads: &[(u16, String)],
    next_stream: &mut i64,
) -> Result<Grown, ReadError> {
    let connection = facts.connection;
    let mut insert = connection.prepare_cached(
        "INSERT INTO events (position, stream, version, type, at, id, correlation, causation, actor, trace, payload)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    let mut create =
        connection.prepare_cached("INSERT INTO streams (id, category, key, version) VALUES (?1, ?2, ?3, ?4)")?;
    let mut update = connection.prepare_cached("UPDATE streams SET version = ?2 WHERE id = ?1")?;
    let mut grown = Grown::with_capacity(batch.heads.len());
    for (event, (code, payload)) in batch.events.iter().zip(payloads) {
        let around = &event.envelope;
        let row = if let Some(Known { row: Some(row), .. }) = grown.get(&around.stream) {
            *row
        } else {
            let version = batch.heads.get(&around.stream).copied().unwrap_or(around.version);
            let before = facts.stream(&around.stream)?;
            let row = grow(&mut create, &mut update, &around.stream, before, version, next_stream)?;
            grown.insert(around.stream.clone(), Known { row: Some(row), version });
            row
        };
        insert.execute(params![
            values::signed(around.position.0),
            row,
            values::signed(around.version.0),
            code,
            around.at.as_microsecond(),
            values::blob(&around.id.0),
            values::correlation(&around.stream, around.correlation.as_ref()),
            values::blob_or_null(around.causation.as_ref().map(|id| &id.0)),
            values::compact(&compact::actor(&around.actor)),
            around.trace.as_deref(),
            payload,
        ])?;
    }
    Ok(grown)
}

/// Moves a stream to its last version in the batch, or makes it.
fn grow(
    create: &mut Statement<'_>,
    update: &mut Statement<'_>,
    stream: &StreamId,
    before: Known,
    version: Version,
    next_stream: &mut i64,
) -> Result<i64, ReadError> {
    let version = values::signed(version.0);
    if let Some(row) = before.row {
        update.execute(params![row, version])?;
        return Ok(row);
    }
    let row = *next_stream;
    *next_stream += 1;
    create.execute(params![row, stream.category.code(), values::compact(&compact::key(&stream.key)), version])?;
    Ok(row)
}

fn claims(connection: &Connection, batch: &Batch) -> Result<(), ReadError> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO claims (key, principal, operation, fingerprint, category, stream) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for claim in &batch.claims {
        let stream = &claim.receipt.stream;
        insert.execute(params![
            claim.key.key,
            claim.key.principal,
            claim.key.operation,
            claim.fingerprint.as_slice(),
            stream.category.code(),
            values::compact(&compact::key(&stream.key)),
        ])?;
    }
    Ok(())
}

fn work(connection: &Connection, writes: &[WorkWrite]) -> Result<(), ReadError> {
    let mut put = connection.prepare_cached(
        "INSERT INTO work (kind, grp, id, version, due, body) VALUES (?1, ?2, ?3, coalesce(?4, ?7), ?5, ?6)
         ON CONFLICT (kind, grp, id)
         DO UPDATE SET version = coalesce(?4, work.version + 1), due = excluded.due, body = excluded.body",
    )?;
    let mut delete = connection.prepare_cached("DELETE FROM work WHERE kind = ?1 AND grp = ?2 AND id = ?3")?;
    for write in writes {
        match write {
            WorkWrite::Write { key, version, first, due, body } => put.execute(params![
                key.kind.code(),
                key.group,
                key.id,
                version.map(values::signed),
                due.as_microsecond(),
                body,
                values::signed(*first),
            ])?,
            WorkWrite::Delete(key) => delete.execute(params![key.kind.code(), key.group, key.id])?,
        };
    }
    Ok(())
}

/// Keeps a snapshot instead of the stream's older one; one of a stream that is not there is forgotten.
pub(super) fn snapshot(connection: &Connection, snapshot: &Snapshot) -> Result<(), ReadError> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO snapshots (stream, version, fold, body)
         SELECT id, ?3, ?4, ?5 FROM streams WHERE key = ?1 AND category = ?2
         ON CONFLICT (stream) DO UPDATE SET version = excluded.version, fold = excluded.fold, body = excluded.body",
    )?;
    insert.execute(params![
        values::compact(&compact::key(&snapshot.stream.key)),
        snapshot.stream.category.code(),
        values::signed(snapshot.version.0),
        snapshot.fold,
        snapshot.body,
    ])?;
    Ok(())
}
