//! Orders carried from placed to EXECUTED, per second.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt};
use orderflow_domain::event::Event;
use orderflow_domain::ordering::event::{OrderEvent, Wanted};
use orderflow_domain::ports::EventStore;
use orderflow_domain::shared::Position;

use tokio::sync::Semaphore;

use crate::world::{World, order, purchase, trade};

const ORDERS: usize = 30_000;
const CLIENTS: usize = 128;
/// Orders under way at once: the engine is kept busy, and no order waits behind tens of thousands.
const UNDER_WAY: usize = 4_000;

pub(crate) async fn run() {
    let only: Vec<String> = std::env::args().skip(1).collect();
    let wanted_here = |name: &str| only.is_empty() || only.iter().any(|only| only == name);
    for (plan, wanted) in [("shipped", purchase as fn(usize) -> Wanted), ("trade", trade)] {
        if !wanted_here(plan) {
            continue;
        }
        if wanted_here("sqlite") {
            let folder = tempfile::tempdir().unwrap();
            let world = World::sqlite(&folder.path().join("bench.db"), true).await;
            measure("sqlite", plan, world, wanted).await;
        }
        if wanted_here("memory") {
            measure("memory", plan, World::memory(true).await, wanted).await;
        }
    }
}

async fn measure(store: &str, plan: &str, mut world: World, wanted: fn(usize) -> Wanted) {
    let cpu = cpu_time();
    let start = Instant::now();
    let engine = world.engine.clone();
    let room = Arc::new(Semaphore::new(UNDER_WAY));
    let counter = tokio::spawn(executed(engine.store().clone(), ORDERS, room.clone()));
    stream::iter(0..ORDERS)
        .for_each_concurrent(CLIENTS, |number| {
            let (engine, room) = (engine.clone(), room.clone());
            async move {
                room.acquire().await.unwrap().forget();
                engine.place(order(wanted(number), number)).await.unwrap();
            }
        })
        .await;
    let placed = start.elapsed();
    let events = counter.await.unwrap();
    let done = start.elapsed();
    let micros = (cpu_time() - cpu).as_secs_f64() * 1e6 / ORDERS as f64;
    println!(
        "{store:7} {plan:8} placed {:.0}/s executed {:.0}/s CPU per order {micros:.0} µs, events per order {:.1}",
        ORDERS as f64 / placed.as_secs_f64(),
        ORDERS as f64 / done.as_secs_f64(),
        events as f64 / ORDERS as f64
    );
    if let Some(runtime) = world.runtime.take() {
        runtime.stop().await;
    }
}

/// What the process has used of both cores so far: unlike the clock on the wall, it is the same beside a busy neighbour.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let ticks: u64 =
        stat.rsplit(") ").next().unwrap().split(' ').skip(11).take(2).map(|field| field.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}

/// Returns the length of the log once so many orders are executed.
async fn executed(store: Arc<dyn EventStore>, orders: usize, room: Arc<Semaphore>) -> u64 {
    let (mut at, mut done) = (Position::START, 0);
    while done < orders {
        store.wait_beyond(at).await;
        for recorded in store.read_log(at, 4_096).await.unwrap() {
            at = recorded.envelope.position;
            match &recorded.event {
                Event::Order(OrderEvent::Executed(_)) => {
                    done += 1;
                    room.add_permits(1);
                }
                Event::Order(OrderEvent::Failed(_) | OrderEvent::Cancelled(_)) => panic!("{recorded:?}"),
                _ => {}
            }
        }
    }
    at.0
}
