//! Following the log: a reader's place in it, in memory and in the store.
//!
//! The place in memory runs ahead of the stored one while nothing of interest passes: reading that again after a crash does no harm, and a
//! commit for nothing would cost as much as one for something.

use std::sync::Arc;

use orderflow_domain::event::Recorded;
use orderflow_domain::ports::{CheckpointMove, EventStore, ReaderId, UnitOfWork};
use orderflow_domain::shared::{EventId, Name, Position};

use crate::status::WorkerStatus;
use crate::worker::Stall;

/// A stored checkpoint is moved for its own sake when so many events without effect have passed.
const FLUSH_EVERY: u64 = 16_384;

/// A reader of the log.
pub struct Tail {
    store: Arc<dyn EventStore>,
    reader: ReaderId,
    status: Arc<WorkerStatus>,
    started: bool,
    stored: Position,
    position: Position,
    last: Option<EventId>,
}

impl Tail {
    /// Of that name; it reads nothing before [`Tail::start`].
    #[must_use]
    pub fn new(store: Arc<dyn EventStore>, name: &'static str, status: Arc<WorkerStatus>) -> Self {
        let reader = ReaderId { name: Name::part(name), partition: 0 };
        Self { store, reader, status, started: false, stored: Position::START, position: Position::START, last: None }
    }

    /// Takes up the stored place, once. Answers whether it did so now.
    ///
    /// # Errors
    /// Lasting, if the log does not hold the event at which the reader stands: it was restored to an earlier point.
    pub async fn start(&mut self) -> Result<bool, Stall> {
        if self.started {
            return Ok(false);
        }
        if let Some(checkpoint) = self.store.checkpoint(&self.reader).await? {
            let before = Position(checkpoint.position.0.saturating_sub(1));
            let there = self.store.read_log(before, 1).await?;
            if there.first().map(|recorded| recorded.envelope.id) != Some(checkpoint.event) {
                let (name, position) = (&self.reader.name, checkpoint.position);
                return Err(Stall::Lasting(format!(
                    "reader {name} stands at position {position}, where the log holds another event or none: the log was restored to an \
                     earlier point; restore one that is at least as new"
                )));
            }
            self.last = Some(checkpoint.event);
            self.stored = checkpoint.position;
            self.position = checkpoint.position;
        } else {
            (self.stored, self.position, self.last) = (Position::START, Position::START, None);
        }
        self.status.at(self.position);
        self.started = true;
        Ok(true)
    }

    /// Forgets its place, to take it up from the store again: someone else may have moved it, or a commit's outcome is in doubt.
    pub fn restart(&mut self) {
        self.started = false;
    }

    /// All up to here has passed.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// The next events; empty at the end of the log.
    ///
    /// # Errors
    /// The store's; lasting if the log has a gap.
    pub async fn read(&self, limit: usize) -> Result<Vec<Arc<Recorded>>, Stall> {
        let events = self.store.read_log(self.position, limit).await?;
        let mut expected = self.position;
        for recorded in &events {
            expected = expected.next();
            if recorded.envelope.position != expected {
                return Err(Stall::Lasting(format!(
                    "the log has a gap: position {} follows {}",
                    recorded.envelope.position,
                    expected.0 - 1
                )));
            }
        }
        Ok(events)
    }

    /// The move of the stored checkpoint up to this event.
    #[must_use]
    pub fn move_to(&self, last: &Recorded) -> CheckpointMove {
        let (to, event) = (last.envelope.position, last.envelope.id);
        CheckpointMove { reader: self.reader.clone(), from: self.stored, to, event }
    }

    /// A unit with that move has been committed.
    pub fn moved(&mut self, last: &Recorded) {
        self.stored = last.envelope.position;
        self.passed(last);
    }

    /// Nothing up to this event needs a commit.
    pub fn passed(&mut self, last: &Recorded) {
        self.position = last.envelope.position;
        self.last = Some(last.envelope.id);
        self.status.at(self.position);
    }

    /// Stores the place if it has run far ahead of the stored one.
    ///
    /// # Errors
    /// The store's.
    pub async fn flush_if_far(&mut self) -> Result<(), Stall> {
        if self.position.0 - self.stored.0 >= FLUSH_EVERY { self.flush().await } else { Ok(()) }
    }

    /// Stores the place.
    ///
    /// # Errors
    /// The store's.
    pub async fn flush(&mut self) -> Result<(), Stall> {
        let Some(checkpoint) = self.pending_move() else { return Ok(()) };
        match self.store.commit(UnitOfWork { checkpoint: Some(checkpoint), ..UnitOfWork::default() }).await {
            Ok(_) => self.flushed(),
            Err(error) => {
                self.restart();
                return Err(error.into());
            }
        }
        Ok(())
    }

    /// The move of the stored checkpoint up to where the reader is; none if it is there already.
    #[must_use]
    pub fn pending_move(&self) -> Option<CheckpointMove> {
        let event = self.last.filter(|_| self.position > self.stored)?;
        Some(CheckpointMove { reader: self.reader.clone(), from: self.stored, to: self.position, event })
    }

    /// As [`Tail::pending_move`], but also where the reader is there already: what is committed with it is refused if another process has moved on.
    #[must_use]
    pub fn guarded_move(&self) -> Option<CheckpointMove> {
        let event = self.last?;
        Some(CheckpointMove { reader: self.reader.clone(), from: self.stored, to: self.position, event })
    }

    /// A unit with the pending move has been committed.
    pub fn flushed(&mut self) {
        self.stored = self.position;
    }

    /// Returns when the log has grown. Never while the worker is paused: the nudge that lets it go on is waited for beside this.
    pub async fn ready(&self) {
        if self.status.is_paused() {
            std::future::pending::<()>().await;
        }
        self.store.wait_beyond(self.position).await;
    }
}
