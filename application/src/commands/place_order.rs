//! Placing an order: the one thing that happens in a request. Events and idempotency claim are committed together; the rest is for the reactors.

use std::sync::Arc;

use orderflow_domain::ordering::event::Wanted;
use orderflow_domain::ordering::{Command, Order, Rejection, decide};
use orderflow_domain::ports::{CommitError, UnitOfWork, WorkChange};
use orderflow_domain::shared::{
    Actor, Contact, Context, CustomerId, Name, OrderId, StreamId, Timestamp, TraceContext, Version,
};

use super::IdempotencyKey;
use crate::aggregate::Aggregate;
use crate::cache::Held;
use crate::engine::Engine;
use crate::outside::contact_key;
use crate::views::OrderView;

/// Take this order.
#[derive(Clone, Debug)]
pub struct PlaceOrder {
    /// Who places it; the scope of the key.
    pub actor: Actor,
    /// For whom.
    pub customer: CustomerId,
    /// What.
    pub wanted: Wanted,
    /// By which plan; the one for what is wanted, if none is named.
    pub plan: Option<Name>,
    /// Personal data, kept beside the events.
    pub contact: Contact,
    /// One order per (actor, key), for ever.
    pub key: Option<IdempotencyKey>,
    /// Trace context of the request.
    pub trace: Option<TraceContext>,
}

/// An order that was taken.
#[derive(Clone, Debug)]
pub struct Placement {
    /// As it is now.
    pub order: OrderView,
    /// The key was used before: this is the order of that time.
    pub replayed: bool,
}

/// Why an order was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// There is no such plan, or nobody in this build carries out all of its steps.
    #[error("there is no plan {0} that can be carried out here")]
    UnknownPlan(String),
    /// It can't be taken as asked.
    #[error("{0}")]
    Rejected(Rejection),
    /// The idempotency key came with another request before.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// Try later, with the same key: what could not be confirmed may have taken effect.
    #[error("not now: {0}")]
    Unavailable(String),
}

impl Engine {
    /// Takes an order, durably, before it answers.
    ///
    /// # Errors
    /// See [`PlaceError`].
    pub async fn place(&self, place: PlaceOrder) -> Result<Placement, PlaceError> {
        let plan = match &place.plan {
            Some(name) => self.plans().get(name),
            None => self.plans().for_wanted(&place.wanted),
        };
        let plan = plan.ok_or_else(|| {
            PlaceError::UnknownPlan(place.plan.as_ref().map_or_else(String::new, ToString::to_string))
        })?;
        if !plan.steps().iter().all(|step| is_carried_out(step.kind.context())) {
            return Err(PlaceError::UnknownPlan(plan.name().to_owned()));
        }
        let plan = Name::new(plan.name()).map_err(|_| PlaceError::UnknownPlan(plan.name().to_owned()))?;
        match self.try_place(&place, &plan).await {
            Err(CommitError::ClaimMismatch) => Err(PlaceError::KeyReused),
            Err(CommitError::AlreadyClaimed(receipt)) => self.replay(&receipt.stream).await,
            Err(error) => Err(PlaceError::Unavailable(error.to_string())),
            Ok(placed) => placed,
        }
    }

    async fn try_place(&self, place: &PlaceOrder, plan: &Name) -> Result<Result<Placement, PlaceError>, CommitError> {
        let now = self.now();
        let id = OrderId(self.ids().next(now));
        let mut order = Order::blank(self.plans());
        let command =
            Command::Place { order: id, customer: place.customer, plan: plan.clone(), wanted: place.wanted.clone() };
        let events = match decide(&order, command, now, self.settings()) {
            Ok(events) => events,
            Err(rejection) => return Ok(Err(PlaceError::Rejected(rejection))),
        };
        for event in &events {
            order.apply(event, now);
        }
        let version = Version(events.len() as u64);
        let stream = StreamId::order(id);
        let unit = UnitOfWork {
            events: self.new_events(&stream, &place.actor, place.trace.as_ref(), now, events),
            claim: place.key.as_ref().map(|key| key.claim(&place.actor, "place", &stream)),
            work: contact_row(id, &place.contact, now),
            expect: vec![(stream, Version::EMPTY)],
            ..UnitOfWork::default()
        };
        let committed = self.commit_surely(unit).await?;
        self.acknowledge(committed.position);
        metrics::counter!("orderflow_orders_placed_total").increment(1);
        let contact = (!place.contact.is_empty()).then_some(&place.contact);
        Ok(Ok(Placement { order: OrderView::of(&order, version, contact), replayed: false }))
    }

    async fn replay(&self, stream: &StreamId) -> Result<Placement, PlaceError> {
        let held = Held::load(&**self.store(), self.plans(), stream).await;
        let held = held.map_err(|error| PlaceError::Unavailable(error.to_string()))?;
        match &held.state {
            Aggregate::Order(order) => Ok(Placement { order: self.view_of(order, held.version).await, replayed: true }),
            _ => Err(PlaceError::Unavailable(format!("the key points at {stream}"))),
        }
    }
}

/// Whether someone in this build carries out what a context is asked for. An order of which nobody does would stand for ever, with its stock held.
const fn is_carried_out(context: Context) -> bool {
    match context {
        Context::Ordering
        | Context::Inventory
        | Context::Payment
        | Context::Shipping
        | Context::Venue
        | Context::Tasks => true,
        Context::Outlets | Context::Delivery => false,
    }
}

fn contact_row(order: OrderId, contact: &Contact, now: Timestamp) -> Vec<WorkChange> {
    if contact.is_empty() {
        return Vec::new();
    }
    // Plain optional strings: writing them can't fail.
    let body: Arc<str> = serde_json::to_string(contact).unwrap_or_default().into();
    vec![WorkChange::Put { key: contact_key(order), expected: 0, due: now, body }]
}
