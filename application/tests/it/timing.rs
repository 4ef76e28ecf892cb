//! Timers: derived from the log, never lost, harmless when late.

use std::time::Duration;

use orderflow_domain::ordering::Status;
use orderflow_domain::payment::Payment;
use orderflow_domain::ports::WorkKind;
use orderflow_domain::shared::{OrderId, Reason, StepKind, StreamId};
use orderflow_gateways::scripted::Say;

use crate::faulty::Fault;
use crate::world::{Setup, World};

const MINUTE: Duration = Duration::from_secs(60);

/// An order whose customer has to confirm and does not; its patience is 15 minutes.
async fn unconfirmed() -> (World, OrderId) {
    let mut world = World::new().await;
    let id = world.buy("p1", 1).await;
    world.gateway.plan(id, [Say::AskCustomer]);
    world.run_for(2 * MINUTE).await;
    (world, id)
}

#[tokio::test]
async fn the_watchdog_asks_the_same_again_with_the_same_attempt() {
    let mut world = Setup::remote().world().await;
    let id = world.buy("p1", 1).await;
    world.carrier.hold(id);
    world.run_for(59 * MINUTE).await;
    assert_eq!(world.count(&StreamId::order(id), "order.step_overdue").await, 0);
    // Also after a restart: what the timer knows is stored, or follows from the log.
    world.crash();
    world.run_for(2 * MINUTE).await;
    assert_eq!(world.count(&StreamId::order(id), "order.step_overdue").await, 1);
    let order = world.order(id).await;
    let ship = order.step(&StepKind::Ship).unwrap();
    assert_eq!((ship.attempt, ship.asked), (1, 2));
    world.carrier.release(id);
    world.run_for(MINUTE).await;
    assert_eq!(world.assert_true(id, 1_250).await, Status::Executed);
    assert_eq!(world.rows(WorkKind::Timer).await, [], "nothing is left to watch");
}

#[tokio::test]
async fn a_timer_rings_once_whatever_becomes_of_a_commit() {
    for fault in Fault::ALL {
        for n in 0..6 {
            let (mut world, id) = unconfirmed().await;
            world.clock.advance(13 * MINUTE);
            world.store.at(n, fault);
            world.run_for(MINUTE).await;
            assert_eq!(world.assert_true(id, 0).await, Status::Cancelled, "{fault:?} at {n}");
            assert_eq!(world.reason(id).await, Some(Reason::PaymentAbandoned));
            // None where the gateway was closed, the tick not recorded, and the poll was faster: the outcome is the same.
            assert!(world.count(&Payment::stream(id), "payment.abandoned").await <= 1, "{fault:?} at {n}");
            assert_eq!(world.count(&Payment::stream(id), "payment.declined").await, 1, "{fault:?} at {n}");
            world.assert_settled().await;
        }
    }
}

#[tokio::test]
async fn timers_are_all_there_after_a_restart_whose_first_look_fails() {
    let (mut world, id) = unconfirmed().await;
    assert!(!world.rows(WorkKind::Timer).await.is_empty(), "what lasts is stored");
    world.crash();
    world.store.lists_fail(true);
    let timers = world.worker("timers");
    world.step(timers).await;
    world.store.lists_fail(false);
    world.run_for(14 * MINUTE).await;
    assert_eq!(world.assert_true(id, 0).await, Status::Cancelled);
}

#[tokio::test]
async fn timers_ring_while_the_log_never_stops_growing() {
    let (mut world, id) = unconfirmed().await;
    let timers = world.worker("timers");
    world.clock.advance(14 * MINUTE);
    for _ in 0..3 {
        world.buy("p2", 1).await;
        world.step(timers).await;
    }
    assert_eq!(world.count(&Payment::stream(id), "payment.abandoned").await, 1);
}

#[tokio::test]
async fn a_clock_that_jumps_far_ahead_does_no_harm() {
    let (mut world, id) = unconfirmed().await;
    world.clock.advance(48 * 60 * MINUTE);
    world.run_for(10 * MINUTE).await;
    assert_eq!(world.assert_true(id, 0).await, Status::Cancelled);
    assert_eq!(world.count(&Payment::stream(id), "payment.abandoned").await, 1);
    world.assert_settled().await;
}

#[tokio::test]
async fn short_lived_timers_cost_no_rows() {
    let mut world = World::new().await;
    for _ in 0..5 {
        world.buy("p1", 1).await;
    }
    world.run_for(MINUTE).await;
    assert_eq!(world.rows(WorkKind::Timer).await, []);
}
