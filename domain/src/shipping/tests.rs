//! Given what happened, when something is asked or answered, then this is recorded.

use std::sync::Arc;

use uuid::Uuid;

use super::Shipment;
use super::event::{Booked, CancelRequested, Cancelled, Delivered, Refused, Requested, ShipmentEvent, Shipped};
use crate::ports::{EffectError, ShipAction, ShipAnswer, ShipCall};
use crate::shared::{Address, Name, OrderId, OutletId, Reason, Timestamp};

const ORDER: OrderId = OrderId(Uuid::from_u128(1));

fn given(events: &[ShipmentEvent]) -> Shipment {
    let mut shipment = Shipment::default();
    events.iter().for_each(|event| shipment.apply(event));
    shipment
}

fn requested() -> ShipmentEvent {
    Requested { attempt: 1, outlet: OutletId::new("demo").unwrap(), lines: Arc::from([]) }.into()
}

fn tracking() -> Name {
    Name::new("T1").unwrap()
}

fn booked() -> ShipmentEvent {
    Booked { attempt: 1, tracking: tracking() }.into()
}

fn shipped() -> ShipmentEvent {
    Shipped { attempt: 1, tracking: Some(tracking()) }.into()
}

fn cancel() -> ShipmentEvent {
    CancelRequested { attempt: 1, reason: Reason::CancelRequested }.into()
}

fn cancelled() -> ShipmentEvent {
    Cancelled { attempt: 1 }.into()
}

fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

fn handed_over() -> ShipAnswer {
    ShipAnswer::HandedOver { tracking: tracking(), ask_at: now() }
}

fn wanted(shipment: &Shipment) -> ShipCall {
    shipment.wants(ORDER, None).unwrap()
}

fn answered(shipment: &Shipment, answer: ShipAnswer) -> Vec<ShipmentEvent> {
    shipment.answered(&wanted(shipment), &Ok(answer))
}

#[test]
fn a_parcel_goes_its_way() {
    let shipment = given(&[requested()]);
    let address = Address { city: "Bonn".to_owned(), ..Address::default() };
    let call = shipment.wants(ORDER, Some(&address)).unwrap();
    assert!(matches!(&call.action, ShipAction::Book { address: Some(to), .. } if *to == address), "{call:?}");
    let events = answered(&shipment, ShipAnswer::Booked { tracking: tracking(), ask_at: now() });
    assert_eq!(events, [booked()]);
    let shipment = given(&[requested(), booked()]);
    assert_eq!(wanted(&shipment).action, ShipAction::Ask);
    assert_eq!(answered(&shipment, handed_over()), [shipped()]);
    let shipment = given(&[requested(), booked(), shipped()]);
    assert_eq!(answered(&shipment, handed_over()), [], "the same answer again is no news");
    let delivered = ShipmentEvent::from(Delivered { when: now() });
    let events = answered(&shipment, ShipAnswer::Delivered { tracking: tracking(), at: now() });
    assert_eq!(events, std::slice::from_ref(&delivered));
    assert_eq!(given(&[requested(), booked(), shipped(), delivered]).wants(ORDER, None), None);
}

#[test]
fn a_carrier_that_is_through_at_once_has_had_it() {
    let events = answered(&given(&[requested()]), ShipAnswer::Delivered { tracking: tracking(), at: now() });
    assert_eq!(events, [shipped(), Delivered { when: now() }.into()]);
}

#[test]
fn what_comes_back_was_shipped_and_not_delivered() {
    let events = answered(&given(&[requested(), booked()]), ShipAnswer::Undeliverable { message: "gone".to_owned() });
    assert!(matches!(events.as_slice(), [ShipmentEvent::Shipped(_), ShipmentEvent::DeliveryFailed(_)]), "{events:?}");
}

#[test]
fn refusals_are_definitive() {
    let events = answered(&given(&[requested()]), ShipAnswer::Refused { message: "no".to_owned() });
    let [ShipmentEvent::Refused(Refused { failure, .. })] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((&failure.reason, failure.again), (&Reason::CarrierRefused, false));
    let refused = given(&[requested(), events[0].clone()]);
    assert_eq!(refused.wants(ORDER, None), None);
    assert_eq!(refused.undo(1, &Reason::CancelRequested), [cancelled()]);
}

#[test]
fn the_carrier_settles_the_race_between_cancel_and_hand_over() {
    let racing = given(&[requested(), booked(), cancel()]);
    assert_eq!(wanted(&racing).action, ShipAction::Cancel);
    assert_eq!(answered(&racing, ShipAnswer::Cancelled), [cancelled()]);
    assert_eq!(answered(&racing, handed_over()), [shipped()]);
    let won = given(&[requested(), booked(), cancel(), shipped()]);
    assert_eq!(won.undo(1, &Reason::CancelRequested), []);
    assert_eq!(wanted(&won).action, ShipAction::Ask, "it is delivered all the same");
    let call = wanted(&racing);
    assert_eq!(won.answered(&call, &Ok(ShipAnswer::Cancelled)), [], "never both");
    let lost = given(&[requested(), booked(), cancel(), cancelled()]);
    assert_eq!(lost.answered(&call, &Ok(handed_over())), [], "never both");
    assert_eq!(lost.wants(ORDER, None), None);
}

#[test]
fn a_cancel_waits_for_an_answer() {
    let asked = given(&[requested()]);
    assert_eq!(asked.undo(1, &Reason::CancelRequested), [cancel()]);
    let cancelling = given(&[requested(), cancel()]);
    assert_eq!(cancelling.undo(1, &Reason::CancelRequested), []);
    let booking = wanted(&asked);
    assert_eq!(cancelling.answered(&booking, &Err(EffectError::Unknown("?".to_owned()))), []);
    assert_eq!(cancelling.answered(&booking, &Err(EffectError::NotSent("down".to_owned()))), [cancelled()]);
    let cancel = cancelling.wants(ORDER, None).unwrap();
    assert_eq!(cancelling.answered(&cancel, &Err(EffectError::NotSent("down".to_owned()))), []);
    assert_eq!(answered(&cancelling, ShipAnswer::Refused { message: "no".to_owned() }), [cancelled()]);
}

#[test]
fn a_carrier_that_cancels_by_itself_may_be_asked_again() {
    let events = answered(&given(&[requested(), booked()]), ShipAnswer::Cancelled);
    assert!(matches!(events.as_slice(), [ShipmentEvent::Refused(event)] if event.failure.again), "{events:?}");
}

#[test]
fn repeats_and_tombstones_give_no_events() {
    let outlet = OutletId::new("demo").unwrap();
    assert_eq!(Shipment::default().request(1, &outlet, &Arc::from([])), [requested()]);
    assert_eq!(given(&[requested()]).request(1, &outlet, &Arc::from([])), []);
    assert_eq!(Shipment::default().undo(1, &Reason::CancelRequested), [cancelled()]);
    let tombstone = given(&[cancelled()]);
    assert_eq!(tombstone.request(1, &outlet, &Arc::from([])), []);
    assert_eq!((tombstone.undo(1, &Reason::CancelRequested), tombstone.wants(ORDER, None)), (Vec::new(), None));
}
