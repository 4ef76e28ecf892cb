//! A test of your own software against the engine: a clock that you move, participants that you steer, and the same run from the same seed.

use std::time::Duration;

use orderflow::harness::{Harness, Say};
use orderflow::prelude::*;

#[expect(clippy::print_stdout, reason = "an example shows what it does")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut harness = Harness::new(7);

    // The customer never confirms: a quarter of an hour later the order is cancelled, and its stock is on sale again.
    let order = harness.place(NewOrder::purchase("last-one", 1))?.order.order_id;
    harness.gateway().plan(order, [Say::AskCustomer]);
    harness.settle()?;
    println!("{} waits for the customer: {:?}", order, harness.order(order)?.stage);
    harness.advance(Duration::from_secs(16 * 60));
    harness.run_until_idle()?;
    let ended = harness.order(order)?;
    println!("{} is {}: {:?}", order, ended.status, ended.outcome.map(|outcome| outcome.code));

    // So the next one gets it, although the gateway's answer is lost and the process dies meanwhile.
    let next = harness.place(NewOrder::purchase("last-one", 1))?.order.order_id;
    harness.gateway().plan(next, [Say::LoseAnswer]);
    harness.step()?;
    harness.crash();
    harness.run_until_idle()?;
    println!("{} is {}, charged {}", next, harness.order(next)?.status, harness.gateway().charged(next).amount);
    println!("audit: {}", harness.audit());
    Ok(())
}
