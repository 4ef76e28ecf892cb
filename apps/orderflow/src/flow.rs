//! An engine that runs.

use std::ops::Deref;
use std::sync::Arc;

use orderflow_application::reactors::runtime::Runtime;
use orderflow_application::views::{OrderView, TimelineEntry};
use orderflow_application::{Access, CancelOrder, CommandError, Engine, Placement, QueryError};
use orderflow_domain::ports::{EventPublisher, StoreError};
use orderflow_domain::shared::{Actor, Name, OrderId, Version, limits::MAX_PAGE};
use orderflow_gateways::SimulatedGateway;

use crate::builder::Builder;
use crate::new_order::{NewOrder, PlacingError};

/// A running engine. Everything that an [`Engine`] does, it does; what is here is short for the program that it is embedded in, which sees every
/// order.
///
/// Dropping it abandons the workers where they are, which loses nothing; [`OrderFlow::shutdown`] lets each finish its step.
pub struct OrderFlow {
    engine: Engine,
    runtime: Runtime,
    simulator: Option<Arc<SimulatedGateway>>,
}

impl Deref for OrderFlow {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        &self.engine
    }
}

impl OrderFlow {
    /// Begins to put one together.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) async fn start(
        engine: Engine,
        publisher: Option<Arc<dyn EventPublisher>>,
        simulator: Option<Arc<SimulatedGateway>>,
        drives: &(dyn Fn(&str) -> bool + Send),
    ) -> Result<Self, StoreError> {
        let mut workers = engine.workers(publisher);
        workers.retain(|worker| drives(worker.name()));
        engine.restore_pauses().await?;
        let runtime = Runtime::start(workers, engine.clock(), engine.statuses());
        Ok(Self { engine, runtime, simulator })
    }

    /// The engine, to hand on.
    #[must_use]
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The simulated gateway, if no other one was chosen: there a customer's confirmation is played.
    #[must_use]
    pub const fn simulator(&self) -> Option<&Arc<SimulatedGateway>> {
        self.simulator.as_ref()
    }

    /// The program that the engine is embedded in: it sees everything, and this is how the log names it.
    #[must_use]
    pub fn access() -> Access {
        Access::Staff(Actor::System(Name::part("embedding")))
    }

    /// Takes an order, durably, before it answers. What follows happens by itself.
    ///
    /// # Errors
    /// It can't be written that way, or was not taken. Only after "unavailable" it may have been taken all the same: the same key tells.
    pub async fn place(&self, order: impl Into<NewOrder> + Send) -> Result<Placement, PlacingError> {
        let command = order.into().command()?;
        Ok(self.engine.place(command).await?)
    }

    /// Asks for an order to be cancelled, in its customer's name. It is cancelled once all that was done for it is undone.
    ///
    /// # Errors
    /// Not found, too late, or unavailable.
    pub async fn cancel(&self, order: OrderId) -> Result<OrderView, CommandError> {
        let by = Actor::System(Name::part("embedding"));
        let cancel = CancelOrder { order, access: Self::access(), by, comment: None, key: None };
        self.engine.cancel(cancel).await
    }

    /// One order as it is now.
    ///
    /// # Errors
    /// Not found, or unavailable.
    pub async fn order(&self, order: OrderId) -> Result<OrderView, QueryError> {
        self.engine.order(order, &Self::access(), None).await
    }

    /// What happened to an order, from the beginning; the first hundred entries ([`Engine::timeline`] has the rest).
    ///
    /// # Errors
    /// Not found, or unavailable.
    pub async fn timeline(&self, order: OrderId) -> Result<Vec<TimelineEntry>, QueryError> {
        self.engine.timeline(order, &Self::access(), Version::EMPTY, MAX_PAGE).await
    }

    /// Waits for an order's end: EXECUTED, CANCELLED or FAILED. A limit order that rests may take for ever.
    ///
    /// # Errors
    /// Not found, or unavailable.
    pub async fn until_final(&self, order: OrderId) -> Result<OrderView, QueryError> {
        let access = Self::access();
        let mut changes = self.engine.changes(order, &access, Version::EMPTY).await?;
        loop {
            changes.next().await?;
            let now = self.engine.order(order, &access, None).await?;
            if now.status.is_final() {
                return Ok(now);
            }
        }
    }

    /// Lets each worker finish the step that it is in, and closes the store.
    pub async fn shutdown(self) {
        self.runtime.stop().await;
    }
}
