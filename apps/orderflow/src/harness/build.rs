//! Puts a harness together.

use std::sync::Arc;

use orderflow_application::{Engine, Parts};
use orderflow_domain::ordering::{Plan, Settings};
use orderflow_domain::ports::{Clock, EventStore, Ids, Participant};
use orderflow_domain::shared::Timestamp;
use orderflow_gateways::scripted::{ScriptedCarrier, ScriptedGateway};
use orderflow_memory::{CollectingPublisher, ManualClock, MemoryStore, MemoryViews, SeededIds};

use super::faults::FaultyStore;
use super::random::Random;
use super::{Harness, demo};
use crate::builder::{BuildError, Builder};

/// Monday, 1 January 2024, midnight: when every run begins.
const BEGIN: i64 = 1_704_067_200;

/// Puts a harness together; made by [`Harness::builder`].
#[must_use]
pub struct HarnessBuilder {
    seed: u64,
    builder: Builder,
    remote: bool,
}

impl HarnessBuilder {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, builder: Builder::default(), remote: false }
    }

    /// Gateway and carrier answer only when they are called, by the pools, as those out there do; otherwise they answer at once.
    pub fn remote_participants(self) -> Self {
        Self { remote: true, ..self }
    }

    /// One more kind of order.
    pub fn plan(self, plan: Plan) -> Self {
        Self { builder: self.builder.plan(plan), ..self }
    }

    /// Who carries out the custom steps of that name.
    pub fn participant(self, step: &str, participant: Arc<dyn Participant>) -> Self {
        Self { builder: self.builder.participant(step, participant), ..self }
    }

    /// How patient orders are.
    pub fn settings(self, settings: Settings) -> Self {
        Self { builder: self.builder.settings(settings), ..self }
    }

    /// Changes anything else about the engine, but for its stores, clock, ids and participants, which are the harness's own.
    pub fn with(self, change: impl FnOnce(Builder) -> Builder) -> Self {
        Self { builder: change(self.builder), ..self }
    }

    /// Starts it, in the demo world.
    ///
    /// # Errors
    /// A plan or a step has faults.
    pub fn start(self) -> Result<Harness, BuildError> {
        let clock = Arc::new(ManualClock::new(Timestamp::from_second(BEGIN).unwrap_or(Timestamp::UNIX_EPOCH)));
        let as_clock = || clock.clone() as Arc<dyn Clock>;
        let (gateway, carrier) = if self.remote {
            (ScriptedGateway::remote(), ScriptedCarrier::remote(as_clock()))
        } else {
            (ScriptedGateway::in_process(), ScriptedCarrier::in_process(as_clock()))
        };
        let (gateway, carrier) = (Arc::new(gateway), Arc::new(carrier));
        let (store, views) = (Arc::new(MemoryStore::new()), Arc::new(MemoryViews::new()));
        let faulty = Arc::new(FaultyStore::new(store.clone(), self.seed));
        let ids: Arc<dyn Ids> = Arc::new(SeededIds::new(self.seed));
        let builder = self.builder.gateway(gateway.clone()).carrier(carrier.clone()).clock(as_clock()).ids(ids);
        let (first, _) = builder.stores(faulty.clone(), views.clone()).engine()?;
        let again = first.clone();
        let make: Box<dyn Fn() -> Engine> = Box::new(move || on(&again, again.store().clone()));
        let mut harness = Harness {
            seed: self.seed,
            random: Random::new(self.seed),
            clock,
            store,
            faulty,
            views,
            gateway,
            carrier,
            publisher: Arc::new(CollectingPublisher::default()),
            make,
            engine: first,
            workers: Vec::new(),
            crashes: 0,
            steps: 0,
            timers: tokio::runtime::Builder::new_current_thread().enable_time().build().ok(),
        };
        let engine = harness.engine.clone();
        if let Some(seeded) = harness.command(demo::seed(&engine)) {
            seeded?;
        }
        if let Some(prepared) = harness.command(orderflow_application::projections::prepare(&**engine.views())) {
            prepared?;
        }
        harness.workers = harness.hire();
        Ok(harness)
    }
}

/// A new engine of the same parts, but for the store: as after a start of the process, with nothing in memory.
pub(super) fn on(engine: &Engine, store: Arc<dyn EventStore>) -> Engine {
    Engine::new(Parts {
        store,
        views: engine.views().clone(),
        clock: engine.clock().clone(),
        ids: engine.ids().clone(),
        plans: engine.plans().clone(),
        settings: engine.settings().clone(),
        outside: engine.outside().clone(),
    })
}
