//! Calls to far ends: leased, bounded, limited, held back while the far end fails, and never lost.

use std::sync::Arc;
use std::time::Duration;

use orderflow_application::outside::CallPolicy;
use orderflow_domain::ordering::Status;
use orderflow_domain::payment::Payment;
use orderflow_domain::ports::{Clock, EventStore, PaymentAction, WorkKind};
use orderflow_domain::shared::OrderId;
use orderflow_gateways::scripted::Say;

use crate::planted::PlantedGateway;
use crate::world::{Setup, World};

fn remote(calls: CallPolicy) -> Setup {
    Setup { calls, ..Setup::remote() }
}

/// A remote gateway that does not deduplicate, as far as callers know, and what it was sent.
async fn forgetful() -> (World, Arc<PlantedGateway>) {
    let setup = Setup::remote();
    let front = Arc::new(PlantedGateway { deduplicates: false, ..PlantedGateway::around(&setup.gateway) });
    (Setup { front: Some(front.clone()), ..setup }.world().await, front)
}

fn sent(front: &PlantedGateway, of: OrderId, kind: fn(&PaymentAction) -> bool) -> usize {
    let calls = front.calls.lock().unwrap();
    calls.iter().filter(|call| call.key.order == of && kind(&call.action)).count()
}

const fn authorises(action: &PaymentAction) -> bool {
    matches!(action, PaymentAction::Authorise { .. })
}

