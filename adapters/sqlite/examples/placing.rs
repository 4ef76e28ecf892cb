//! How near placing through the store comes to its floor, the same rows inserted by one loop in large transactions.
//!
//! `cargo run --release -p orderflow-sqlite --example placing [seconds] [callers] [rounds]`: units of three rows (an event, its stream, a claim).

#![expect(clippy::print_stdout, reason = "its output is what it is for")]
#![expect(clippy::disallowed_methods, reason = "it measures")]
#![expect(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a benchmark may stop, and prints rounded numbers"
)]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use metrics::{Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, SharedString, Unit};
use orderflow_codec::encode;
use orderflow_contract::samples::{id, second};
use orderflow_domain::ordering::event::{Fulfilment, OrderEvent, Placed, Purchase, Wanted};
use orderflow_domain::ports::{Claim, ClaimKey, EventStore, NewEvent, Receipt, UnitOfWork};
use orderflow_domain::shared::{
    Actor, CustomerId, EventId, ItemId, Name, OrderId, OrderLine, OutletId, PaymentMethod, StreamId, Version,
};
use orderflow_sqlite::{Options, SqliteStore};
use rusqlite::{Connection, params};

/// A placed order of three lines, under a claim.
fn unit(customer: CustomerId) -> UnitOfWork {
    let order = OrderId(id());
    let line = |n| OrderLine { item: ItemId::new(&format!("item-{n}")).unwrap(), quantity: 2, asked_price: None };
    let purchase = Purchase {
        outlet: OutletId::new("demo").unwrap(),
        lines: (0..3).map(line).collect(),
        method: PaymentMethod::Card,
        token: Name::new("tok_visa").unwrap(),
        fulfilment: Fulfilment::Shipping,
        addressed: true,
        expected_total: None,
    };
    let plan = Name::new("shipped-v1").unwrap();
    let placed = OrderEvent::from(Placed { order, customer, plan, wanted: Wanted::Purchase(purchase) });
    let stream = StreamId::order(order);
    let event = NewEvent {
        id: EventId(id()),
        stream: stream.clone(),
        at: second(0),
        correlation: Some(order),
        causation: None,
        actor: Actor::Customer(customer),
        trace: None,
        event: placed.into(),
    };
    let key = ClaimKey {
        key: order.to_string().into(),
        principal: format!("customer:{customer}").into(),
        operation: "place".into(),
    };
    let claim = Claim { key, fingerprint: [7; 32], receipt: Receipt { stream: stream.clone() } };
    UnitOfWork {
        expect: vec![(stream, Version::EMPTY)],
        events: vec![event],
        claim: Some(claim),
        ..UnitOfWork::default()
    }
}

/// Counts batches, and units in them.
#[derive(Default)]
struct Batches {
    batches: AtomicU64,
    units: AtomicU64,
}

impl HistogramFn for Batches {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of units")]
    fn record(&self, units: f64) {
        self.batches.fetch_add(1, Ordering::Relaxed);
        self.units.fetch_add(units as u64, Ordering::Relaxed);
    }
}

struct Recorder(Arc<Batches>);

impl metrics::Recorder for Recorder {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }
    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }
    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.0.clone())
    }
}

/// Nanoseconds of processor time that the threads of that name have had; 0 where the system does not say.
fn cpu_of(name: &str) -> u64 {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else { return 0 };
    let of = |folder: std::path::PathBuf| {
        let named = std::fs::read_to_string(folder.join("comm")).is_ok_and(|comm| name.starts_with(comm.trim()));
        let times = std::fs::read_to_string(folder.join("schedstat")).unwrap_or_default();
        if named { times.split(' ').next().and_then(|time| time.parse().ok()).unwrap_or(0) } else { 0 }
    };
    threads.flatten().map(|thread| of(thread.path())).sum()
}

