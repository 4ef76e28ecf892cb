//! An order's timeline, and its reader, which remembers how far it is.

use orderflow_domain::ports::EventStore;
use orderflow_domain::shared::{OrderId, StreamId, Version, limits::MAX_PAGE};

use super::QueryError;
use crate::engine::{Access, Engine};
use crate::views::{Timeline, TimelineEntry};

/// Events read at once.
const PAGE: usize = 1_000;

impl Engine {
    /// What happened to an order after a version, step events included; at most `limit` entries, 1 to 100.
    ///
    /// # Errors
    /// Not there, or not the caller's; a limit out of bounds; unavailable.
    pub async fn timeline(
        &self,
        order: OrderId,
        access: &Access,
        after: Version,
        limit: usize,
    ) -> Result<Vec<TimelineEntry>, QueryError> {
        if !(1..=MAX_PAGE).contains(&limit) {
            return Err(QueryError::invalid("limit", format!("must be 1 to {MAX_PAGE}")));
        }
        let mut reader = TimelineReader::new(order);
        let mut entries = Vec::new();
        while entries.len() < limit {
            let page = reader.read(&**self.store()).await?;
            reader.check(access)?;
            if page.is_empty() {
                break;
            }
            entries.extend(page.into_iter().filter(|entry| entry.version > after));
        }
        entries.truncate(limit);
        Ok(entries)
    }
}

/// Reads the timeline of one order, from its first event on.
#[derive(Debug)]
pub(super) struct TimelineReader {
    stream: StreamId,
    timeline: Timeline,
    version: Version,
}

impl TimelineReader {
    pub(super) fn new(order: OrderId) -> Self {
        Self { stream: StreamId::order(order), timeline: Timeline::default(), version: Version::EMPTY }
    }

    /// The next entries; empty at the end. Safe to abandon: what was not handed out is read again.
    ///
    /// # Errors
    /// The store's.
    pub(super) async fn read(&mut self, store: &dyn EventStore) -> Result<Vec<TimelineEntry>, QueryError> {
        let events = store.read_stream(&self.stream, self.version, PAGE).await?;
        self.version = events.last().map_or(self.version, |last| last.envelope.version);
        Ok(events.iter().filter_map(|recorded| self.timeline.entry(recorded)).collect())
    }

    /// Whether the caller may see it; after the first read.
    ///
    /// # Errors
    /// Not there, or not the caller's.
    pub(super) fn check(&self, access: &Access) -> Result<(), QueryError> {
        match self.timeline.owner() {
            Some(owner) if access.sees(owner) => Ok(()),
            Some(_) | None => Err(QueryError::NotFound),
        }
    }
}
