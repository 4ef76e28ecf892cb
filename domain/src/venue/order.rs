//! One order's life on the venue: the fold of a `venue-order` stream.

use super::event::VenueEvent;
use super::ladder::plus;
use crate::shared::{Category, Decimal, OrderId, Quantity, Reason, StepKind, StreamId};

/// How far an order has come on the venue, and under which attempt of `RouteToVenue`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Route {
    /// Not asked for, or withdrawn before it was.
    #[default]
    Unknown,
    /// Refused; another attempt may come.
    Rejected {
        /// The last one.
        attempt: u32,
    },
    /// Taken: it rests.
    Working {
        /// Which.
        attempt: u32,
    },
    /// Nothing is left to fill.
    Filled {
        /// Which.
        attempt: u32,
    },
    /// The venue ended it short.
    Ended {
        /// Which.
        attempt: u32,
        /// Why.
        reason: Reason,
    },
    /// The rest was cancelled.
    Cancelled {
        /// Which.
        attempt: u32,
    },
}

impl Route {
    /// The attempt under which the venue has taken it, or had.
    pub(super) const fn taken(&self) -> Option<u32> {
        match self {
            Self::Unknown | Self::Rejected { .. } => None,
            Self::Working { attempt }
            | Self::Filled { attempt }
            | Self::Ended { attempt, .. }
            | Self::Cancelled { attempt } => Some(*attempt),
        }
    }
}

/// One order on the venue. The default is an order that the venue has never heard of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VenueOrder {
    /// The last attempt of `AdmitTrade` that was answered; 0 before.
    admission: u32,
    /// What the last answer was.
    admitted: bool,
    route: Route,
    quantity: Quantity,
    filled: Quantity,
    notional: i128,
    /// Tombstones. There is at most one per attempt, and attempts are few.
    withdrawn: Vec<(StepKind, u32)>,
}

impl VenueOrder {
    /// The stream of an order's life on the venue.
    #[must_use]
    pub const fn stream(order: OrderId) -> StreamId {
        StreamId::of_order(Category::VenueOrder, order)
    }

    /// How far it has come.
    #[must_use]
    pub const fn route(&self) -> &Route {
        &self.route
    }

    /// Whether it can be traded as asked; none before the venue has looked.
    #[must_use]
    pub fn admitted(&self) -> Option<bool> {
        (self.admission > 0).then_some(self.admitted)
    }

    /// What was asked for, once it is on the venue.
    #[must_use]
    pub const fn quantity(&self) -> Quantity {
        self.quantity
    }

    /// All that was filled.
    #[must_use]
    pub const fn filled(&self) -> Quantity {
        self.filled
    }

    /// Sum of price times quantity of what was filled, in 10⁻¹⁶.
    #[must_use]
    pub const fn notional(&self) -> i128 {
        self.notional
    }

    /// `true` if that attempt came undone before it took effect.
    #[must_use]
    pub fn is_withdrawn(&self, step: &StepKind, attempt: u32) -> bool {
        self.withdrawn.iter().any(|(of, number)| of == step && *number == attempt)
    }

    /// `true` once that attempt of a step has its answer, or came undone before it took effect.
    #[must_use]
    pub fn knows(&self, step: &StepKind, attempt: u32) -> bool {
        match step {
            StepKind::AdmitTrade => self.answered_admission(attempt),
            _ => self.answered_route(attempt),
        }
    }

    /// `true` if that attempt of `AdmitTrade`, or a later one, has its answer.
    pub(super) fn answered_admission(&self, attempt: u32) -> bool {
        attempt <= self.admission || self.is_withdrawn(&StepKind::AdmitTrade, attempt)
    }

    /// `true` if that attempt of `RouteToVenue` has its answer, or none is due because the venue has the order already.
    pub(super) fn answered_route(&self, attempt: u32) -> bool {
        let over = match self.route {
            Route::Unknown => false,
            Route::Rejected { attempt: last } => attempt <= last,
            Route::Working { .. } | Route::Filled { .. } | Route::Ended { .. } | Route::Cancelled { .. } => true,
        };
        over || self.is_withdrawn(&StepKind::RouteToVenue, attempt)
    }

    /// What the event does. Total: events of other streams change nothing.
    pub fn apply(&mut self, event: &VenueEvent) {
        let attempt = self.route.taken().unwrap_or_default();
        match event {
            VenueEvent::Admitted(event) => (self.admission, self.admitted) = (event.attempt, true),
            VenueEvent::Refused(event) => (self.admission, self.admitted) = (event.attempt, false),
            VenueEvent::Accepted(event) => {
                self.route = Route::Working { attempt: event.attempt };
                (self.quantity, self.filled, self.notional) = (event.quantity, Decimal::ZERO, 0);
            }
            VenueEvent::Rejected(event) => self.route = Route::Rejected { attempt: event.attempt },
            VenueEvent::Traded(event) => {
                self.filled = plus(self.filled, event.fill.quantity);
                self.notional = self.notional.saturating_add(event.fill.price.notional(event.fill.quantity));
            }
            VenueEvent::Filled(_) => self.route = Route::Filled { attempt },
            VenueEvent::Ended(event) => {
                self.route = Route::Ended { attempt, reason: event.failure.reason.clone() };
            }
            VenueEvent::Cancelled(event) => self.route = Route::Cancelled { attempt: event.attempt },
            VenueEvent::Withdrawn(event) => self.withdrawn.push((event.step.clone(), event.attempt)),
            VenueEvent::InstrumentListed(_)
            | VenueEvent::InstrumentHalted(_)
            | VenueEvent::InstrumentResumed(_)
            | VenueEvent::BookRested(_)
            | VenueEvent::BookMatched(_)
            | VenueEvent::BookRemoved(_) => {}
        }
    }
}
