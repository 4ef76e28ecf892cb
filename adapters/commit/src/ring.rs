//! The latest events in memory: readers at the head of the log are handed what was just committed, without reading and decoding it back.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use orderflow_domain::event::Recorded;
use orderflow_domain::shared::Position;
use tokio::sync::watch;

/// The last position, and a bell that rings when it moves.
#[derive(Debug)]
pub struct Head(watch::Sender<Position>);

impl Head {
    /// Starts at a position.
    #[must_use]
    pub fn new(at: Position) -> Self {
        Self(watch::Sender::new(at))
    }

    /// Where it is.
    #[must_use]
    pub fn get(&self) -> Position {
        *self.0.borrow()
    }

    /// Moves it forward and rings; a position behind it changes nothing.
    pub fn advance(&self, to: Position) {
        self.0.send_if_modified(|at| {
            let moved = to > *at;
            *at = to.max(*at);
            moved
        });
    }

    /// Returns once it is beyond `after`.
    pub async fn wait_beyond(&self, after: Position) {
        let mut receiver = self.0.subscribe();
        // Fails only when the sender is gone, and it is borrowed here.
        let _ = receiver.wait_for(|at| *at > after).await;
    }
}

/// The latest events, bounded by number.
#[derive(Debug)]
pub struct Ring {
    events: RwLock<VecDeque<Arc<Recorded>>>,
    capacity: usize,
    head: Head,
}

impl Ring {
    /// An empty ring on a log that stands at `head`.
    #[must_use]
    pub fn new(capacity: usize, head: Position) -> Self {
        Self { events: RwLock::new(VecDeque::new()), capacity, head: Head::new(head) }
    }

    /// The last position of the log.
    #[must_use]
    pub fn head(&self) -> Position {
        self.head.get()
    }

    /// Adds what was committed. Events that do not follow the last one make it start anew with them: it never holds a gap.
    pub fn push(&self, committed: &[Arc<Recorded>]) {
        let Some(last) = committed.last().map(|event| event.envelope.position) else { return };
        {
            let mut events = self.events.write().unwrap_or_else(PoisonError::into_inner);
            for event in committed {
                if events.back().is_some_and(|last| last.envelope.position.next() != event.envelope.position) {
                    events.clear();
                }
                events.push_back(event.clone());
            }
            let excess = events.len().saturating_sub(self.capacity);
            events.drain(..excess);
        }
        self.head.advance(last);
    }

    /// Up to `limit` events after a position; `None` if the ring does not reach back so far.
    #[must_use]
    pub fn read(&self, after: Position, limit: usize) -> Option<Vec<Arc<Recorded>>> {
        let events = self.events.read().unwrap_or_else(PoisonError::into_inner);
        let Some(first) = events.front().map(|event| event.envelope.position) else {
            return (after >= self.head.get()).then(Vec::new);
        };
        let skip = usize::try_from(after.next().0.checked_sub(first.0)?).ok()?;
        Some(events.iter().skip(skip).take(limit).cloned().collect())
    }

    /// Returns once the log has grown beyond `after`.
    pub async fn wait_beyond(&self, after: Position) {
        self.head.wait_beyond(after).await;
    }
}
