//! Parked messages: what a reactor can't process waits here, with all that follows it under the same key, until someone mends the cause and
//! has it tried again, or gives it up with a reason. Nothing is dropped, and other keys go on.

use std::collections::BTreeSet;
use std::sync::Arc;

use orderflow_domain::event::Recorded;
use orderflow_domain::ports::{EventStore, StoreError, WorkChange, WorkKey, WorkKind, WorkRow};
use orderflow_domain::shared::{Actor, EventId, OrderId, Position, Published, Timestamp};
use serde::{Deserialize, Serialize};

use super::Message;

/// Rows read at once.
const PAGE: usize = 1_000;
/// A row that waits for a person is due at the end of time.
pub(crate) const NEVER: Timestamp = Timestamp::MAX;

/// What is known of a message that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParkedEvent {
    /// Whose it is.
    pub reactor: String,
    /// Under which key.
    pub key: String,
    /// Where it stands in the log.
    pub position: Position,
    /// The event there.
    pub event_id: EventId,
    /// Its type.
    pub event_type: String,
    /// The order that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// Why it waits; none if it only waits behind another of its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// How often it was tried.
    pub attempts: u32,
    /// Since when it waits.
    pub parked_at: Timestamp,
    /// What an operator wants done with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling: Option<Handling>,
    /// Who did what, oldest first; the newest [`ParkedEvent::MAX_HISTORY`] are kept.
    #[serde(default)]
    pub history: Vec<HistoryEntry>,
}

/// What an operator wants done with a parked message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "camelCase")]
pub enum Handling {
    /// Try it again.
    Redrive {
        /// Who.
        by: Actor,
    },
    /// Give it up.
    Discard {
        /// Who.
        by: Actor,
        /// Why.
        reason: String,
    },
}

/// Something that was done with a parked message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
    /// What.
    pub what: String,
}

impl ParkedEvent {
    /// Entries of history that are kept.
    pub const MAX_HISTORY: usize = 50;

    /// Notes that something was done.
    pub fn note(&mut self, at: Timestamp, by: Actor, what: impl Into<String>) {
        self.history.push(HistoryEntry { at, by, what: what.into() });
        let surplus = self.history.len().saturating_sub(Self::MAX_HISTORY);
        self.history.drain(..surplus);
    }

    /// Notes that it was tried so many times more, in vain.
    pub(crate) fn failed(&mut self, at: Timestamp, by: Actor, error: &str, attempts: u32) {
        self.attempts = self.attempts.saturating_add(attempts);
        self.error = Some(error.to_owned());
        self.note(at, by, format!("failed again: {error}"));
    }

    fn new(reactor: &str, key: &str, recorded: &Recorded, now: Timestamp) -> Self {
        let envelope = &recorded.envelope;
        Self {
            reactor: reactor.to_owned(),
            key: key.to_owned(),
            position: envelope.position,
            event_id: envelope.id,
            event_type: recorded.event.event_type().to_string(),
            order: envelope.correlation,
            error: None,
            attempts: 0,
            parked_at: now,
            handling: None,
            history: Vec::new(),
        }
    }
}

/// A parked message and its row's version, under which it is handled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// The row's key.
    pub row: WorkKey,
    /// The row's version.
    pub version: u64,
    /// What is known of it.
    pub parked: ParkedEvent,
}

impl DeadLetter {
    /// Reads a row.
    ///
    /// # Errors
    /// Its body can't be read.
    pub fn read(row: &WorkRow) -> Result<Self, StoreError> {
        let parked = serde_json::from_str(&row.body)
            .map_err(|error| StoreError::Corrupt(format!("dead letter {}: {error}", row.key.id)))?;
        Ok(Self { row: row.key.clone(), version: row.version, parked })
    }

    /// The change that writes it back, due at once if it is to be handled.
    #[must_use]
    pub fn put(&self) -> WorkChange {
        let due = if self.parked.handling.is_some() { Timestamp::UNIX_EPOCH } else { NEVER };
        WorkChange::Put { key: self.row.clone(), expected: self.version, due, body: body(&self.parked) }
    }

    /// The change that notes that the same was tried so many times more.
    pub(crate) fn failed_again(mut self, now: Timestamp, error: &str, attempts: u32) -> WorkChange {
        let reactor = self.parked.reactor.clone();
        let by = orderflow_domain::shared::Name::new(&reactor).map_or_else(|_| Actor::system("reactor"), Actor::System);
        self.parked.failed(now, by, error, attempts);
        self.put()
    }

    /// The change that removes it.
    #[must_use]
    pub fn delete(&self) -> WorkChange {
        WorkChange::Delete { key: self.row.clone(), expected: self.version }
    }
}

fn body(parked: &ParkedEvent) -> Arc<str> {
    // Every field serialises: strings, numbers, times.
    serde_json::to_string(parked).unwrap_or_default().into()
}

/// The change that parks a message.
pub(crate) fn park(
    reactor: &'static str,
    key: &str,
    recorded: &Recorded,
    now: Timestamp,
    error: Option<(&str, u32)>,
) -> WorkChange {
    let mut parked = ParkedEvent::new(reactor, key, recorded, now);
    if let Some((error, attempts)) = error {
        parked.error = Some(error.to_owned());
        parked.attempts = attempts;
        parked.note(now, Actor::system(reactor), format!("parked after {attempts} attempts: {error}"));
    }
    let row = WorkKey { kind: WorkKind::Parked, group: group(reactor, key), id: row_id(recorded.envelope.position) };
    WorkChange::Set { key: row, due: NEVER, body: body(&parked) }
}

/// Where a message waits that fails by itself: under its route key, and so do all that follow it there. Undos pass that queue, so an undo must not
/// hold it up either: each waits for itself.
pub(crate) fn queue(message: &Message<'_>) -> String {
    match &message.says {
        Published::Undo(undo) => format!("{}/undo/{}/{}/{}", message.key(), undo.order, undo.step, undo.attempt),
        Published::Request(_) | Published::Outcome(_) => message.key().to_string(),
    }
}

/// Rows of one key are a group.
pub(crate) fn group(reactor: &str, key: &str) -> Arc<str> {
    format!("{reactor}/{key}").into()
}

/// Ids in the order of positions.
fn row_id(position: Position) -> Arc<str> {
    format!("{:020}", position.0).into()
}

/// The keys of a reactor that are parked.
///
/// # Errors
/// The store's.
pub(crate) async fn parked_keys(store: &dyn EventStore, reactor: &str) -> Result<BTreeSet<String>, StoreError> {
    let (mut keys, mut after) = (BTreeSet::new(), None);
    loop {
        let rows = store.work_list(WorkKind::Parked, None, after.as_ref(), PAGE).await?;
        let whole = rows.len() == PAGE;
        for row in &rows {
            if let Some((name, key)) = row.key.group.split_once('/')
                && name == reactor
            {
                keys.insert(key.to_owned());
            }
        }
        after = rows.into_iter().last().map(|row| row.key);
        if !whole {
            return Ok(keys);
        }
    }
}
