//! Orders carried from placed to EXECUTED, per second, in process.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt};
use orderflow_domain::event::Event;
use orderflow_domain::ordering::event::{OrderEvent, Wanted};
use orderflow_domain::ports::EventStore;
use orderflow_domain::shared::Position;
use tokio::sync::Semaphore;

use crate::machine::cpu_time;
use crate::sample::Sample;
use crate::world::{World, order};

const CLIENTS: usize = 128;
/// Orders under way at once: the engine is kept busy, and no order waits behind tens of thousands.
const UNDER_WAY: usize = 4_000;

/// What carrying orders out took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Carried {
    /// Of orders; no latencies.
    pub(crate) sample: Sample,
    /// Events of an order.
    pub(crate) events: f64,
}

/// Places `count` orders, numbered from `first` on, and waits until each is executed.
pub(crate) async fn measure(world: &World, wanted: fn(usize) -> Wanted, first: usize, count: usize) -> Carried {
    let engine = world.engine.clone();
    let before = engine.store().head().await.unwrap();
    let (cpu, start) = (cpu_time(), Instant::now());
    let room = Arc::new(Semaphore::new(UNDER_WAY));
    let counter = tokio::spawn(executed(engine.store().clone(), before, count, room.clone()));
    stream::iter(first..first + count)
        .for_each_concurrent(CLIENTS, |number| {
            let (engine, room) = (engine.clone(), room.clone());
            async move {
                room.acquire().await.unwrap().forget();
                engine.place(order(wanted(number), number)).await.unwrap();
            }
        })
        .await;
    let last = tokio::time::timeout(Duration::from_secs(300), counter).await.expect("orders that end").unwrap();
    let sample = Sample::new(count, start.elapsed(), cpu_time() - cpu, Vec::new());
    Carried { sample, events: (last.0 - before.0) as f64 / count as f64 }
}

/// Returns the end of the log once so many orders are executed.
async fn executed(store: Arc<dyn EventStore>, from: Position, orders: usize, room: Arc<Semaphore>) -> Position {
    let (mut at, mut done) = (from, 0);
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
    at
}
