//! Each event takes effect once, whatever happens at whichever commit.

use std::time::Duration;

use orderflow_domain::ordering::Status;
use orderflow_domain::ports::EventStore;
use orderflow_domain::shared::{Category, OrderId, Position, Side};

use crate::faulty::Fault;
use crate::world::{Setup, World, customer, key, limit, purchase};

/// Two purchases of which one is cancelled, one that can't be had, and two trades that match.
async fn scenario(world: &mut World) -> Vec<OrderId> {
    let mut orders = Vec::new();
    for (number, wanted) in [
        purchase("p1", 2),
        purchase("p1", 3),
        purchase("p2", 11),
        limit(Side::Buy, "10", "5"),
        limit(Side::Sell, "10", "5"),
    ]
    .into_iter()
    .enumerate()
    {
        let number = u8::try_from(number).unwrap();
        orders.push(world.place(wanted, customer(u128::from(number)), key(&format!("k{number}"), number)).await);
    }
    world.cancel(orders[1]).await.unwrap();
    orders
}

/// What the log came to, without ids and times; each stream by itself, since streams may interleave otherwise.
async fn outcome(world: &World, orders: &[OrderId]) -> Vec<String> {
    let mut facts = Vec::new();
    for id in orders {
        facts.push(format!("{} {:?}", world.status(*id).await, world.reason(*id).await));
    }
    for item in ["p1", "p2"] {
        facts.push(format!("{item} {:?}", world.stock("demo", item).await));
    }
    facts
}

async fn check(world: &mut World, orders: &[OrderId], expected: &[String], what: &str) {
    world.run_for(Duration::from_secs(45)).await;
    assert_eq!(outcome(world, orders).await, expected, "{what}");
    for (id, price) in orders.iter().zip([2_500, 3_750, 0]) {
        world.assert_true(*id, price).await;
    }
    world.assert_settled().await;
    let log = world.store.read_log(Position::START, 10_000).await.unwrap();
    for id in orders {
        for kind in [
            "stock.reserved",
            "payment.authorised",
            "payment.captured",
            "order.executed",
            "order.cancelled",
            "order.failed",
            "venue.filled",
        ] {
            let own = log.iter().filter(|recorded| recorded.envelope.correlation == Some(*id));
            let times = own.filter(|recorded| recorded.event.event_type().to_string().starts_with(kind)).count();
            assert!(times <= 1, "{what}: {kind} of {id} came {times} times");
        }
    }
    let moved = log.iter().filter(|recorded| recorded.envelope.stream.category == Category::Stock);
    assert!(moved.count() > 4, "{what}: stock has moved");
}

async fn every_fault(setup: fn() -> Setup) {
    let mut world = setup().world().await;
    let orders = scenario(&mut world).await;
    let before = world.store.commits();
    world.run_for(Duration::from_secs(45)).await;
    let commits = world.store.commits() - before;
    let expected = outcome(&world, &orders).await;
    assert!(expected[0].starts_with("EXECUTED") && expected[2].starts_with("FAILED"), "{expected:?}");
    assert!(expected[3].starts_with("EXECUTED") && expected[4].starts_with("EXECUTED"), "{expected:?}");
    assert!(commits > 8, "{commits}");
    for fault in Fault::ALL {
        for n in 0..commits {
            let mut world = setup().world().await;
            let orders = scenario(&mut world).await;
            world.store.at(n, fault);
            check(&mut world, &orders, &expected, &format!("{fault:?} at commit {n}")).await;
            let crashed = matches!(fault, Fault::CrashBefore | Fault::CrashAfter);
            assert_eq!(world.crashes > 0, crashed, "{fault:?} at commit {n}");
        }
    }
}

#[tokio::test]
async fn each_event_takes_effect_once_whatever_becomes_of_a_commit() {
    every_fault(Setup::near).await;
}

#[tokio::test]
async fn each_event_takes_effect_once_with_far_ends_that_have_to_be_called() {
    every_fault(Setup::remote).await;
}

#[tokio::test]
async fn a_read_that_fails_changes_nothing() {
    for setup in [Setup::near, Setup::remote] {
        let mut world = setup().world().await;
        let orders = scenario(&mut world).await;
        let before = world.store.reads();
        world.run_for(Duration::from_secs(45)).await;
        let reads = (world.store.reads() - before).min(400);
        let expected = outcome(&world, &orders).await;
        for n in 0..reads {
            let mut world = setup().world().await;
            let orders = scenario(&mut world).await;
            world.store.read_fails_at(n);
            check(&mut world, &orders, &expected, &format!("read {n}")).await;
        }
    }
}

#[tokio::test]
async fn a_process_that_dies_again_and_again_still_comes_to_the_end() {
    let mut world = Setup::remote().world().await;
    let orders = scenario(&mut world).await;
    for n in 0..40 {
        world.store.at(n * 3, if n % 2 == 0 { Fault::CrashBefore } else { Fault::CrashAfter });
    }
    world.run_for(Duration::from_secs(600)).await;
    assert!(world.crashes > 10, "{}", world.crashes);
    assert_eq!(world.status(orders[0]).await, Status::Executed);
    for (id, price) in orders.iter().zip([2_500, 3_750, 0]) {
        world.assert_true(*id, price).await;
    }
    world.assert_settled().await;
}
