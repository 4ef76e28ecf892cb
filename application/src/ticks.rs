//! What a timer that is due does: asks the aggregate that set it what the time means, and commits what follows.

use std::sync::Arc;

use orderflow_domain::ordering::{Command, Settings, decide};
use orderflow_domain::ports::{CommitError, EventStore, Ids};
use orderflow_domain::shared::{Actor, Category, StreamId, TimerLabel, Timestamp};

use crate::cache::Cache;
use crate::defect::{Defect, guarded};
use crate::desk::Desk;
use crate::outside::{Errand, Outside};
use crate::worker::Stall;

/// Tries while others write to the same stream; then the timer rings again later.
const TRIES: u32 = 20;

/// See the module.
pub struct Ticks {
    store: Arc<dyn EventStore>,
    settings: Arc<Settings>,
    outside: Arc<Outside>,
    desk: Desk,
}

impl Ticks {
    /// On that store.
    #[must_use]
    pub fn new(
        store: Arc<dyn EventStore>,
        ids: Arc<dyn Ids>,
        cache: Cache,
        settings: Arc<Settings>,
        outside: Arc<Outside>,
    ) -> Self {
        let desk = Desk::new(store.clone(), ids, cache, Actor::system("timers"));
        Self { store, settings, outside, desk }
    }

    /// A timer is due. Harmless if it is late or comes twice, since it names the attempt that it is about. Answers `false` if it could not be
    /// told what it means: then it is to ring again.
    ///
    /// # Errors
    /// The store's; the timer stays due.
    pub async fn tick(
        &mut self,
        stream: &StreamId,
        label: &TimerLabel,
        attempt: u32,
        now: Timestamp,
    ) -> Result<bool, Stall> {
        for _ in 0..TRIES {
            self.desk.begin(now);
            // Others write to the stream, and the timers follow it only as the log shows it.
            self.desk.forget(stream);
            self.desk.load(stream).await?;
            if let (Category::Payment, Some(order)) = (stream.category, stream.order_id())
                && let Some(row) = Errand::payment(order).outstanding_row(&self.desk)
            {
                self.desk.look_at(&row).await?;
            }
            self.desk.on_behalf_of(stream.order_id());
            if let Err(defect) = guarded(|| self.decide(stream, label, attempt, now)) {
                self.desk.refused();
                tracing::error!(%stream, step = %label.step, attempt, error = %defect, "a timer came to nothing");
                return Ok(false);
            }
            if self.desk.is_clean() {
                self.desk.refused();
                return Ok(true);
            }
            let unit = self.desk.take_unit();
            match self.store.commit(unit).await {
                Ok(_) => {
                    self.desk.settled();
                    return Ok(true);
                }
                Err(error) => {
                    self.desk.refused();
                    if !matches!(error, CommitError::Conflict { .. }) {
                        return Err(error.into());
                    }
                }
            }
        }
        Err(Stall::Passing(format!("{stream} keeps changing")))
    }

    fn decide(&mut self, stream: &StreamId, label: &TimerLabel, attempt: u32, now: Timestamp) -> Result<(), Defect> {
        match (stream.category, stream.order_id()) {
            (Category::Order, _) => {
                let command = Command::Tick { step: label.step.clone(), attempt, undo: label.undo };
                let events = decide(self.desk.order(stream)?, command, now, &self.settings)
                    .map_err(|rejection| Defect::new(rejection.to_string()))?;
                for event in events {
                    self.desk.record(stream, event)?;
                }
                Ok(())
            }
            (Category::Payment, Some(order)) => {
                let errand = Errand::payment(order);
                let outstanding = errand.wants(&self.desk, None);
                let events = self.desk.payment(stream)?.expire(attempt, now);
                if events.is_empty() {
                    return Ok(());
                }
                for event in events {
                    self.desk.record(stream, event)?;
                }
                self.outside.pursue(&errand, outstanding.as_ref(), &mut self.desk)
            }
            _ => Err(Defect::new(format!("{stream} has no timers"))),
        }
    }
}
