//! The engine as its users see it: use cases and queries, over whatever adapters it was built with. Cheap to clone.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use orderflow_domain::ordering::{Plans, Settings};
use orderflow_domain::ports::{Clock, EventStore, Ids, ViewStore};
use orderflow_domain::shared::{Actor, CustomerId, Position, Timestamp};

use crate::outside::Outside;
use crate::queries::{Books, Watchers};
use crate::status::Statuses;

/// What an engine is built from.
pub struct Parts {
    /// The log and what is committed with it.
    pub store: Arc<dyn EventStore>,
    /// Read models.
    pub views: Arc<dyn ViewStore>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// New ids.
    pub ids: Arc<dyn Ids>,
    /// The plans by which orders are carried out.
    pub plans: Arc<Plans>,
    /// How ordering decides.
    pub settings: Arc<Settings>,
    /// Gateways, carriers, own participants, and the policies of those who work with them.
    pub outside: Arc<Outside>,
}

/// See the module.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    parts: Parts,
    statuses: Statuses,
    acknowledged: AtomicU64,
    watchers: Arc<Watchers>,
    books: Books,
}

/// Who asks, and so what they may see. Ownership is part of every query: what is not yours is as if it were not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// This customer's own orders.
    Customer(CustomerId),
    /// Everything; the actor is who it is done by.
    Staff(Actor),
}

impl Access {
    /// Whether an order of that customer is visible.
    #[must_use]
    pub fn sees(&self, owner: CustomerId) -> bool {
        match self {
            Self::Customer(customer) => *customer == owner,
            Self::Staff(_) => true,
        }
    }
}

impl Engine {
    /// An engine on these parts. Nothing runs by itself until its workers are driven.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let (statuses, acknowledged) = (Statuses::default(), AtomicU64::new(0));
        let (watchers, books) = (Arc::default(), Books::default());
        Self(Arc::new(Inner { parts, statuses, acknowledged, watchers, books }))
    }

    /// The event store.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn EventStore> {
        &self.0.parts.store
    }

    /// The view store.
    #[must_use]
    pub fn views(&self) -> &Arc<dyn ViewStore> {
        &self.0.parts.views
    }

    /// The plans.
    #[must_use]
    pub fn plans(&self) -> &Arc<Plans> {
        &self.0.parts.plans
    }

    /// How ordering decides.
    #[must_use]
    pub fn settings(&self) -> &Arc<Settings> {
        &self.0.parts.settings
    }

    /// Gateways, carriers and policies.
    #[must_use]
    pub fn outside(&self) -> &Arc<Outside> {
        &self.0.parts.outside
    }

    /// New ids.
    #[must_use]
    pub fn ids(&self) -> &Arc<dyn Ids> {
        &self.0.parts.ids
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.parts.clock
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.parts.clock.now()
    }

    /// What the workers of this engine show of themselves.
    #[must_use]
    pub fn statuses(&self) -> &Statuses {
        &self.0.statuses
    }

    pub(crate) fn watchers(&self) -> &Arc<Watchers> {
        &self.0.watchers
    }

    pub(crate) fn books(&self) -> &Books {
        &self.0.books
    }

    /// The last position that this engine has acknowledged to anyone; lists wait until they show it.
    #[must_use]
    pub fn acknowledged(&self) -> Position {
        Position(self.0.acknowledged.load(Ordering::Acquire))
    }

    pub(crate) fn acknowledge(&self, position: Position) {
        self.0.acknowledged.fetch_max(position.0, Ordering::AcqRel);
    }
}
