//! Stock is counted in memory and written once per batch; never is more promised than there is.

use std::time::Duration;

use orderflow_domain::inventory::{Catalogue, Item};
use orderflow_domain::ordering::Status;
use orderflow_domain::ordering::event::{Fulfilment, Purchase, Wanted};
use orderflow_domain::shared::*;

use crate::faulty::Fault;
use crate::world::{Setup, World, customer, purchase_at, staff};

fn item(name: &str) -> (OutletId, ItemId) {
    (OutletId::new("demo").unwrap(), ItemId::new(name).unwrap())
}

#[tokio::test]
async fn many_orders_of_one_item_in_one_batch_are_one_movement_of_its_stock() {
    let mut world = World::new().await;
    let mut orders = Vec::new();
    for _ in 0..10 {
        orders.push(world.buy("p1", 1).await);
    }
    let inventory = world.worker("inventory");
    world.step(inventory).await;
    let (outlet, p1) = item("p1");
    assert_eq!(world.count(&Item::stream(&outlet, &p1), "stock.moved").await, 1);
    assert_eq!(world.stock("demo", "p1").await, (10, 10));
    world.run().await;
    for id in orders {
        assert_eq!(world.assert_true(id, 1_250).await, Status::Executed);
    }
    assert_eq!(world.stock("demo", "p1").await, (0, 0));
}

#[tokio::test]
async fn more_than_there_is_is_never_sold() {
    let mut world = World::new().await;
    let mut orders = Vec::new();
    for number in 0..30 {
        orders.push(world.buy("p1", 1 + number % 3).await);
        if number % 4 == 0 {
            world.step(world.worker("inventory")).await;
        }
        if number % 7 == 0 {
            world.cancel(orders[orders.len() / 2]).await.unwrap_or_default();
        }
    }
    world.run().await;
    let mut sold = 0;
    for (number, id) in (0_u32..).zip(orders) {
        if world.assert_true(id, i64::from(1 + number % 3) * 1_250).await == Status::Executed {
            sold += u64::from(1 + number % 3);
        }
    }
    assert!((8..=10).contains(&sold), "{sold}");
    assert_eq!(world.stock("demo", "p1").await, (10 - sold, 0));
    world.assert_settled().await;
}

#[tokio::test]
async fn one_order_with_the_same_item_on_two_lines_counts_both() {
    let mut world = World::new().await;
    let line = |quantity| OrderLine { item: ItemId::new("p1").unwrap(), quantity, asked_price: None };
    let wanted = |lines: [OrderLine; 2]| {
        let Wanted::Purchase(purchase) = purchase_at("demo", "p1", 1) else { panic!("a purchase") };
        Wanted::Purchase(Purchase { lines: lines.into(), fulfilment: Fulfilment::Shipping, ..purchase })
    };
    let too_many = world.place(wanted([line(6), line(5)]), customer(1), None).await;
    let all = world.place(wanted([line(6), line(4)]), customer(1), None).await;
    world.run().await;
    assert_eq!(world.assert_true(too_many, 0).await, Status::Failed);
    assert_eq!(world.assert_true(all, 12_500).await, Status::Executed);
    assert_eq!(world.stock("demo", "p1").await, (0, 0));
}

#[tokio::test]
async fn a_keeper_who_changes_an_item_meanwhile_is_not_overwritten() {
    let mut world = World::new().await;
    let (outlet, p1) = item("p1");
    let first = world.buy("p1", 10).await;
    world.run().await;
    // The reactor has the item in memory with none left; the keeper receives some and raises the price.
    world.engine.receive_stock((&outlet, &p1), 5, None, &staff(), None).await.unwrap();
    world.list("demo", "p1", 2_000, 1).await;
    let second = world.buy("p1", 6).await;
    world.run().await;
    assert_eq!(world.assert_true(first, 12_500).await, Status::Executed);
    assert_eq!(world.assert_true(second, 12_000).await, Status::Executed);
    assert_eq!(world.stock("demo", "p1").await, (0, 0));
}

#[tokio::test]
async fn a_poisoned_order_in_the_middle_of_a_batch_leaves_the_tallies_right() {
    let mut world = World::new().await;
    world.pricing.poison("p2");
    let (a, poisoned, b) = (world.buy("p1", 2).await, world.buy("p2", 1).await, world.buy("p1", 3).await);
    world.run().await;
    assert_eq!(
        world.stock("demo", "p1").await,
        (10, 2),
        "the first is held, the third waits, and so does what commits the first"
    );
    let letter = world.engine.dead_letters(1).await.unwrap().remove(0);
    world.engine.discard(&letter.id, &staff(), "planted").await.unwrap();
    world.run().await;
    assert_eq!(world.assert_true(poisoned, 0).await, Status::Failed);
    assert_eq!(world.assert_true(a, 2_500).await, Status::Executed);
    assert_eq!(world.assert_true(b, 3_750).await, Status::Executed);
    assert_eq!((world.stock("demo", "p1").await, world.stock("demo", "p2").await), ((5, 0), (10, 0)));
}

#[tokio::test]
async fn an_open_catalogue_sells_what_nobody_listed() {
    let mut world = Setup { catalogue: Catalogue::Open, ..Setup::near() }.world().await;
    let line = OrderLine {
        item: ItemId::new("anything").unwrap(),
        quantity: 3,
        asked_price: Some(Money::new(700, Currency::EUR)),
    };
    let Wanted::Purchase(purchase) = purchase_at("nowhere", "p1", 1) else { panic!("a purchase") };
    let wanted = Wanted::Purchase(Purchase { lines: [line].into(), ..purchase });
    let id = world.place(wanted.clone(), customer(1), None).await;
    world.run().await;
    assert_eq!(world.assert_true(id, 2_100).await, Status::Executed);
    let cancelled = world.place(wanted, customer(1), None).await;
    world.carrier.hold(cancelled);
    world.run().await;
    world.cancel(cancelled).await.unwrap();
    world.carrier.release(cancelled);
    world.run_for(Duration::from_secs(5)).await;
    assert_eq!(world.assert_true(cancelled, 0).await, Status::Cancelled);
    world.assert_settled().await;
}

#[tokio::test]
async fn a_receipt_whose_answer_is_lost_counts_once() {
    for fault in [Fault::UnknownIn, Fault::UnknownOut] {
        let world = World::new().await;
        let (outlet, p1) = item("p1");
        world.store.at(0, fault);
        world.engine.receive_stock((&outlet, &p1), 5, None, &staff(), None).await.unwrap();
        assert_eq!(world.stock("demo", "p1").await, (15, 0), "{fault:?}");
    }
}

#[tokio::test]
async fn an_order_whose_answer_is_lost_is_placed_once_with_and_without_a_key() {
    for fault in [Fault::UnknownIn, Fault::UnknownOut] {
        for key in [None, crate::world::key("k", 1)] {
            let world = World::new().await;
            world.store.at(0, fault);
            let id = world.place(purchase_at("demo", "p1", 1), customer(1), key).await;
            let log = orderflow_domain::ports::EventStore::read_log(&*world.store, Position::START, 100).await.unwrap();
            let placed =
                log.iter().filter(|recorded| recorded.event.event_type().to_string().starts_with("order.placed"));
            assert_eq!(
                placed.map(|recorded| recorded.envelope.correlation).collect::<Vec<_>>(),
                [Some(id)],
                "{fault:?}"
            );
        }
    }
}
