//! Given what happened, when something is asked, then this is recorded.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::event::{Committed, ItemListed, Moved, Received, Released, ReservationRejected, StockEvent};
use super::*;
use crate::shared::{Currency, ItemId, LineFault, Money, OrderLine, OutletId, Reason, Reserve};

fn eur(amount: i64) -> Money {
    Money::new(amount, Currency::EUR)
}

fn id(name: &str) -> ItemId {
    ItemId::new(name).unwrap()
}

fn demo() -> OutletId {
    OutletId::new("demo").unwrap()
}

fn listing(name: &str, price: i64, threshold: u64) -> ItemListed {
    ItemListed { outlet: demo(), item: id(name), name: name.into(), price: eur(price), for_sale: true, threshold }
}

fn item(name: &str, price: i64, on_hand: u64) -> Item {
    stocked(listing(name, price, 0), on_hand)
}

fn stocked(listing: ItemListed, on_hand: u64) -> Item {
    let mut item = Item::default();
    item.apply(&listing.into());
    item.apply(&Received { quantity: on_hand, reference: None }.into());
    item
}

fn lines(wanted: &[(&str, u32)]) -> Arc<[OrderLine]> {
    wanted.iter().map(|(item, quantity)| OrderLine { item: id(item), quantity: *quantity, asked_price: None }).collect()
}

fn ask(wanted: &[(&str, u32)]) -> Reserve {
    Reserve { outlet: demo(), lines: lines(wanted), expected_total: None }
}

fn policy(catalogue: Catalogue) -> InventoryPolicy {
    InventoryPolicy { pricing: Arc::new(CataloguePricing), catalogue }
}

fn given(events: &[StockEvent]) -> Reservation {
    let mut reservation = Reservation::default();
    events.iter().for_each(|event| reservation.apply(event));
    reservation
}

/// Reserves against items by name, the way the reactor does.
fn reserve(reservation: &Reservation, ask: &Reserve, stock: &BTreeMap<&str, Item>) -> Vec<StockEvent> {
    let unknown = Item::default();
    let items: Vec<_> = ask.lines.iter().map(|line| stock.get(line.item.as_str()).unwrap_or(&unknown)).collect();
    reservation.reserve(1, ask, &items, &policy(Catalogue::Listed))
}

/// Applies an event of a reservation to it and to the shelves.
fn carry_out(reservation: &mut Reservation, stock: &mut BTreeMap<&str, Item>, events: &[StockEvent]) {
    for event in events {
        for shift in reservation.shifts(event) {
            stock.get_mut(shift.item.as_str()).unwrap().shift(shift.kind, shift.quantity).unwrap();
        }
        reservation.apply(event);
    }
}

fn rejection(events: &[StockEvent]) -> &ReservationRejected {
    match events {
        [StockEvent::ReservationRejected(event)] => event,
        other => panic!("no rejection: {other:?}"),
    }
}

