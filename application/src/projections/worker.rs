//! Keeps one view up to date.

use std::sync::Arc;

use async_trait::async_trait;
use orderflow_domain::event::Recorded;
use orderflow_domain::ordering::Plans;
use orderflow_domain::ports::{EventStore, ViewStore};
use orderflow_domain::shared::Timestamp;

use super::Projection;
use super::place::Place;
use super::showing::Showing;
use crate::status::WorkerStatus;
use crate::worker::{Next, Stall, Worker};

/// Events read at once: enough that a busy order is written once and not for each of its events.
const BATCH: usize = 4_096;
/// A checkpoint is moved for its own sake when so many events have passed that the view does not show.
const FLUSH_EVERY: u64 = 16_384;

/// Follows the log for one view; see the module.
pub struct ProjectionWorker {
    showing: Showing,
    views: Arc<dyn ViewStore>,
    status: Arc<WorkerStatus>,
    place: Option<Place>,
}

impl ProjectionWorker {
    /// A worker for that projection; `status` is the one of the projection's name.
    #[must_use]
    pub fn new(
        projection: Arc<dyn Projection>,
        store: Arc<dyn EventStore>,
        views: Arc<dyn ViewStore>,
        plans: Arc<Plans>,
        status: Arc<WorkerStatus>,
    ) -> Self {
        Self { showing: Showing::new(projection, store, plans), views, status, place: None }
    }

    /// Takes up the place that the view says, if it is not known.
    async fn place(&mut self) -> Result<Place, Stall> {
        if let Some(place) = self.place {
            return Ok(place);
        }
        let view = self.showing.projection().view();
        self.views.prepare(view).await?;
        let checkpoint = self.views.checkpoint(view).await?;
        let place = Place::at(checkpoint, self.showing.store(), view.name).await?;
        self.status.at(place.position);
        self.place = Some(place);
        Ok(place)
    }

    async fn follow(&mut self, place: Place, events: &[Arc<Recorded>]) -> Result<(), Stall> {
        let Some(last) = events.last() else { return Ok(()) };
        let position = last.envelope.position;
        let changes = self.showing.changes(events).await?;
        let mut stored = place.stored;
        if !changes.is_empty() || position.0 - stored.0 >= FLUSH_EVERY {
            // Whatever goes wrong, the place is what the view says: another process may write it, or the answer was lost. What is folded
            // stays good, as the log does not change.
            self.place = None;
            self.views.commit(self.showing.projection().view(), place.commit(last, changes)).await?;
            stored = position;
        }
        self.place = Some(Place { stored, position });
        self.status.at(position);
        Ok(())
    }
}

#[async_trait]
impl Worker for ProjectionWorker {
    fn name(&self) -> &'static str {
        self.showing.projection().name()
    }

    async fn step(&mut self, _now: Timestamp) -> Result<Next, Stall> {
        let place = self.place().await?;
        if self.status.is_paused() {
            return Ok(Next::When(None));
        }
        let events = place.read(self.showing.store(), BATCH).await?;
        if events.is_empty() {
            return Ok(Next::When(None));
        }
        self.follow(place, &events).await?;
        Ok(Next::Now)
    }

    async fn ready(&mut self) {
        let grown = async {
            if self.status.is_paused() {
                // The nudge that lets it go on is what it waits for.
                std::future::pending::<()>().await;
            }
            if let Some(place) = self.place {
                self.showing.store().wait_beyond(place.position).await;
            }
        };
        tokio::select! {
            () = grown => {}
            () = self.status.nudged() => {}
        }
    }
}
