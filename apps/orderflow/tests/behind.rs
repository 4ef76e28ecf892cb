//! A reactor that is far behind the log, while orders go on changing beyond what it reads at once.

use orderflow::harness::{Harness, Stuck};
use orderflow::prelude::*;
use uuid::Uuid;

/// More than a reactor reads at once takes so many orders, each of which writes three events or more.
const ORDERS: u128 = 1_500;
/// Several times as many as it takes.
const STEPS: u32 = 2_000;

#[test]
fn what_changed_beyond_the_events_read_does_not_stop_a_reactor_for_ever() -> Result<(), Stuck> {
    let mut harness = Harness::new(1);
    pause_ordering(&mut harness, true);
    let first = place(&mut harness, 0);
    // Its stock is held: that outcome is what ordering will read, with the beginning of the order, and without its cancel.
    harness.settle()?;
    for customer in 1..ORDERS {
        place(&mut harness, customer);
    }
    harness.settle()?;
    harness.cancel(first).unwrap();

    pause_ordering(&mut harness, false);
    let mut steps = 0;
    while !harness.order(first).unwrap().status.is_final() {
        assert!(steps < STEPS, "no end after {STEPS} steps");
        harness.step()?;
        steps += 1;
    }
    harness.run_until_idle()?;

    assert_eq!(harness.order(first).unwrap().status, Status::Cancelled);
    let report = harness.audit();
    assert!(report.is_clean(), "{report}");
    Ok(())
}

#[expect(clippy::unwrap_used, reason = "a test, in a function beside it")]
fn place(harness: &mut Harness, customer: u128) -> OrderId {
    let order = NewOrder::purchase("p1", 1).customer(CustomerId(Uuid::from_u128(1 + customer)));
    harness.place(order).unwrap().order.order_id
}

fn pause_ordering(harness: &mut Harness, paused: bool) {
    let engine = harness.engine().clone();
    let found = harness.command(async move { engine.pause_worker("ordering", paused).await });
    assert_eq!(found, Some(Ok(true)));
}
