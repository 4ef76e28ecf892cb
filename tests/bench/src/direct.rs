//! Placing through the crate: closed loops that call the engine.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use orderflow_application::Engine;

use crate::machine::cpu_time;
use crate::sample::{Sample, micros};
use crate::world::{order, purchase};

/// `next`: the number, and so the key, of the next order.
pub(crate) async fn measure(engine: &Engine, next: Arc<AtomicUsize>, clients: usize, time: Duration) -> Sample {
    let (cpu, begin) = (cpu_time(), Instant::now());
    let end = begin + time;
    let callers = (0..clients).map(|_| tokio::spawn(place(engine.clone(), next.clone(), end)));
    let latencies: Vec<u32> = join_all(callers).await.into_iter().flat_map(Result::unwrap).collect();
    Sample::new(latencies.len(), begin.elapsed(), cpu_time() - cpu, latencies)
}

async fn place(engine: Engine, next: Arc<AtomicUsize>, end: Instant) -> Vec<u32> {
    let mut latencies = Vec::new();
    let mut asked = Instant::now();
    while asked < end {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let placement = engine.place(order(purchase(number), number)).await.unwrap();
        assert!(!placement.replayed, "a key was used twice");
        let now = Instant::now();
        latencies.push(micros(now - asked));
        asked = now;
    }
    latencies
}
