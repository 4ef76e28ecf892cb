//! Whether a log is as it should be: read once from the beginning, with what goes with it. Read-only, and right also beside a running server: every
//! prefix of the log is consistent, and what is under way is no finding.
//!
//! Orders that are done leave the memory, so an audit takes as much of it as there are open orders, items and instruments.

mod claims;
mod file;
mod lifecycle;
mod loose;
mod money;
mod places;
mod report;
mod stock;
mod streams;
mod venue;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use orderflow_domain::event::{Event, Recorded};
use orderflow_domain::ordering::Plans;
use orderflow_domain::ports::{EventStore, StoreError, ViewStore};
use orderflow_domain::shared::{Category, OrderId, Position, Version};

use file::File;
pub use report::{Check, Finding, Report};
use stock::Shelves;
use streams::Streams;
use venue::Venue;

/// Events read at once.
const PAGE: usize = 4_096;

/// Audits a store, and its views if they are given. `plans` are those by which its orders were placed; orders of other plans are checked as far as
/// that goes without.
///
/// # Errors
/// The store can't be read at all. What can be read and is wrong is a finding.
pub async fn run(
    store: &dyn EventStore,
    views: Option<&dyn ViewStore>,
    plans: &Arc<Plans>,
) -> Result<Report, StoreError> {
    // In this order: what is read first can't be ahead of what is read later.
    let shown = places::of_views(views).await;
    let checkpoints = store.checkpoints().await?;
    let head = store.head().await?;
    let mut audit = Audit::new(plans.clone(), head);
    audit.read_log(store).await?;
    places::check(&checkpoints, &shown, store, &mut audit.report).await?;
    for (stream, kept, held) in store.torn_streams(MOST_TORN).await? {
        let message = format!("the store says that it has {kept} events, the log holds {held}");
        audit.report.find(Check::Versions, stream, None, message);
    }
    claims::check(&audit.placed, store, &mut audit.report).await?;
    audit.shelves.check(&mut audit.report);
    audit.venue.check(&audit.files, &mut audit.report);
    loose::check(&audit.files, store, &mut audit.report).await?;
    audit.report.open = audit.files.values().filter(|file| !file.order.is_final()).count() as u64;
    Ok(audit.report)
}

/// Torn streams that are named: more say no more.
const MOST_TORN: usize = 100;

/// An audit under way.
struct Audit {
    plans: Arc<Plans>,
    report: Report,
    streams: Streams,
    files: HashMap<OrderId, File>,
    placed: HashSet<OrderId>,
    shelves: Shelves,
    venue: Venue,
}

impl Audit {
    fn new(plans: Arc<Plans>, head: Position) -> Self {
        Self {
            plans,
            report: Report::up_to(head),
            streams: Streams::default(),
            files: HashMap::new(),
            placed: HashSet::new(),
            shelves: Shelves::default(),
            venue: Venue::default(),
        }
    }

    async fn read_log(&mut self, store: &dyn EventStore) -> Result<(), StoreError> {
        let (head, mut position) = (self.report.head, Position::START);
        while position < head {
            let events = match store.read_log(position, PAGE).await {
                Ok(events) => events,
                Err(StoreError::Corrupt(why)) => {
                    self.report.find(Check::Positions, "log", Some(position.next()), why);
                    return Ok(());
                }
                Err(error) => return Err(error),
            };
            let Some(last) = events.last() else {
                self.report.find(
                    Check::Positions,
                    "log",
                    Some(position.next()),
                    format!("the log ends here, and not at {head}"),
                );
                return Ok(());
            };
            let end = last.envelope.position;
            for recorded in events.iter().filter(|recorded| recorded.envelope.position <= head) {
                let found = recorded.envelope.position;
                if found != position.next() {
                    let message = format!("position {found} follows {position}");
                    self.report.find(Check::Positions, "log", Some(found), message);
                }
                position = found;
                self.take(recorded, store).await?;
            }
            // A log that does not go on would be read for ever.
            position = position.max(end);
        }
        Ok(())
    }

    async fn take(&mut self, recorded: &Recorded, store: &dyn EventStore) -> Result<(), StoreError> {
        self.report.events += 1;
        self.streams.check_kind(recorded, &mut self.report);
        match recorded.envelope.stream.order_id() {
            None => {
                self.streams.check_version(recorded, &mut self.report);
                self.shelves.take(recorded);
                self.shelves.bounded(recorded, &mut self.report);
                self.venue.take_book(recorded, &mut self.report);
            }
            Some(order) => self.take_of_order(order, recorded, store).await?,
        }
        Ok(())
    }

    async fn take_of_order(
        &mut self,
        order: OrderId,
        recorded: &Recorded,
        store: &dyn EventStore,
    ) -> Result<(), StoreError> {
        let envelope = &recorded.envelope;
        if !self.files.contains_key(&order) {
            let is_new = envelope.stream.category == Category::Order && envelope.version == Version(1);
            let file = if is_new {
                File::new(&self.plans)
            } else {
                // Done and left the memory; or an event of an order that there is not, which its file then shows.
                File::until(order, envelope.position, store, &self.plans).await?
            };
            self.files.insert(order, file);
        }
        let Some(file) = self.files.get_mut(&order) else { return Ok(()) };
        if let Event::Order(event) = &recorded.event {
            lifecycle::check(&file.order, event, recorded, &mut self.report);
            self.report.orders += u64::from(self.placed.insert(order));
        }
        file.check_before(recorded, &mut self.report);
        for shift in file.take(recorded) {
            self.shelves.shift(&shift);
        }
        money::check(file, recorded, &mut self.report);
        self.venue.take_order(order, recorded);
        if file.order.is_final() && loose::ends(order, file).is_empty() {
            self.report.closed(file);
            self.files.remove(&order);
        }
        Ok(())
    }
}
