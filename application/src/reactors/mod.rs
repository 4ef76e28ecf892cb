//! Reactors: each context's part in carrying orders out. A reactor reads what is routed to it, in order, decides on its own context's
//! aggregates, and records what follows. It spawns nothing, waits for nothing and knows no clock.

mod batch;
mod inventory;
mod ordering;
mod parking;
mod payment;
pub mod runtime;
mod shipping;
mod tasks;
mod venue;

pub use batch::ReactorWorker;
pub use inventory::InventoryReactor;
pub use ordering::OrderingReactor;
pub use parking::{DeadLetter, Handling, ParkedEvent};
pub use payment::PaymentReactor;
pub use shipping::ShippingReactor;
pub use tasks::TaskReactor;
pub use venue::VenueReactor;

use orderflow_domain::event::{Event, Recorded};
use orderflow_domain::ports::WorkKey;
use orderflow_domain::shared::{Category, Context, Failure, OrderId, Published, RouteKey, StepKind, StreamId, Topic};

use crate::defect::Defect;
use crate::desk::Desk;

/// A message as a reactor reads it: the event itself, and what it says to this context.
pub struct Message<'a> {
    /// The event.
    pub recorded: &'a Recorded,
    /// What it says.
    pub says: Published<'a>,
}

impl Message<'_> {
    /// The key under which it is processed.
    #[must_use]
    pub fn key(&self) -> RouteKey {
        self.says.routed().key
    }

    /// The order that it is about.
    #[must_use]
    pub const fn order(&self) -> Option<OrderId> {
        match &self.says {
            Published::Request(request) => Some(request.order),
            Published::Undo(undo) => Some(undo.order),
            Published::Outcome(outcome) => Some(outcome.order),
        }
    }

    /// The order, if this is the first time that it asks for that step.
    #[must_use]
    pub fn first_ask(&self, step: &StepKind) -> Option<OrderId> {
        match &self.says {
            Published::Request(request) if request.attempt == 1 && request.step == *step => Some(request.order),
            Published::Request(_) | Published::Undo(_) | Published::Outcome(_) => None,
        }
    }

    /// Whether it undoes a step: such a message passes a parked queue.
    #[must_use]
    pub const fn is_undo(&self) -> bool {
        matches!(self.says, Published::Undo(_))
    }
}

/// One context's part; see the module.
pub trait Reactor: Send + Sync {
    /// Whose part it is.
    fn context(&self) -> Context;

    /// The kind of stream that this reactor takes into its cache when the log shows its first event.
    fn takes_up(&self) -> Option<Category> {
        None
    }

    /// The streams that must be on the desk for this message. Asked again until all that it names are there, so that it may look at the first
    /// ones to name the next.
    fn needs(&self, message: &Message<'_>, desk: &Desk) -> Vec<StreamId>;

    /// The stream that this message makes, where it is the first that its order sends here. It is then taken to be new without being read, which
    /// would cost more than all else; the version that the unit expects keeps that honest.
    fn makes(&self, message: &Message<'_>) -> Option<StreamId> {
        let _ = message;
        None
    }

    /// The work row to look at for this message, once its streams are there.
    fn row(&self, message: &Message<'_>, desk: &Desk) -> Option<WorkKey> {
        let _ = (message, desk);
        None
    }

    /// Decides, and records what follows.
    ///
    /// # Errors
    /// A deterministic failure: after some tries the message's key parks.
    fn react(&self, message: &Message<'_>, desk: &mut Desk) -> Result<(), Defect>;

    /// Sums up a batch before it is committed.
    ///
    /// # Errors
    /// As [`Reactor::react`].
    fn finish(&self, desk: &mut Desk) -> Result<(), Defect> {
        let _ = desk;
        Ok(())
    }

    /// Gives a parked message up: records the outcome that whoever asked is waiting for. Nothing if it was answered meanwhile, by a repetition
    /// or by its undo.
    ///
    /// # Errors
    /// As [`Reactor::react`].
    fn discard(&self, message: &Message<'_>, failure: &Failure, desk: &mut Desk) -> Result<(), Defect>;
}

/// What an event says to a context; none if it does not concern it.
fn message_for(context: Context, recorded: &Recorded) -> Option<Message<'_>> {
    // Requests are events of orders, outcomes are events of all others: most events are told apart without making the message.
    if (context == Context::Ordering) == matches!(recorded.event, Event::Order(_)) {
        return None;
    }
    let says = recorded.event.published(&recorded.envelope.stream)?;
    let wanted = if context == Context::Ordering { Topic::Outcomes } else { Topic::Requests(context) };
    let topic = match &says {
        Published::Request(request) => Topic::Requests(request.step.context()),
        Published::Undo(undo) => Topic::Requests(undo.step.context()),
        Published::Outcome(_) => Topic::Outcomes,
    };
    (topic == wanted).then_some(Message { recorded, says })
}
