//! The whole engine on one thread: the same workers as in production, stepped in an order that a seed decides, with a clock that stands until it is
//! moved, a gateway and a carrier that a test steers, and faults between any two commits. A run repeats from its seed.
//!
//! ```
//! use orderflow::harness::{Faults, Harness, Say};
//! use orderflow::prelude::*;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut harness = Harness::new(42);
//! let order = harness.place(NewOrder::purchase("p1", 2))?.order.order_id;
//! harness.gateway().plan(order, [Say::LoseAnswer]); // charged, but nobody heard
//! harness.faults(Faults::SOME);
//! harness.run_until_idle()?;
//! assert_eq!(harness.order(order)?.status, Status::Executed);
//! assert_eq!(harness.gateway().charged(order), Money::new(2_500, Currency::EUR));
//! assert!(harness.audit().is_clean());
//! # Ok(())
//! # }
//! ```

mod build;
mod faults;
mod random;
mod run;
mod schedule;

use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use orderflow_application::views::{OrderView, TimelineEntry};
use orderflow_application::{CancelOrder, CommandError, Engine, PlaceError, Placement, QueryError};
use orderflow_domain::event::Recorded;
use orderflow_domain::ports::{Clock, EventPublisher, EventStore, ViewStore};
use orderflow_domain::shared::{OrderId, Position, Timestamp, Version, limits::MAX_PAGE};
use orderflow_gateways::scripted::{ScriptedCarrier, ScriptedGateway};
use orderflow_memory::{CollectingPublisher, ManualClock, MemoryStore, MemoryViews};

pub use build::HarnessBuilder;
pub use faults::Faults;
pub use orderflow_gateways::scripted::Say;
pub use random::Random;
pub use run::Stuck;

use crate::audit::{self, Report};
use crate::new_order::{NewOrder, PlacingError};
use crate::{OrderFlow, demo};
use faults::FaultyStore;
use schedule::Slot;

/// See the module.
pub struct Harness {
    seed: u64,
    random: Random,
    clock: Arc<ManualClock>,
    store: Arc<MemoryStore>,
    faulty: Arc<FaultyStore>,
    views: Arc<MemoryViews>,
    gateway: Arc<ScriptedGateway>,
    carrier: Arc<ScriptedCarrier>,
    publisher: Arc<CollectingPublisher>,
    make: Box<dyn Fn() -> Engine>,
    engine: Engine,
    workers: Vec<Slot>,
    crashes: u64,
    steps: u64,
    /// Time-outs of calls are set here; nothing ever waits for them.
    timers: Option<tokio::runtime::Runtime>,
}

impl Harness {
    /// The demo world, with participants that answer at once, in an order that the seed decides.
    ///
    /// # Panics
    /// If the engine can't be built of its own constants.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a harness is for tests, where what can't be must be loud")]
    pub fn new(seed: u64) -> Self {
        HarnessBuilder::new(seed).start().expect("the demo world on the standard plans")
    }

    /// One that is put together.
    pub fn builder(seed: u64) -> HarnessBuilder {
        HarnessBuilder::new(seed)
    }

    /// The seed of this run.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// Chance, as the seed has it, for the test's own decisions.
    pub const fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// What goes wrong from now on.
    pub fn faults(&self, faults: Faults) {
        self.faulty.set(faults);
    }

    /// The gateway, to steer it and to learn the truth.
    #[must_use]
    pub fn gateway(&self) -> &ScriptedGateway {
        &self.gateway
    }

    /// The carrier, to steer it and to learn the truth.
    #[must_use]
    pub fn carrier(&self) -> &ScriptedCarrier {
        &self.carrier
    }

    /// The engine of the present life of the process.
    #[must_use]
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The store, without faults.
    #[must_use]
    pub fn store(&self) -> &dyn EventStore {
        &*self.store
    }

    /// The whole log.
    #[must_use]
    pub fn log(&self) -> Vec<Arc<Recorded>> {
        self.ask(self.store.read_log(Position::START, usize::MAX)).and_then(Result::ok).unwrap_or_default()
    }

    /// All that the relay has published, repetitions included.
    #[must_use]
    pub fn published(&self) -> Vec<Arc<Recorded>> {
        self.publisher.published()
    }

