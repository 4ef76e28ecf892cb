//! Between columns and values.

use std::sync::Arc;

use orderflow_codec::compact::{self, Compact};
use orderflow_codec::{DecodeError, decode};
use orderflow_domain::event::Recorded;
use orderflow_domain::ports::{WorkKey, WorkKind, WorkRow};
use orderflow_domain::shared::{
    Category, Envelope, EventId, OrderId, Position, StreamId, StreamKey, Timestamp, Version,
};
use rusqlite::Row;
use rusqlite::types::{Null, ToSqlOutput, Value, ValueRef};
use uuid::Uuid;

use crate::ReadError;

/// Numbers of the domain are unsigned, SQLite's are not. None of ours ever comes near the end.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn unsigned(number: i64) -> Result<u64, ReadError> {
    u64::try_from(number).map_err(|_| ReadError::Corrupt(format!("{number} is no version and no position")))
}

/// A limit, as SQL takes it.
pub(super) fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// A compact value as its own storage class: 16 bytes, or a text. They never compare equal.
pub(super) fn compact<'a>(value: &'a Compact<'a>) -> ToSqlOutput<'a> {
    match value {
        Compact::Id(id) => blob(id),
        Compact::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
    }
}

pub(super) fn blob(id: &Uuid) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(ValueRef::Blob(id.as_bytes()))
}

pub(super) fn blob_or_null(id: Option<&Uuid>) -> ToSqlOutput<'_> {
    id.map_or(ToSqlOutput::Owned(Value::Null), blob)
}

fn read_compact(value: ValueRef<'_>) -> Result<Compact<'_>, ReadError> {
    match value {
        ValueRef::Blob(bytes) => Ok(Compact::Id(read_uuid(bytes)?)),
        ValueRef::Text(text) => Ok(Compact::Text(String::from_utf8_lossy(text))),
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => {
            Err(ReadError::Corrupt("a key or actor is neither id nor text".to_owned()))
        }
    }
}

fn read_uuid(bytes: &[u8]) -> Result<Uuid, ReadError> {
    Uuid::from_slice(bytes).map_err(|_| ReadError::Corrupt(format!("{} bytes are no id", bytes.len())))
}

pub(super) fn event_id(row: &Row<'_>, column: usize) -> Result<EventId, ReadError> {
    let value = row.get_ref(column)?;
    read_uuid(value.as_blob().map_err(|_| ReadError::Corrupt("an event id is no blob".to_owned()))?).map(EventId)
}

pub(super) fn stream(row: &Row<'_>, category: usize, key: usize) -> Result<StreamId, ReadError> {
    let code: u8 = row.get(category)?;
    let category = Category::from_code(code).ok_or_else(|| ReadError::Corrupt(format!("stream category {code}")))?;
    Ok(StreamId { category, key: compact::read_key(&read_compact(row.get_ref(key)?)?) })
}

pub(super) fn time(row: &Row<'_>, column: usize) -> Result<Timestamp, ReadError> {
    let microseconds: i64 = row.get(column)?;
    // The end of time, which is "never" for a row, lies between two microseconds: cut down to one it is out of jiff's range.
    if microseconds == Timestamp::MAX.as_microsecond() {
        return Ok(Timestamp::MAX);
    }
    Timestamp::from_microsecond(microseconds).map_err(|_| ReadError::Corrupt(format!("{microseconds} is no time")))
}

/// The order that an event is about: null where the stream says it, empty where there is none.
pub(super) fn correlation<'a>(stream: &StreamId, order: Option<&'a OrderId>) -> ToSqlOutput<'a> {
    match (order, stream.order_id()) {
        (Some(order), own) if own != Some(*order) => blob(&order.0),
        (None, Some(_)) => ToSqlOutput::Borrowed(ValueRef::Blob(&[])),
        (Some(_), _) | (None, None) => ToSqlOutput::from(Null),
    }
}

fn read_correlation(value: ValueRef<'_>, stream: &StreamId) -> Result<Option<OrderId>, ReadError> {
    match value {
        ValueRef::Blob([]) => Ok(None),
        ValueRef::Blob(bytes) => Ok(Some(OrderId(read_uuid(bytes)?))),
        ValueRef::Null => match &stream.key {
            StreamKey::Id(id) => Ok(Some(OrderId(*id))),
            StreamKey::Name(_) => Ok(None),
        },
        ValueRef::Text(_) | ValueRef::Integer(_) | ValueRef::Real(_) => {
            Err(ReadError::Corrupt("a correlation is no id".to_owned()))
        }
    }
}

/// The columns that [`recorded`] reads, in its order, of `events e` and `streams s`.
pub(super) const EVENT_COLUMNS: &str = "e.position, s.category, s.key, e.version, e.type, e.at, e.id, e.correlation, e.causation, e.actor, e.trace, e.payload";

/// An event from its row.
pub(super) fn recorded(row: &Row<'_>) -> Result<Arc<Recorded>, ReadError> {
    let position = Position(unsigned(row.get(0)?)?);
    let wrong = |what: &dyn std::fmt::Display| ReadError::Corrupt(format!("at position {position}: {what}"));
    let stream = stream(row, 1, 2)?;
    let code: u16 = row.get(4)?;
    let payload = row.get_ref(11)?;
    let payload = payload.as_str().map_err(|error| wrong(&error))?;
    let event = decode(code, payload).map_err(|error: DecodeError| wrong(&error))?;
    let causation = match row.get_ref(8)? {
        ValueRef::Blob(bytes) => Some(EventId(read_uuid(bytes)?)),
        ValueRef::Null | ValueRef::Text(_) | ValueRef::Integer(_) | ValueRef::Real(_) => None,
    };
    let envelope = Envelope {
        id: event_id(row, 6)?,
        position,
        version: Version(unsigned(row.get(3)?)?),
        at: time(row, 5)?,
        correlation: read_correlation(row.get_ref(7)?, &stream)?,
        causation,
        actor: compact::read_actor(&read_compact(row.get_ref(9)?)?)?,
        trace: row.get::<_, Option<Arc<str>>>(10)?,
        stream,
    };
    Ok(Arc::new(Recorded { envelope, event }))
}

/// A work row from `kind, grp, id, version, due, body`.
pub(super) fn work_row(row: &Row<'_>, kind: WorkKind) -> Result<WorkRow, ReadError> {
    let key = WorkKey { kind, group: row.get(0)?, id: row.get(1)? };
    Ok(WorkRow { key, version: unsigned(row.get(2)?)?, due: time(row, 3)?, body: row.get(4)? })
}
