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

#[cfg(test)]
mod tests {
    use orderflow_domain::ordering::event::{OrderEvent, Validated};
    use orderflow_domain::shared::{Actor, Category, Envelope, EventId, StreamId, Timestamp, Version};
    use uuid::Uuid;

    use super::*;

    fn events(positions: impl Iterator<Item = u64>) -> Vec<Arc<Recorded>> {
        let event = |position| {
            let envelope = Envelope {
                id: EventId(Uuid::nil()),
                position: Position(position),
                stream: StreamId::named(Category::Stock, "s"),
                version: Version(position),
                at: Timestamp::UNIX_EPOCH,
                correlation: None,
                causation: None,
                actor: Actor::system("ordering"),
                trace: None,
            };
            Arc::new(Recorded { envelope, event: OrderEvent::from(Validated {}).into() })
        };
        positions.map(event).collect()
    }

    fn read(ring: &Ring, after: u64, limit: usize) -> Option<Vec<u64>> {
        let events = ring.read(Position(after), limit)?;
        Some(events.iter().map(|event| event.envelope.position.0).collect())
    }

    #[test]
    fn answers_only_for_what_it_covers() {
        let ring = Ring::new(4, Position(10));
        assert_eq!(read(&ring, 9, 5), None, "what was there before is on disk");
        assert_eq!(read(&ring, 10, 5), Some(vec![]));
        ring.push(&events(11..=16));
        assert_eq!(ring.head(), Position(16));
        assert_eq!(read(&ring, 11, 5), None, "forgotten");
        assert_eq!(read(&ring, 12, 5), Some(vec![13, 14, 15, 16]));
        assert_eq!(read(&ring, 14, 1), Some(vec![15]));
        assert_eq!(read(&ring, 16, 5), Some(vec![]));
        assert_eq!(read(&ring, 99, 5), Some(vec![]));
    }

    #[test]
    fn never_holds_a_gap() {
        let ring = Ring::new(10, Position(0));
        ring.push(&events(1..=3));
        ring.push(&events(6..=7));
        assert_eq!(read(&ring, 0, 9), None);
        assert_eq!(read(&ring, 5, 9), Some(vec![6, 7]));
    }

    #[tokio::test]
    async fn waiting_ends_with_the_next_event_and_not_before() {
        let ring = Ring::new(10, Position(3));
        ring.wait_beyond(Position(2)).await;
        let woken = async {
            ring.wait_beyond(Position(3)).await;
            ring.head()
        };
        let committing = async {
            // The other future has begun to wait.
            tokio::task::yield_now().await;
            let before = ring.head();
            ring.push(&events(4..=4));
            before
        };
        assert_eq!(tokio::join!(woken, committing), (Position(4), Position(3)));
    }
}
