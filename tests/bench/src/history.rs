//! Orders that were placed before: units of work as placing makes them.

use orderflow_domain::ordering::event::{OrderEvent, Placed};
use orderflow_domain::ports::{Claim, ClaimKey, Clock, Ids, NewEvent, Receipt, UnitOfWork};
use orderflow_domain::shared::{Actor, CustomerId, EventId, Name, OrderId, StreamId, Version};
use orderflow_system::SystemClock;

use crate::world::{order, purchase};

/// The customer of that number.
pub(crate) fn customer(number: usize) -> CustomerId {
    CustomerId(uuid::Uuid::from_u128(number as u128 + 1))
}

/// The unit of work of placing an order, of one of so many customers.
pub(crate) fn placed(ids: &dyn Ids, number: usize, customers: usize) -> UnitOfWork {
    let (now, mut place) = (SystemClock.now(), order(purchase(number), number));
    place.customer = customer(number % customers);
    place.actor = Actor::Customer(place.customer);
    let id = OrderId(ids.next(now));
    let stream = StreamId::order(id);
    let placed = Placed { order: id, customer: place.customer, plan: Name::part("shipped"), wanted: place.wanted };
    let event = NewEvent {
        id: EventId(ids.next(now)),
        stream: stream.clone(),
        at: now,
        correlation: Some(id),
        causation: None,
        actor: Actor::Customer(place.customer),
        trace: None,
        event: OrderEvent::from(placed).into(),
    };
    let given = place.key.unwrap();
    let principal = place.actor.to_string().into();
    let key = ClaimKey { key: given.key, principal, operation: "place".into() };
    UnitOfWork {
        expect: vec![(stream.clone(), Version::EMPTY)],
        events: vec![event],
        claim: Some(Claim { key, fingerprint: given.fingerprint, receipt: Receipt { stream } }),
        ..UnitOfWork::default()
    }
}
