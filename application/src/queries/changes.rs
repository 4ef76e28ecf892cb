//! A live timeline.

use std::sync::Arc;

use orderflow_domain::ports::EventStore;
use orderflow_domain::shared::{OrderId, Version};

use super::QueryError;
use super::timeline::TimelineReader;
use super::watchers::Seat;
use crate::engine::{Access, Engine};
use crate::views::TimelineEntry;

/// Follows one order. It has no end of its own: after the final event refunds, ratings and notes may still come.
#[derive(Debug)]
pub struct Changes {
    store: StoreHandle,
    reader: TimelineReader,
    seat: Seat,
    after: Version,
    early: Vec<TimelineEntry>,
}

struct StoreHandle(Arc<dyn EventStore>);

impl std::fmt::Debug for StoreHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EventStore")
    }
}

impl Engine {
    /// Follows what happens to an order after a version, from the next event on.
    ///
    /// # Errors
    /// Not there, or not the caller's; unavailable.
    pub async fn changes(&self, order: OrderId, access: &Access, after: Version) -> Result<Changes, QueryError> {
        // Before the first read, so that nothing falls between the two.
        let seat = self.watchers().seat(order);
        let mut reader = TimelineReader::new(order);
        let early = reader.read(&**self.store()).await?;
        reader.check(access)?;
        Ok(Changes { store: StoreHandle(self.store().clone()), reader, seat, after, early })
    }
}

impl Changes {
    /// The next entries, at least one: those there are, or else the first that come. Safe to drop.
    ///
    /// # Errors
    /// Unavailable; asking again is fine.
    pub async fn next(&mut self) -> Result<Vec<TimelineEntry>, QueryError> {
        loop {
            let mut read = std::mem::take(&mut self.early);
            let mut end = None;
            if read.is_empty() {
                let head = self.store.0.head().await?;
                read = self.reader.read(&*self.store.0).await?;
                end = read.is_empty().then_some(head);
            }
            read.retain(|entry| entry.version > self.after);
            if !read.is_empty() {
                return Ok(read);
            }
            if let Some(head) = end {
                self.seat.news(&*self.store.0, head).await;
            }
        }
    }
}