/// Units per second through the store, and processor time of its writer per unit, in microseconds.
fn through_store(path: &Path, callers: usize, time: Duration, options: Options) -> (f64, f64) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let store = Arc::new(SqliteStore::open(path, options).unwrap());
    let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let begin = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|_| {
            let (store, stop, done) = (store.clone(), stop.clone(), done.clone());
            runtime.spawn(async move {
                let customer = CustomerId(id());
                while !stop.load(Ordering::Relaxed) {
                    store.commit(unit(customer)).await.unwrap();
                    done.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    std::thread::sleep(time);
    let units = done.load(Ordering::Relaxed) as f64;
    let rate = units / begin.elapsed().as_secs_f64();
    let cpu = cpu_of("orderflow-writer") as f64 / 1_000.0 / units;
    stop.store(true, Ordering::Relaxed);
    runtime.block_on(async {
        for task in tasks {
            task.await.unwrap();
        }
    });
    (rate, cpu)
}

/// Units per second of a loop that does nothing else: the units and their payloads are made while the clock stands.
fn raw(path: &Path, batch: usize, time: Duration) -> (f64, f64) {
    drop(SqliteStore::open(path, Options::default()).unwrap());
    let connection = Connection::open(path).unwrap();
    let settings = "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -65536;";
    connection.execute_batch(settings).unwrap();
    let (mut next, mut busy, mut cpu) = (1_i64, Duration::ZERO, 0);
    let customer = CustomerId(id());
    while busy < time {
        let units: Vec<_> = (0..batch).map(|_| unit(customer)).collect();
        let payloads: Vec<_> = units.iter().map(|unit| encode(&unit.events[0].event).unwrap()).collect();
        let (begin, before) = (Instant::now(), cpu_of("placing"));
        insert(&connection, &units, &payloads, next);
        busy += begin.elapsed();
        cpu += cpu_of("placing") - before;
        next += i64::try_from(batch).unwrap();
    }
    let units = (next - 1) as f64;
    (units / busy.as_secs_f64(), cpu as f64 / 1_000.0 / units)
}

fn insert(connection: &Connection, units: &[UnitOfWork], payloads: &[(u16, String)], first: i64) {
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut stream = connection.prepare_cached("INSERT INTO streams VALUES (?1, ?2, ?3, ?4)").unwrap();
    let mut event = connection
        .prepare_cached("INSERT INTO events VALUES (?1, ?2, 1, ?3, ?4, ?5, NULL, NULL, ?6, NULL, ?7)")
        .unwrap();
    let mut claim = connection.prepare_cached("INSERT INTO claims VALUES (?1, ?2, ?3, ?4, ?5, ?6)").unwrap();
    for ((unit, (code, payload)), number) in units.iter().zip(payloads).zip(first..) {
        let (new, taken) = (&unit.events[0], unit.claim.as_ref().unwrap());
        let order = new.correlation.unwrap().0;
        let Actor::Customer(customer) = new.actor else { continue };
        let at = new.at.as_microsecond();
        stream.execute(params![number, 1, order.as_bytes(), 1]).unwrap();
        event.execute(params![number, number, code, at, new.id.0.as_bytes(), customer.0.as_bytes(), payload]).unwrap();
        let ClaimKey { key, principal, operation } = &taken.key;
        claim.execute(params![key, principal, operation, taken.fingerprint.as_slice(), 1, order.as_bytes()]).unwrap();
    }
    connection.execute_batch("COMMIT").unwrap();
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let seconds = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(3);
    let callers = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(128);
    let rounds = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(3);
    let time = Duration::from_secs(seconds);
    let folder = tempfile::TempDir::new().unwrap();
    let counted = Arc::new(Batches::default());
    metrics::set_global_recorder(Recorder(counted.clone())).unwrap();
    println!("round  what           units/s  of raw  units/batch  writer CPU per unit");
    for round in 1..=rounds {
        let path = |name: &str| folder.path().join(format!("{name}-{round}.db"));
        let (floor, cpu) = raw(&path("same"), callers, time);
        println!("{round:5}  raw            {floor:7.0}   100 %  {callers:11}  {cpu:16.1} µs");
        let (large, cpu) = raw(&path("large"), 512, time);
        println!("{round:5}  raw, 512       {large:7.0}  {:4.0} %  {:11}  {cpu:16.1} µs", 100.0 * large / floor, 512);
        for gather in [0, 25, 50] {
            counted.batches.store(0, Ordering::Relaxed);
            counted.units.store(0, Ordering::Relaxed);
            let options = Options { gather, ..Options::default() };
            let (rate, cpu) = through_store(&path(&format!("store-{gather}")), callers, time, options);
            let size = counted.units.load(Ordering::Relaxed) as f64 / counted.batches.load(Ordering::Relaxed) as f64;
            println!(
                "{round:5}  store, {gather:2} %    {rate:7.0}  {:4.0} %  {size:11.1}  {cpu:16.1} µs",
                100.0 * rate / floor
            );
        }
    }
}
