//! The engine in your own program: an order, from nothing to EXECUTED.

use orderflow::prelude::*;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "an example shows what it does")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let flow = OrderFlow::builder().demo_world().start().await?;
    let placed = flow.place(NewOrder::purchase("p1", 2).key("checkout-1")).await?;
    let done = flow.until_final(placed.order.order_id).await?;
    println!("{} is {}", done.order_id, done.status);
    flow.shutdown().await;
    Ok(())
}
