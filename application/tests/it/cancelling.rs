//! A cancel at every moment ends the order CANCELLED or is rejected, never both; money and stock are settled.

use std::time::Duration;

use orderflow_application::CommandError;
use orderflow_domain::ordering::{CancelState, Status};
use orderflow_domain::shared::{Side, StreamId};

use crate::world::{Setup, World, customer, limit};

async fn steps(world: &mut World, count: usize) {
    for n in 0..count {
        let index = n % world.workers.len();
        world.step(index).await;
    }
}

/// How many steps it takes until nothing is left to do.
async fn length(setup: fn() -> Setup) -> usize {
    let mut world = setup().world().await;
    let id = world.buy("p1", 2).await;
    for n in 1.. {
        let index = n % world.workers.len();
        world.step(index).await;
        if world.status(id).await == Status::Executed {
            return n + 2 * world.workers.len();
        }
    }
    unreachable!("it ends");
}

async fn cancel_at_every_step(setup: fn() -> Setup) {
    let (mut cancelled, mut rejected, mut raced) = (0, 0, 0);
    for count in 0..length(setup).await {
        let mut world = setup().world().await;
        let id = world.buy("p1", 2).await;
        steps(&mut world, count).await;
        let asked = world.cancel(id).await;
        world.run_for(Duration::from_secs(60)).await;
        let status = world.assert_true(id, 2_500).await;
        let order = world.order(id).await;
        match (asked, status) {
            (Ok(()), Status::Cancelled) => cancelled += 1,
            (Ok(()), Status::Executed) => {
                assert_eq!(order.cancel_state(), CancelState::Rejected, "at {count}");
                assert_eq!(world.count(&StreamId::order(id), "order.cancel_rejected").await, 1);
                raced += 1;
            }
            (Err(CommandError::Rejected(rejection)), Status::Executed) => {
                assert_eq!(rejection.code(), "TOO_LATE_TO_CANCEL");
                rejected += 1;
            }
            (asked, status) => panic!("at {count}: {asked:?}, {status}"),
        }
        let gone = if status == Status::Executed { 2 } else { 0 };
        assert_eq!(world.stock("demo", "p1").await, (10 - gone, 0), "at {count}");
        world.assert_settled().await;
    }
    assert!(cancelled > 5 && rejected > 5, "{cancelled} cancelled, {rejected} rejected, {raced} lost the race");
}

#[tokio::test]
async fn a_purchase_is_cancelled_or_not_never_both() {
    cancel_at_every_step(Setup::near).await;
}

#[tokio::test]
async fn a_purchase_with_far_ends_that_have_to_be_called_is_cancelled_or_not_never_both() {
    cancel_at_every_step(Setup::remote).await;
}

#[tokio::test]
async fn a_cancel_that_races_the_fill_keeps_what_was_filled() {
    for count in 0..40 {
        let mut world = World::new().await;
        let resting = world.place(limit(Side::Buy, "10", "8"), customer(1), None).await;
        world.run().await;
        let other =
            world.place(limit(Side::Sell, "10", if count % 2 == 0 { "8" } else { "3" }), customer(2), None).await;
        steps(&mut world, count).await;
        let asked = world.cancel(resting).await;
        world.run().await;
        let order = world.order(resting).await;
        let filled = order.filled_quantity();
        let counter = world.order(other).await;
        assert_eq!(counter.filled_quantity(), filled, "both sides agree, at {count}");
        match order.status() {
            Status::Executed => assert!(filled == "8".parse().unwrap(), "at {count}"),
            Status::Cancelled => assert!(asked.is_ok() && filled < "8".parse().unwrap(), "at {count}"),
            status => panic!("at {count}: {status}"),
        }
    }
}

#[tokio::test]
async fn a_second_cancel_changes_nothing() {
    let mut world = Setup::remote().world().await;
    let id = world.buy("p1", 1).await;
    world.gateway.hold(id);
    world.run().await;
    world.cancel(id).await.unwrap();
    world.cancel(id).await.unwrap();
    world.run().await;
    assert_eq!(world.count(&StreamId::order(id), "order.cancel_requested").await, 1);
    assert_eq!(world.status(id).await, Status::Validated, "the gateway has not said yet whether it was charged");
    world.gateway.release(id);
    world.run_for(Duration::from_secs(5)).await;
    assert_eq!(world.assert_true(id, 0).await, Status::Cancelled);
    world.cancel(id).await.unwrap();
    world.assert_settled().await;
}
