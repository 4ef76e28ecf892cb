//! Orders carried from placed to EXECUTED, per second.

use std::time::Instant;

use futures_util::stream::{self, StreamExt};
use orderflow_domain::event::Event;
use orderflow_domain::ordering::event::{OrderEvent, Wanted};
use orderflow_domain::ports::EventStore;
use orderflow_domain::shared::Position;

use crate::world::{World, order, purchase, trade};

const ORDERS: usize = 30_000;
const CLIENTS: usize = 128;

pub(crate) async fn run() {
    for (plan, wanted) in [("shipped", purchase as fn(usize) -> Wanted), ("trade", trade)] {
        let folder = tempfile::tempdir().unwrap();
        let world = World::sqlite(&folder.path().join("bench.db"), true).await;
        measure("sqlite", plan, world, wanted).await;
        measure("memory", plan, World::memory(true).await, wanted).await;
    }
}

async fn measure(store: &str, plan: &str, mut world: World, wanted: fn(usize) -> Wanted) {
    let start = Instant::now();
    let engine = world.engine.clone();
    let counter = tokio::spawn(executed(engine.store().clone(), ORDERS));
    stream::iter(0..ORDERS)
        .for_each_concurrent(CLIENTS, |number| {
            let engine = engine.clone();
            async move {
                engine.place(order(wanted(number), number)).await.unwrap();
            }
        })
        .await;
    let placed = start.elapsed();
    let events = counter.await.unwrap();
    let done = start.elapsed();
    println!(
        "{store:7} {plan:8} placed {:.0}/s executed {:.0}/s events per order {:.1}",
        ORDERS as f64 / placed.as_secs_f64(),
        ORDERS as f64 / done.as_secs_f64(),
        events as f64 / ORDERS as f64
    );
    if let Some(runtime) = world.runtime.take() {
        runtime.stop().await;
    }
}

/// Returns the length of the log once so many orders are executed.
async fn executed(store: std::sync::Arc<dyn EventStore>, orders: usize) -> u64 {
    let (mut at, mut done) = (Position::START, 0);
    while done < orders {
        store.wait_beyond(at).await;
        for recorded in store.read_log(at, 4_096).await.unwrap() {
            at = recorded.envelope.position;
            match &recorded.event {
                Event::Order(OrderEvent::Executed(_)) => done += 1,
                Event::Order(OrderEvent::Failed(_) | OrderEvent::Cancelled(_)) => panic!("{recorded:?}"),
                _ => {}
            }
        }
    }
    at.0
}