#[tokio::test]
async fn a_gateway_that_hangs_delays_its_own_orders_only() {
    let mut world = Setup::remote().world().await;
    let slow = world.buy("p1", 1).await;
    world.gateway.hold(slow);
    let quick = world.buy("p1", 1).await;
    world.run().await;
    assert_eq!((world.status(slow).await, world.status(quick).await), (Status::Validated, Status::Executed));
    world.gateway.release(slow);
    world.run().await;
    assert_eq!(world.assert_true(slow, 1_250).await, Status::Executed);
    world.assert_settled().await;
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_never_answered_ends_in_time_and_is_made_again() {
    let mut world = Setup::remote().world().await;
    let id = world.buy("p1", 1).await;
    world.gateway.hold(id);
    for _ in 0..5 {
        world.run().await;
        assert_eq!(world.rows(WorkKind::Intent).await.len(), 1, "the intent stays");
        tokio::time::advance(Duration::from_secs(13)).await;
        world.run_for(Duration::from_secs(13)).await;
    }
    world.gateway.release(id);
    world.run_for(Duration::from_secs(300)).await;
    assert_eq!(world.assert_true(id, 1_250).await, Status::Executed);
    assert_eq!(world.count(&Payment::stream(id), "payment.requested").await, 1, "the attempt does not rise");
    world.assert_settled().await;
}

#[tokio::test]
async fn a_process_that_has_the_store_to_itself_takes_leases_over() {
    let mut world = Setup::remote().world().await;
    let id = world.buy("p1", 1).await;
    world.gateway.hold(id);
    world.run().await;
    world.crash();
    world.gateway.release(id);
    world.run().await;
    assert_eq!(world.status(id).await, Status::Validated, "the lease of the process that is gone still runs");
    assert_eq!(world.engine.take_over_leases().await, Ok(1));
    world.run().await;
    assert_eq!(world.assert_true(id, 1_250).await, Status::Executed, "charged once");
    assert_eq!(world.engine.take_over_leases().await, Ok(0));
}

#[tokio::test]
async fn after_a_crash_the_lease_runs_out_and_the_same_call_is_made_again() {
    let mut world = Setup::remote().world().await;
    let id = world.buy("p1", 1).await;
    world.gateway.hold(id);
    world.run().await;
    world.crash();
    world.gateway.release(id);
    world.run_for(Duration::from_secs(20)).await;
    assert_eq!(world.status(id).await, Status::Validated, "another process may still be at it");
    world.run_for(Duration::from_secs(15)).await;
    assert_eq!(world.assert_true(id, 1_250).await, Status::Executed);
    world.assert_settled().await;
}

#[tokio::test]
async fn no_more_calls_are_under_way_than_the_limit() {
    let mut world = remote(CallPolicy { concurrency: 3, ..CallPolicy::default() }).world().await;
    let mut orders = Vec::new();
    for _ in 0..8 {
        let id = world.buy("p1", 1).await;
        world.gateway.hold(id);
        orders.push(id);
    }
    world.run().await;
    let now = world.clock.now();
    let due = world.store.work_due(WorkKind::Intent, Some("payment"), now, 100).await.unwrap();
    assert_eq!(due.len(), 5, "three are leased");
    for id in &orders {
        world.gateway.release(*id);
    }
    world.run().await;
    for id in orders {
        assert_eq!(world.assert_true(id, 1_250).await, Status::Executed);
    }
    world.assert_settled().await;
}

#[tokio::test]
async fn the_breaker_rests_while_the_gateway_fails_and_then_goes_on() {
    let mut world = Setup::remote().world().await;
    world.list("demo", "many", 100, 1_000).await;
    let mut orders = Vec::new();
    for _ in 0..25 {
        let id = world.buy("many", 1).await;
        world.gateway.plan(id, [Say::LoseCall]);
        orders.push(id);
    }
    world.run().await;
    let calls = |world: &World| orders.iter().map(|id| world.gateway.calls(*id)).sum::<usize>();
    let before = calls(&world);
    let late = world.buy("p1", 1).await;
    world.run_for(Duration::from_secs(9)).await;
    assert_eq!((calls(&world), world.gateway.calls(late)), (before, 0), "it rests");
    world.run_for(Duration::from_secs(30)).await;
    for id in orders {
        assert_eq!(world.assert_true(id, 100).await, Status::Executed);
    }
    assert_eq!(world.assert_true(late, 1_250).await, Status::Executed);
    world.assert_settled().await;
}

#[tokio::test]
async fn many_messages_of_one_order_in_one_batch_are_one_intent() {
    let mut world = Setup::remote().world().await;
    let id = world.buy("p1", 1).await;
    for name in ["inventory", "ordering"] {
        let index = world.worker(name);
        world.step(index).await;
    }
    // Asked to pay and to give it back before payment has looked once.
    world.cancel(id).await.unwrap();
    let payment = world.worker("payment");
    world.step(payment).await;
    assert_eq!(world.rows(WorkKind::Intent).await.len(), 1);
    world.run_for(Duration::from_secs(10)).await;
    assert_eq!(world.assert_true(id, 0).await, Status::Cancelled);
    world.assert_settled().await;
}

#[tokio::test]
async fn a_far_end_that_panics_harms_its_own_order_only() {
    let setup = Setup::remote();
    let front = Arc::new(PlantedGateway::around(&setup.gateway));
    let mut world = Setup { front: Some(front.clone()), ..setup }.world().await;
    let (bad, good) = (world.buy("p1", 1).await, world.buy("p1", 1).await);
    front.panics.lock().unwrap().insert(bad);
    world.run_for(Duration::from_secs(5)).await;
    assert_eq!(world.status(good).await, Status::Executed);
    front.panics.lock().unwrap().clear();
    world.run_for(Duration::from_secs(60)).await;
    assert_eq!(world.assert_true(bad, 1_250).await, Status::Executed);
    world.assert_settled().await;
}

#[tokio::test]
async fn what_may_have_been_sent_to_a_far_end_without_deduplication_is_only_asked_about() {
    let (mut world, front) = forgetful().await;
    let id = world.buy("p1", 1).await;
    world.gateway.plan(id, [Say::LoseAnswer]);
    world.run_for(Duration::from_secs(30)).await;
    assert_eq!(world.assert_true(id, 1_250).await, Status::Executed);
    assert_eq!(sent(&front, id, authorises), 1);
    assert!(sent(&front, id, |action| *action == PaymentAction::Ask) >= 1);
    world.assert_settled().await;
}

#[tokio::test]
async fn a_cancel_while_a_call_is_under_way_does_not_send_it_a_second_time() {
    let (mut world, front) = forgetful().await;
    let id = world.buy("p1", 1).await;
    world.gateway.hold(id);
    world.run().await;
    world.cancel(id).await.unwrap();
    world.run().await;
    world.gateway.release(id);
    world.run_for(Duration::from_secs(30)).await;
    assert_eq!(sent(&front, id, authorises), 1);
    assert_eq!(world.assert_true(id, 0).await, Status::Cancelled);
    world.assert_settled().await;
}

#[tokio::test]
async fn a_lease_that_runs_out_without_deduplication_is_asked_about() {
    let (mut world, front) = forgetful().await;
    let id = world.buy("p1", 1).await;
    world.gateway.plan(id, [Say::LoseAnswer]);
    let pool = world.worker("payment-calls");
    while world.gateway.calls(id) == 0 {
        for index in 0..world.workers.len() {
            // The call is made, and the process dies before it hears of it.
            if index != pool || world.rows(WorkKind::Intent).await.is_empty() {
                world.step(index).await;
            } else {
                world.step(pool).await;
                world.workers[pool].step(world.clock.now()).await.ok();
            }
        }
    }
    world.crash();
    world.run_for(Duration::from_secs(60)).await;
    assert_eq!(sent(&front, id, authorises), 1);
    assert_eq!(world.assert_true(id, 1_250).await, Status::Executed);
    world.assert_settled().await;
}

#[tokio::test]
async fn a_capture_that_may_have_been_made_is_not_made_again_without_deduplication() {
    let (mut world, front) = forgetful().await;
    let id = world.buy("p1", 1).await;
    world.gateway.plan(id, [Say::Answer, Say::LoseAnswer]);
    world.run_for(Duration::from_secs(600)).await;
    assert_eq!(sent(&front, id, |action| matches!(action, PaymentAction::Capture { .. })), 1);
    assert_eq!(world.status(id).await, Status::Executing, "for an operator");
    assert_eq!(world.rows(WorkKind::Intent).await.len(), 1);
}

#[tokio::test]
async fn what_the_pool_can_not_record_at_once_is_recorded_later() {
    for n in 0..12 {
        let mut world = Setup::remote().world().await;
        let id = world.buy("p1", 1).await;
        world.gateway.hold(id);
        world.run().await;
        world.gateway.release(id);
        // The store is away for a while: for reads, then for commits.
        for read in 0..n {
            world.store.read_fails_at(read);
            world.store.at(read, crate::faulty::Fault::Unavailable);
        }
        world.run().await;
        assert_eq!(world.assert_true(id, 1_250).await, Status::Executed, "{n}");
        assert_eq!(world.gateway.calls(id), 2, "{n}: nothing is asked twice");
        world.assert_settled().await;
    }
}
