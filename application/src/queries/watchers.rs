//! Who waits for news of which order. One worker looks at the log for all of an engine's watchers and tells each whose order an event is of, so
//! a thousand open streams cost as much as one.
//!
//! Watchers never wait for one another: one whose client reads slowly holds up nobody. And where no such worker runs, each looks for itself:
//! dearer, but nothing is missed.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use orderflow_domain::ports::EventStore;
use orderflow_domain::shared::{Category, OrderId, Position, Timestamp};
use tokio::sync::watch;

use crate::engine::Engine;
use crate::status::WorkerStatus;
use crate::worker::{Next, Stall, Worker};

/// Events read at once.
const BATCH: usize = 4_096;
/// Further behind than this (nobody was watching, or a burst), it is cheaper to have all watchers look at their own orders.
const CATCH_UP: u64 = 16_384;

/// The watchers of an engine.
#[derive(Debug, Default)]
pub(crate) struct Watchers {
    orders: Mutex<HashMap<OrderId, Seats>>,
    served: AtomicBool,
}

#[derive(Debug)]
struct Seats {
    news: watch::Sender<()>,
    taken: usize,
}

/// One watcher's place; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    watchers: Arc<Watchers>,
    order: OrderId,
    news: watch::Receiver<()>,
}

impl Watchers {
    fn orders(&self) -> MutexGuard<'_, HashMap<OrderId, Seats>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place from which one order is watched. What happens from now on is told; what happened before is to be read.
    pub(super) fn seat(self: &Arc<Self>, order: OrderId) -> Seat {
        let mut orders = self.orders();
        let seats = orders.entry(order).or_insert_with(|| Seats { news: watch::Sender::new(()), taken: 0 });
        seats.taken += 1;
        Seat { watchers: self.clone(), order, news: seats.news.subscribe() }
    }

    pub(super) fn nobody(&self) -> bool {
        self.orders().is_empty()
    }

    fn tell(&self, order: OrderId) {
        if let Some(seats) = self.orders().get(&order) {
            seats.news.send_replace(());
        }
    }

    fn tell_all(&self) {
        for seats in self.orders().values() {
            seats.news.send_replace(());
        }
    }

    /// Whether a worker looks at the log for all; they hear of the change, so that they wait in the right way.
    fn serve(&self, served: bool) {
        if self.served.swap(served, Ordering::AcqRel) != served {
            self.tell_all();
        }
    }
}

impl Seat {
    /// Returns when there may be news after `head`, which was the end of the log before the order was last read. Safe to drop.
    pub(super) async fn news(&mut self, store: &dyn EventStore, head: Position) {
        let served = self.watchers.served.load(Ordering::Acquire);
        let grown = async { if served { std::future::pending().await } else { store.wait_beyond(head).await } };
        tokio::select! {
            // The sender lives as long as the seat.
            _ = self.news.changed() => {}
            () = grown => {}
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut orders = self.watchers.orders();
        if let Some(seats) = orders.get_mut(&self.order) {
            seats.taken -= 1;
            if seats.taken == 0 {
                orders.remove(&self.order);
            }
        }
    }
}

/// Tells an engine's watchers of what the log shows. It keeps no checkpoint: what passed while it did not run, they read themselves.
pub struct ChangesWorker {
    watchers: Arc<Watchers>,
    store: Arc<dyn EventStore>,
    status: Arc<WorkerStatus>,
    seen: Position,
}

impl ChangesWorker {
    const NAME: &str = "changes";

    /// For that engine's watchers; to run in each process that answers queries.
    #[must_use]
    pub fn new(engine: &Engine) -> Self {
        Self {
            watchers: engine.watchers().clone(),
            store: engine.store().clone(),
            status: engine.statuses().of(Self::NAME),
            seen: Position::START,
        }
    }

    async fn look(&mut self) -> Result<Next, Stall> {
        // Before the look at the seats: one that is taken later reads its order later still.
        let head = self.store.head().await?;
        if self.watchers.nobody() || head.0.saturating_sub(self.seen.0) > CATCH_UP {
            self.watchers.tell_all();
            self.seen = head;
            self.status.at(head);
            return Ok(Next::When(None));
        }
        let events = self.store.read_log(self.seen, BATCH).await?;
        for envelope in events.iter().map(|recorded| &recorded.envelope) {
            if envelope.stream.category == Category::Order
                && let Some(order) = envelope.stream.order_id()
            {
                self.watchers.tell(order);
            }
            self.seen = envelope.position;
        }
        self.status.at(self.seen);
        Ok(if events.is_empty() { Next::When(None) } else { Next::Now })
    }
}

#[async_trait]
impl Worker for ChangesWorker {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    async fn step(&mut self, _now: Timestamp) -> Result<Next, Stall> {
        let looked = self.look().await;
        self.watchers.serve(looked.is_ok());
        looked
    }

    async fn ready(&mut self) {
        self.store.wait_beyond(self.seen).await;
    }
}

impl Drop for ChangesWorker {
    fn drop(&mut self) {
        self.watchers.serve(false);
    }
}
