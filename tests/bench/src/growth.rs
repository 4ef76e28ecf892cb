//! Whether anything costs more because many orders are stored already: the same work on a small and a large history, by turns.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt};
use orderflow_application::reactors::runtime::Runtime;
use orderflow_application::{Access, Engine, OrdersQuery, Paging};
use orderflow_domain::ports::{CheckpointMove, ReaderId, UnitOfWork};
use orderflow_domain::shared::{Name, OrderId, Position, StreamKey};

use crate::machine::cpu_time;
use crate::options::Options;
use crate::sample::{Sample, median, micros};
use crate::world::{World, purchase, staff};
use crate::{complete, direct, history, report};

const SMALL: usize = 1_000;
const LARGE: usize = 1_000_000;
/// Units that wait for the writer while the history is written.
const WRITING: usize = 1_024;
const CLIENTS: usize = 32;
/// Reads of one round.
const READS: usize = 1_000;
/// Orders of a customer in the history, of whatever length: a list of them is as long in both.
const OF_CUSTOMER: usize = 25;
const WORK: [&str; 5] = ["place", "GET one", "list, newest", "list, of a customer", "placed → EXECUTED"];
/// The readers of the log that would otherwise carry the whole history out first.
const REACTORS: [&str; 6] = ["ordering", "inventory", "payment", "shipping", "venue", "tasks"];

pub(crate) async fn run(options: &Options) {
    let machine = crate::machine::describe();
    println!("{machine}\n");
    let folder = tempfile::tempdir().unwrap();
    let large = if options.quick { LARGE / 10 } else { LARGE };
    let mut small = Grown::new(&folder.path().join("small.db"), SMALL).await;
    let mut grown = Grown::new(&folder.path().join("large.db"), large).await;
    let mut samples: Vec<[[Sample; 2]; WORK.len()]> = Vec::new();
    for round in 1..=options.rounds {
        let mut of_round = [[Sample::default(); 2]; WORK.len()];
        for (work, both) in of_round.iter_mut().enumerate() {
            both[0] = small.measure(work, options.time).await;
            both[1] = grown.measure(work, options.time).await;
            println!("{}", line(round, WORK[work], both));
        }
        samples.push(of_round);
    }
    report::write(options, "growth", &section(options, &machine, large, &samples));
    small.stop().await;
    grown.stop().await;
}

fn line(round: usize, name: &str, [small, large]: &[Sample; 2]) -> String {
    let one = |sample: &Sample| format!("{:7.0}/s {:6.1} µs CPU, p50 {:5.0} µs", sample.rate, sample.cpu, sample.p50);
    format!("{round} | {name:20} | {} | {}", one(small), one(large))
}

fn section(options: &Options, machine: &str, large: usize, samples: &[[[Sample; 2]; WORK.len()]]) -> String {
    let (command, rounds) = (&options.command, options.rounds);
    let mut text = format!("`{command}`: {machine}. {rounds} rounds; medians.\n\n");
    let _ =
        writeln!(text, "| work | {SMALL} orders stored | {large} orders stored | time | CPU |\n|---|--:|--:|--:|--:|");
    for (work, name) in WORK.iter().enumerate() {
        // Reads come one by one, so half of them say how long one takes; the rest is measured by its throughput.
        let time = |sample: &Sample| if (1..=3).contains(&work) { sample.p50 } else { 1e6 / sample.rate };
        let one = |side: usize| {
            let middle = |field: &dyn Fn(&Sample) -> f64| median(samples.iter().map(|round| field(&round[work][side])));
            format!("{:.0} µs, {:.0} µs CPU", middle(&time), middle(&|sample| sample.cpu))
        };
        let times = |field: &dyn Fn(&Sample) -> f64| {
            median(samples.iter().map(|round| field(&round[work][1]) / field(&round[work][0])))
        };
        let (small, large) = (one(0), one(1));
        let (longer, cpu) = (times(&time), times(&|sample| sample.cpu));
        let _ = writeln!(text, "| {name} | {small} | {large} | ×{longer:.2} | ×{cpu:.2} |");
    }
    text +=
        "\nTime of one: the median of reads that come one by one; of the others, the inverse of their throughput.\n";
    text += "\n<details><summary>Every sample</summary>\n\n```text\n";
    for (round, of_round) in (1..).zip(samples) {
        for (work, both) in of_round.iter().enumerate() {
            let _ = writeln!(text, "{}", line(round, WORK[work], both));
        }
    }
    text + "```\n\n</details>\n"
}

/// An engine with a history.
struct Grown {
    world: World,
    ids: Vec<OrderId>,
    next: Arc<AtomicUsize>,
}