    /// How often the process has died.
    #[must_use]
    pub const fn crashes(&self) -> u64 {
        self.crashes
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets time pass.
    pub fn advance(&mut self, by: Duration) {
        self.clock.advance(by);
    }

    /// Sets the clock, also back, as a machine's clock may be.
    pub fn set_time(&mut self, now: Timestamp) {
        self.clock.set(now);
    }

    /// Takes an order. If the process dies meanwhile, the client learns nothing: it may ask again with the same key.
    ///
    /// # Errors
    /// As [`OrderFlow::place`].
    pub fn place(&mut self, order: impl Into<NewOrder>) -> Result<Placement, PlacingError> {
        let command = order.into().command()?;
        let engine = self.engine.clone();
        let placed = self.command(engine.place(command));
        placed.unwrap_or_else(|| Err(PlaceError::Unavailable("the process died".to_owned()))).map_err(Into::into)
    }

    /// Asks for an order to be cancelled, in its customer's name.
    ///
    /// # Errors
    /// As [`OrderFlow::cancel`].
    pub fn cancel(&mut self, order: OrderId) -> Result<OrderView, CommandError> {
        let by = orderflow_domain::shared::Actor::Customer(demo::CUSTOMER);
        let cancel = CancelOrder { order, access: OrderFlow::access(), by, comment: None, key: None };
        let engine = self.engine.clone();
        let cancelled = self.command(engine.cancel(cancel));
        cancelled.unwrap_or_else(|| Err(CommandError::Unavailable("the process died".to_owned())))
    }

    /// Anything else that the engine does; none if the process died meanwhile.
    pub fn command<T>(&mut self, command: impl Future<Output = T>) -> Option<T> {
        let answer = self.ask(command);
        if self.faulty.died() {
            self.crash();
            return None;
        }
        answer
    }

    /// One order as it is now, without faults.
    ///
    /// # Errors
    /// There is none of that id.
    pub fn order(&self, order: OrderId) -> Result<OrderView, QueryError> {
        let engine = self.observer();
        self.ask(engine.order(order, &OrderFlow::access(), None)).unwrap_or_else(|| Err(waits()))
    }

    /// What happened to an order.
    ///
    /// # Errors
    /// There is none of that id.
    pub fn timeline(&self, order: OrderId) -> Result<Vec<TimelineEntry>, QueryError> {
        let engine = self.observer();
        let access = OrderFlow::access();
        let timeline = engine.timeline(order, &access, Version::EMPTY, MAX_PAGE);
        self.ask(timeline).unwrap_or_else(|| Err(waits()))
    }

    /// Whether the log, and all that goes with it, is as it should be.
    #[must_use]
    pub fn audit(&self) -> Report {
        let views: &dyn ViewStore = &*self.views;
        let audited = self.ask(audit::run(&*self.store, Some(views), self.engine.plans()));
        match audited {
            Some(Ok(report)) => report,
            Some(Err(error)) => Report::unreadable(&error.to_string()),
            None => Report::unreadable("the store waits for something"),
        }
    }

    /// The process dies and starts again: what was not committed is as if it had never been.
    pub fn crash(&mut self) {
        self.crashes += 1;
        self.workers.clear();
        self.engine = (self.make)();
        self.workers = self.hire();
    }

    fn hire(&self) -> Vec<Slot> {
        let publisher: Arc<dyn EventPublisher> = self.publisher.clone();
        self.engine.workers(Some(publisher)).into_iter().map(Slot::new).collect()
    }

    /// An engine on the store without its faults.
    fn observer(&self) -> Engine {
        build::on(&self.engine, self.store.clone())
    }

    /// The answer of something that never waits; none if it does.
    fn ask<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        let _timers = self.timers.as_ref().map(tokio::runtime::Runtime::enter);
        let mut future = std::pin::pin!(future);
        match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(answer) => Some(answer),
            Poll::Pending => None,
        }
    }
}

impl Drop for Harness {
    fn drop(&mut self) {
        self.workers.clear();
        if let Some(timers) = self.timers.take() {
            // A runtime must not be waited for within another one, where a test may drop this.
            timers.shutdown_background();
        }
    }
}

fn waits() -> QueryError {
    QueryError::Unavailable("the store waits for something".to_owned())
}
