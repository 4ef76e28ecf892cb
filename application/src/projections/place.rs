//! A view's place in the log. It runs ahead of the stored one while nothing passes that the view shows.

use std::sync::Arc;

use orderflow_domain::event::Recorded;
use orderflow_domain::ports::{Checkpoint, DocumentChange, EventStore, StoreError, ViewCommit};
use orderflow_domain::shared::Position;

/// Where a reader is, and where the view's checkpoint stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// As the view says.
    pub(super) stored: Position,
    /// All up to here has passed.
    pub(super) position: Position,
}

impl Place {
    /// Before the first event.
    pub(super) const START: Self = Self { stored: Position::START, position: Position::START };

    /// At a view's checkpoint, if the log still holds the event there.
    ///
    /// # Errors
    /// Corrupt, if it does not: the log was restored to an earlier point.
    pub(super) async fn at(
        checkpoint: Option<Checkpoint>,
        store: &dyn EventStore,
        view: &str,
    ) -> Result<Self, StoreError> {
        let Some(Checkpoint { position, event }) = checkpoint else { return Ok(Self::START) };
        let before = Position(position.0.saturating_sub(1));
        let there = store.read_log(before, 1).await?;
        if there.first().map(|recorded| recorded.envelope.id) != Some(event) {
            return Err(StoreError::Corrupt(format!(
                "view {view} stands at position {position}, where the log holds another event or none: the log was restored to an earlier \
                 point; remove the views, and they are built anew from it"
            )));
        }
        Ok(Self { stored: position, position })
    }

    /// The next events; empty at the end of the log.
    ///
    /// # Errors
    /// The store's; corrupt if the log has a gap.
    pub(super) async fn read(&self, store: &dyn EventStore, limit: usize) -> Result<Vec<Arc<Recorded>>, StoreError> {
        let events = store.read_log(self.position, limit).await?;
        let mut expected = self.position;
        for recorded in &events {
            expected = expected.next();
            let found = recorded.envelope.position;
            if found != expected {
                return Err(StoreError::Corrupt(format!(
                    "the log has a gap: position {found} where {expected} should be"
                )));
            }
        }
        Ok(events)
    }

    /// The commit that takes the view's checkpoint to this event.
    pub(super) fn commit(&self, last: &Recorded, changes: Vec<DocumentChange>) -> ViewCommit {
        ViewCommit { from: self.stored, to: last.envelope.position, event: last.envelope.id, changes }
    }
}