impl Grown {
    async fn new(path: &Path, orders: usize) -> Self {
        let begin = Instant::now();
        let mut world = World::sqlite(path, orderflow_sqlite::Options::default(), false).await;
        let ids = write(&world.engine, orders).await;
        let written = begin.elapsed();
        skip(&world.engine).await;
        let (clock, statuses) = (world.engine.clock(), world.engine.statuses());
        // Projections do show the whole history.
        world.runtime = Some(Runtime::start(world.engine.workers(None), clock, statuses));
        idle(&world.engine).await;
        println!("{orders} orders written in {written:.1?}, shown after {:.1?}", begin.elapsed());
        Self { world, ids, next: Arc::new(AtomicUsize::new(10_000_000)) }
    }

    async fn measure(&mut self, work: usize, time: Duration) -> Sample {
        let (engine, staff) = (&self.world.engine, Access::Staff(staff()));
        let newest = || OrdersQuery::newest(Paging::first(20));
        let sample = match work {
            0 => {
                pause(engine, true).await;
                let sample = direct::measure(engine, self.next.clone(), CLIENTS, time).await;
                pause(engine, false).await;
                sample
            }
            1 => {
                // From the whole history, in no order that a cache could like.
                let pick = |read: usize| self.ids[(read + 1).wrapping_mul(0x9E37_79B9) % self.ids.len()];
                reads(async |read| drop(engine.order(pick(read), &staff, None).await.unwrap())).await
            }
            2 => reads(async |_| assert_eq!(engine.orders(&staff, newest()).await.unwrap().items.len(), 20)).await,
            3 => {
                let of = |read: usize| history::customer(read % (self.ids.len() / OF_CUSTOMER));
                reads(async |read| {
                    let query = OrdersQuery { customer: Some(of(read)), ..newest() };
                    assert_eq!(engine.orders(&staff, query).await.unwrap().items.len(), 20);
                })
                .await
            }
            _ => {
                let first = self.next.fetch_add(4_000, std::sync::atomic::Ordering::Relaxed);
                complete::measure(&self.world, purchase, first, 4_000).await.sample
            }
        };
        idle(engine).await;
        sample
    }

    async fn stop(self) {
        self.world.stop().await;
    }
}

/// Placing is measured without those who would carry the orders out at the same time; they do so afterwards.
async fn pause(engine: &Engine, paused: bool) {
    for name in REACTORS {
        assert!(engine.pause_worker(name, paused).await.unwrap(), "there is no {name}");
    }
}

/// One after the other.
async fn reads(read: impl AsyncFn(usize)) -> Sample {
    let (cpu, begin) = (cpu_time(), Instant::now());
    let mut latencies = Vec::with_capacity(READS);
    for number in 0..READS {
        let asked = Instant::now();
        read(number).await;
        latencies.push(micros(asked.elapsed()));
    }
    Sample::new(READS, begin.elapsed(), cpu_time() - cpu, latencies)
}

/// Places orders as units of work, through the store alone.
async fn write(engine: &Engine, orders: usize) -> Vec<OrderId> {
    let commit = |number: usize| {
        let unit = history::placed(&**engine.ids(), number, orders / OF_CUSTOMER);
        async move {
            let StreamKey::Id(id) = unit.expect[0].0.key.clone() else { panic!("an order without an id") };
            engine.store().commit(unit).await.unwrap();
            OrderId(id)
        }
    };
    stream::iter(0..orders).map(commit).buffer_unordered(WRITING).collect().await
}

/// Moves the reactors to the end of the log: the history stays placed.
async fn skip(engine: &Engine) {
    let store = engine.store();
    let to = store.head().await.unwrap();
    let before = Position(to.0 - 1);
    let event = store.read_log(before, 1).await.unwrap()[0].envelope.id;
    for name in REACTORS {
        let reader = ReaderId { name: Name::part(name), partition: 0 };
        let from = store.checkpoint(&reader).await.unwrap().map_or(Position::START, |at| at.position);
        let checkpoint = Some(CheckpointMove { reader, from, to, event });
        store.commit(UnitOfWork { checkpoint, ..UnitOfWork::default() }).await.unwrap();
    }
}

/// Waits until all who follow the log have seen its end, and it is still the end: no measurement pays for the one before.
async fn idle(engine: &Engine) {
    loop {
        let head = engine.store().head().await.unwrap();
        let followers = engine.worker_views().await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        let still = engine.store().head().await.unwrap() == head;
        if still && followers.iter().all(|follower| follower.lag.is_none_or(|lag| lag == 0)) {
            return;
        }
    }
}
