//! The workers of an engine: which there are, how far they have come, and the switch that pauses them.

use std::sync::Arc;

use orderflow_domain::ports::{CommitError, EventPublisher, StoreError, UnitOfWork, WorkChange, WorkKey, WorkKind};
use orderflow_domain::shared::{Context, Position, Timestamp};
use serde::Serialize;

use crate::cache::Cache;
use crate::engine::Engine;
use crate::observer::Observer;
use crate::outside::{Calls, pool_name};
use crate::projections;
use crate::reactors::{
    InventoryReactor, OrderingReactor, PaymentReactor, Reactor, ReactorWorker, ShippingReactor, TaskReactor,
    VenueReactor,
};
use crate::relay::Relay;
use crate::ticks::Ticks;
use crate::timers::Timers;
use crate::worker::Worker;

/// Aggregates that each reactor keeps in memory: more than are under way at any moment, at a few kilobytes each.
const CACHED: usize = 32_768;
/// Aggregates that pools and timers keep: they come back to few.
const CACHED_BESIDE: usize = 1_024;

/// A worker, as operators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkerView {
    /// Its name.
    pub name: &'static str,
    /// Up to where it has gone through the log; 0 for a worker that does not follow it.
    pub position: Position,
    /// Events between there and the head of the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lag: Option<u64>,
    /// Whether an operator has paused it.
    pub paused: bool,
    /// Route keys that are parked.
    pub parked: u64,
    /// Why it has stopped for good, if it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
}

impl Engine {
    /// All workers of this engine, to be driven by a runtime or a harness. `publisher` is where the relay sends the log, if anywhere.
    #[must_use]
    pub fn workers(&self, publisher: Option<Arc<dyn EventPublisher>>) -> Vec<Box<dyn Worker>> {
        let mut workers: Vec<Box<dyn Worker>> = Vec::new();
        for reactor in self.reactors() {
            let status = self.statuses().of(reactor.context().name());
            let pool = pool_name(reactor.context()).map(|name| self.statuses().of(name));
            let cache = self.cache(CACHED);
            workers.push(Box::new(ReactorWorker::new(
                reactor,
                self.store().clone(),
                self.ids().clone(),
                cache,
                status,
                pool,
            )));
        }
        for context in [Context::Payment, Context::Shipping, Context::Tasks] {
            workers.extend(self.calls(context).map(|calls| Box::new(calls) as Box<dyn Worker>));
        }
        let (store, ids) = (self.store().clone(), self.ids().clone());
        let ticks =
            Ticks::new(store.clone(), ids, self.cache(CACHED_BESIDE), self.settings().clone(), self.outside().clone());
        workers.push(Box::new(Timers::new(store.clone(), ticks, self.statuses().of(Timers::NAME))));
        workers.extend(projections::workers(self));
        workers.push(Box::new(Observer::new(store.clone(), self.statuses().clone())));
        if let Some(publisher) = publisher {
            workers.push(Box::new(Relay::new(store, publisher, self.statuses().of(Relay::NAME))));
        }
        workers
    }

    fn reactors(&self) -> [Arc<dyn Reactor>; 6] {
        let outside = self.outside();
        [
            Arc::new(OrderingReactor::new(self.settings().clone())),
            Arc::new(InventoryReactor::new(outside.clone())),
            Arc::new(PaymentReactor::new(outside.clone())),
            Arc::new(ShippingReactor::new(outside.clone())),
            Arc::new(VenueReactor::new()),
            Arc::new(TaskReactor::new(outside.clone())),
        ]
    }

    fn calls(&self, context: Context) -> Option<Calls> {
        let status = self.statuses().of(pool_name(context)?);
        Calls::new(
            context,
            self.outside().clone(),
            self.store().clone(),
            self.ids().clone(),
            self.cache(CACHED_BESIDE),
            status,
        )
    }

    fn cache(&self, capacity: usize) -> Cache {
        Cache::new(capacity, self.plans().clone())
    }

    /// How far each worker of this process has come.
    ///
    /// # Errors
    /// Unavailable.
    pub async fn worker_views(&self) -> Result<Vec<WorkerView>, StoreError> {
        let head = self.store().head().await?;
        let view = |status: Arc<crate::status::WorkerStatus>| WorkerView {
            name: status.name(),
            position: status.position(),
            lag: status.lag(head),
            paused: status.is_paused(),
            parked: status.parked(),
            stopped: status.stopped(),
        };
        Ok(self.statuses().all().into_iter().map(view).collect())
    }

    /// Pauses a worker, or lets it go on; that survives a restart. Answers `false` if there is none of that name.
    ///
    /// # Errors
    /// Unavailable.
    pub async fn pause_worker(&self, name: &str, paused: bool) -> Result<bool, CommitError> {
        let Some(status) = self.statuses().find(name) else { return Ok(false) };
        let key = paused_key(name);
        let change = if paused {
            WorkChange::Set { key, due: Timestamp::MAX, body: "{}".into() }
        } else {
            WorkChange::Clear { key }
        };
        self.store().commit(UnitOfWork { work: vec![change], ..UnitOfWork::default() }).await?;
        status.pause(paused);
        Ok(true)
    }

    /// Takes up which workers are paused. Before they are driven.
    ///
    /// # Errors
    /// Unavailable.
    pub async fn restore_pauses(&self) -> Result<(), StoreError> {
        for status in self.statuses().all() {
            if self.store().work(&paused_key(status.name())).await?.is_some() {
                status.pause(true);
            }
        }
        Ok(())
    }
}

fn paused_key(name: &str) -> WorkKey {
    WorkKey { kind: WorkKind::Setting, group: "paused".into(), id: name.into() }
}