#[test]
fn lines_are_held_at_catalogue_prices() {
    let stock = BTreeMap::from([("p1", item("p1", 1250, 10)), ("p2", item("p2", 320, 10))]);
    let events = reserve(&Reservation::default(), &ask(&[("p1", 2), ("p2", 1)]), &stock);
    let [StockEvent::Reserved(event)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(event.totals.total, eur(2820));
    assert_eq!(event.lines.iter().map(|line| line.total).collect::<Vec<_>>(), [eur(2500), eur(320)]);
}

#[test]
fn all_lines_at_fault_are_named() {
    let closed = ItemListed { for_sale: false, ..listing("closed", 100, 0) };
    let stock = BTreeMap::from([
        ("p1", item("p1", 1250, 10)),
        ("last-one", item("last-one", 100, 1)),
        ("closed", stocked(closed, 5)),
    ]);
    let asked = ask(&[("p1", 2), ("nope", 1), ("last-one", 2), ("closed", 1)]);
    let events = reserve(&Reservation::default(), &asked, &stock);
    let failure = &rejection(&events).failure;
    let fault = |line, item, reason, available| LineFault { line, item: id(item), reason, available };
    assert_eq!(failure.reason, Reason::UnknownItem);
    assert_eq!(
        failure.faults,
        [
            fault(1, "nope", Reason::UnknownItem, None),
            fault(2, "last-one", Reason::OutOfStock, Some(1)),
            fault(3, "closed", Reason::NotForSale, None),
        ]
    );
}

#[test]
fn the_same_item_on_two_lines_counts_together() {
    let stock = BTreeMap::from([("p1", item("p1", 100, 3))]);
    let enough = reserve(&Reservation::default(), &ask(&[("p1", 2), ("p1", 1)]), &stock);
    assert!(matches!(enough.as_slice(), [StockEvent::Reserved(_)]), "{enough:?}");
    let too_many = reserve(&Reservation::default(), &ask(&[("p1", 2), ("p1", 2)]), &stock);
    assert_eq!(rejection(&too_many).failure.faults.len(), 2);
}

#[test]
fn another_total_than_expected_is_a_changed_price() {
    let stock = BTreeMap::from([("p1", item("p1", 100, 3))]);
    let expecting = |total| Reserve { expected_total: Some(eur(total)), ..ask(&[("p1", 2)]) };
    let events = reserve(&Reservation::default(), &expecting(199), &stock);
    assert_eq!(rejection(&events).failure.reason, Reason::PriceChanged);
    let events = reserve(&Reservation::default(), &expecting(200), &stock);
    assert!(matches!(events.as_slice(), [StockEvent::Reserved(_)]), "{events:?}");
}

#[test]
fn a_total_that_can_not_be_counted_is_over_the_limit() {
    let stock = BTreeMap::from([("p1", item("p1", 100_000_000_000_000, 10_000))]);
    let events = reserve(&Reservation::default(), &ask(&[("p1", 2)]), &stock);
    assert_eq!(rejection(&events).failure.reason, Reason::OverLimit);
}

#[test]
fn an_order_has_one_currency() {
    let dollars = ItemListed { price: Money::new(5, "USD".parse().unwrap()), ..listing("usd", 0, 0) };
    let stock = BTreeMap::from([("p1", item("p1", 100, 3)), ("usd", stocked(dollars, 3))]);
    let events = reserve(&Reservation::default(), &ask(&[("p1", 1), ("usd", 1)]), &stock);
    let faults = &rejection(&events).failure.faults;
    assert_eq!(faults.iter().map(|fault| (fault.line, &fault.reason)).collect::<Vec<_>>(), [(1, &Reason::NotForSale)]);
}

#[test]
fn repeats_and_tombstones_give_no_events() {
    let stock = BTreeMap::from([("p1", item("p1", 100, 3))]);
    let asked = ask(&[("p1", 1)]);
    let held = given(&reserve(&Reservation::default(), &asked, &stock));
    assert_eq!(reserve(&held, &asked, &stock), []);
    let undone = given(&Reservation::default().release(1));
    assert_eq!(undone, given(&[Released { attempt: 1 }.into()]));
    assert_eq!(reserve(&undone, &asked, &stock), []);
    assert_eq!(undone.release(1), []);
}

#[test]
fn released_stock_is_back_on_sale() {
    let mut stock = BTreeMap::from([("p1", item("p1", 100, 3))]);
    let mut reservation = Reservation::default();
    let events = reserve(&reservation, &ask(&[("p1", 2), ("p1", 1)]), &stock);
    carry_out(&mut reservation, &mut stock, &events);
    assert_eq!(stock["p1"].available(), 0);
    let events = reservation.release(1);
    carry_out(&mut reservation, &mut stock, &events);
    assert_eq!((stock["p1"].available(), stock["p1"].held()), (3, 0));
    assert_eq!(reservation.shifts(&Released { attempt: 1 }.into()), [], "it does not come back twice");
}

#[test]
fn committed_stock_has_left_and_can_not_be_released() {
    let mut stock = BTreeMap::from([("p1", item("p1", 100, 3))]);
    let mut reservation = Reservation::default();
    let events = reserve(&reservation, &ask(&[("p1", 2)]), &stock);
    carry_out(&mut reservation, &mut stock, &events);
    let events = reservation.commit(1);
    assert_eq!(events, [Committed { attempt: 1 }.into()]);
    carry_out(&mut reservation, &mut stock, &events);
    assert_eq!((stock["p1"].on_hand(), stock["p1"].held()), (1, 0));
    assert_eq!((reservation.commit(1), reservation.release(1)), (Vec::new(), Vec::new()));
    let events = reservation.commit(2);
    carry_out(&mut reservation, &mut stock, &events);
    assert_eq!(stock["p1"].on_hand(), 1, "asked as another attempt it is answered, and moves nothing");
}

#[test]
fn a_rejected_attempt_is_undone_by_an_answer_alone() {
    let reservation = given(&reserve(&Reservation::default(), &ask(&[("nope", 1)]), &BTreeMap::new()));
    let events = reservation.release(1);
    assert_eq!(events, [Released { attempt: 1 }.into()]);
    assert_eq!(reservation.shifts(&events[0]), []);
}

#[test]
fn an_open_catalogue_takes_any_price_and_moves_nothing() {
    let mut asked = ask(&[("whatever", 3), ("else", 1)]);
    let priced = OrderLine { item: id("whatever"), quantity: 3, asked_price: Some(eur(200)) };
    asked.lines = [priced, asked.lines[1].clone()].into();
    let events = Reservation::default().reserve(1, &asked, &[], &policy(Catalogue::Open));
    let [StockEvent::Reserved(event)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(event.totals.total, eur(600));
    let mut reservation = Reservation::default();
    assert_eq!(reservation.shifts(&events[0]), []);
    reservation.apply(&events[0]);
    assert_eq!(reservation.shifts(&Committed { attempt: 1 }.into()), []);
    assert_eq!(reservation.shifts(&Released { attempt: 1 }.into()), []);
}

#[test]
fn a_tariff_adds_up() {
    let tariff = Tariff { delivery: eur(499), discount_bp: 1000, tax_bp: 1900 };
    let policy = InventoryPolicy { pricing: Arc::new(tariff), catalogue: Catalogue::Listed };
    let beans = item("p1", 1250, 10);
    let events = Reservation::default().reserve(1, &ask(&[("p1", 2)]), &[&beans], &policy);
    let [StockEvent::Reserved(event)] = events.as_slice() else { panic!("{events:?}") };
    let totals = event.totals;
    // (2500 - 250 + 499) * 19 % = 522.31
    assert_eq!(
        [totals.items, totals.discount, totals.delivery, totals.tax, totals.total].map(|money| money.amount),
        [2500, 250, 499, 522, 3271]
    );
}

// ---- the shelf -------------------------------------------------------------------------------------------------------

#[test]
fn a_batch_of_shifts_is_one_event_that_replays_to_the_same_tallies() {
    let mut live = item("p1", 100, 10);
    let mut replayed = live.clone();
    for _ in 0..4 {
        live.hold(2).unwrap();
    }
    live.release(2).unwrap();
    live.leave(2).unwrap();
    let events = live.take_pending();
    assert_eq!(events, [Moved { held: 8, released: 2, left: 2 }.into()]);
    assert_eq!(live.take_pending(), []);
    events.iter().for_each(|event| replayed.apply(event));
    assert_eq!((replayed, live.on_hand(), live.held()), (live.clone(), 8, 4));
}

#[test]
fn more_than_there_is_can_not_be_held_released_or_leave() {
    let mut item = item("p1", 100, 2);
    assert_eq!(item.hold(3), Err(StockRejection::OutOfStock { available: 2 }));
    item.hold(1).unwrap();
    assert_eq!(item.release(2), Err(StockRejection::NotHeld { held: 1 }));
    assert_eq!(item.leave(2), Err(StockRejection::NotHeld { held: 1 }));
    assert_eq!((item.on_hand(), item.held()), (2, 1), "a refusal changes nothing");
}

#[test]
fn the_bell_rings_once_per_fall() {
    let rings = |item: &mut Item| item.take_pending().iter().any(|event| matches!(event, StockEvent::ThresholdLow(_)));
    let mut item = stocked(listing("p1", 100, 2), 4);
    item.hold(1).unwrap();
    assert!(!rings(&mut item));
    item.hold(1).unwrap();
    assert!(rings(&mut item));
    item.hold(1).unwrap();
    assert!(!rings(&mut item), "it is low already");
    item.release(3).unwrap();
    assert!(!rings(&mut item));
    item.hold(3).unwrap();
    assert!(rings(&mut item));
}

#[test]
fn a_count_may_ring_and_a_low_listing_does_not() {
    let mut item = stocked(listing("p1", 100, 2), 4);
    let events = item.adjust(2, "count").unwrap();
    assert!(matches!(events.as_slice(), [StockEvent::Adjusted(_), StockEvent::ThresholdLow(_)]), "{events:?}");
    events.iter().for_each(|event| item.apply(event));
    assert_eq!(item.adjust(2, "again"), Ok(Vec::new()));
    let mut empty = stocked(listing("p1", 100, 5), 0);
    empty.apply(&Received { quantity: 1, reference: None }.into());
    empty.hold(1).unwrap();
    assert_eq!(empty.take_pending(), [Moved { held: 1, ..Moved::default() }.into()]);
}

#[test]
fn a_count_can_not_take_what_is_held() {
    let mut item = item("p1", 100, 5);
    item.hold(3).unwrap();
    assert_eq!(item.adjust(2, "count"), Err(StockRejection::BelowHeld { held: 3 }));
    assert!(item.adjust(3, "count").is_ok());
}

#[test]
fn receipts_are_counted_exactly_or_refused() {
    let item = item("p1", 100, 5);
    assert_eq!(item.receive(u64::MAX, None), Err(StockRejection::TooMany));
    assert_eq!(item.receive(MAX_ON_HAND - 4, None), Err(StockRejection::TooMany));
    assert!(item.receive(MAX_ON_HAND - 5, None).is_ok());
    assert_eq!(item.receive(0, None), Err(StockRejection::NothingReceived));
    assert_eq!(Item::default().receive(1, None), Err(StockRejection::NotListed));
}

#[test]
fn the_same_listing_again_is_no_news() {
    let item = item("p1", 100, 5);
    assert_eq!(item.list(listing("p1", 100, 0)), Ok(Vec::new()));
    assert_eq!(item.list(listing("p1", 101, 0)), Ok(vec![listing("p1", 101, 0).into()]));
    assert_eq!(item.list(listing("p1", -1, 0)), Err(StockRejection::Price));
}

#[test]
fn snapshots_read_back() {
    let item = stocked(listing("p1", 100, 2), 4);
    assert_eq!(serde_json::from_str::<Item>(&serde_json::to_string(&item).unwrap()).unwrap(), item);
    assert_eq!(Item::stream(&demo(), &id("p1")).to_string(), "stock-demo/p1");
}
