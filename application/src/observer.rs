//! Metrics of what happens: follows the log from where the process began and counts. It keeps no checkpoint, since counters begin anew with
//! each process.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::SignedDuration;
use metrics::{Counter, Histogram, counter, gauge, histogram};
use orderflow_domain::event::{Event, Recorded};
use orderflow_domain::ordering::event::OrderEvent;
use orderflow_domain::ports::EventStore;
use orderflow_domain::shared::{OrderId, Position, Timestamp};

use crate::status::Statuses;
use crate::worker::{Next, Stall, Worker};

/// Events read at once.
const BATCH: usize = 4_096;
/// How often the lag of the other followers is measured.
const LAG_EVERY: SignedDuration = SignedDuration::from_secs(1);

/// See the module.
pub(crate) struct Observer {
    store: Arc<dyn EventStore>,
    statuses: Statuses,
    position: Option<Position>,
    lag_at: Timestamp,
    events: HashMap<u16, Counter>,
    ended: [(Counter, Histogram); 3],
}

impl Observer {
    /// Its name.
    pub(crate) const NAME: &str = "observer";

    /// On that store, beside those workers.
    pub(crate) fn new(store: Arc<dyn EventStore>, statuses: Statuses) -> Self {
        let events = Event::types()
            .map(|kind| (kind.code, counter!("orderflow_events_total", "type" => kind.to_string())))
            .collect();
        let ended = ["EXECUTED", "CANCELLED", "FAILED"].map(|status| {
            (
                counter!("orderflow_orders_ended_total", "status" => status),
                histogram!("orderflow_order_seconds", "status" => status),
            )
        });
        Self { store, statuses, position: None, lag_at: Timestamp::UNIX_EPOCH, events, ended }
    }

    fn count(&self, recorded: &Recorded) {
        if let Some(counter) = self.events.get(&recorded.event.event_type().code) {
            counter.increment(1);
        }
        let Event::Order(event) = &recorded.event else { return };
        let [executed, cancelled, failed] = &self.ended;
        match event {
            OrderEvent::Executed(_) => ended(executed, recorded),
            OrderEvent::Cancelled(_) => ended(cancelled, recorded),
            OrderEvent::Failed(_) => ended(failed, recorded),
            OrderEvent::StepFailed(failed) => {
                counter!("orderflow_step_failures_total", "step" => failed.step.to_string(), "reason" => failed.failure.reason.to_string())
                    .increment(1);
            }
            OrderEvent::StepOverdue(overdue) => {
                counter!("orderflow_steps_overdue_total", "step" => overdue.step.to_string()).increment(1);
            }
            OrderEvent::UndoRequested(undo) => {
                counter!("orderflow_undos_total", "step" => undo.request.step.to_string()).increment(1);
            }
            _ => {}
        }
    }

    fn measure_lag(&self, head: Position) {
        for status in self.statuses.all() {
            if let Some(lag) = status.lag(head) {
                gauge!("orderflow_reader_lag_events", "reader" => status.name())
                    .set(u32::try_from(lag).unwrap_or(u32::MAX));
            }
            gauge!("orderflow_worker_stopped", "worker" => status.name()).set(u8::from(status.stopped().is_some()));
        }
        gauge!("orderflow_log_head").set(u32::try_from(head.0).map_or(f64::from(u32::MAX), f64::from));
    }
}

fn ended((counter, seconds): &(Counter, Histogram), recorded: &Recorded) {
    counter.increment(1);
    if let Some(placed) = recorded.envelope.stream.order_id().and_then(placed_at) {
        seconds.record(recorded.envelope.at.duration_since(placed).as_secs_f64());
    }
}

/// When an order was placed, to the millisecond, as its id says.
fn placed_at(order: OrderId) -> Option<Timestamp> {
    let (seconds, nanos) = order.0.get_timestamp()?.to_unix();
    Timestamp::new(i64::try_from(seconds).ok()?, i32::try_from(nanos).ok()?).ok()
}

#[async_trait]
impl Worker for Observer {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    async fn step(&mut self, now: Timestamp) -> Result<Next, Stall> {
        let from = match self.position {
            Some(position) => position,
            None => self.store.head().await?,
        };
        let events = self.store.read_log(from, BATCH).await?;
        for recorded in &events {
            self.count(recorded);
        }
        self.position = Some(events.last().map_or(from, |last| last.envelope.position));
        if now.duration_since(self.lag_at) >= LAG_EVERY {
            self.lag_at = now;
            self.measure_lag(self.store.head().await?);
        }
        Ok(if events.is_empty() { Next::When(Some(now + LAG_EVERY)) } else { Next::Now })
    }

    async fn ready(&mut self) {
        match self.position {
            Some(position) => self.store.wait_beyond(position).await,
            None => std::future::pending().await,
        }
    }
}
