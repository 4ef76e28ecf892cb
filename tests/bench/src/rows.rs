//! The floor of the store, W: the three rows of a placed order (its stream, its event, its key) inserted by a loop that does nothing else, in
//! transactions of 64 orders, as durable as the service's. Units and payloads are made while the clock stands.

use std::path::Path;
use std::time::{Duration, Instant};

use orderflow_codec::encode;
use orderflow_domain::ports::{Ids, UnitOfWork};
use orderflow_domain::shared::Actor;
use orderflow_sqlite::SqliteStore;
use orderflow_system::SystemIds;
use rusqlite::{Connection, params};

use crate::history;
use crate::machine::cpu_time;
use crate::sample::Sample;

/// Orders in one transaction.
const BATCH: usize = 64;

/// Runs on a thread that may block.
pub(crate) fn measure(path: &Path, time: Duration) -> Sample {
    // Lays the file out as the service does.
    drop(SqliteStore::open(path, orderflow_sqlite::Options::default()).unwrap());
    let connection = Connection::open(path).unwrap();
    let settings = "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -65536;";
    connection.execute_batch(settings).unwrap();
    let ids = SystemIds::new(1);
    let (mut busy, mut cpu, mut number) = (Duration::ZERO, Duration::ZERO, 0);
    while busy < time {
        // Many at once, since processor time comes in large ticks.
        let batches: Vec<Vec<Row>> =
            (0..200).map(|_| (0..BATCH).map(|_| Row::next(&ids, &mut number)).collect()).collect();
        let (begin, before) = (Instant::now(), cpu_time());
        batches.iter().for_each(|batch| insert(&connection, batch));
        busy += begin.elapsed();
        cpu += cpu_time() - before;
    }
    Sample::new(number, busy, cpu, Vec::new())
}

struct Row {
    number: i64,
    unit: UnitOfWork,
    code: u16,
    payload: String,
}

impl Row {
    fn next(ids: &dyn Ids, number: &mut usize) -> Self {
        let unit = history::placed(ids, *number, 1_000);
        let (code, payload) = encode(&unit.events[0].event).unwrap();
        *number += 1;
        Self { number: i64::try_from(*number).unwrap(), unit, code, payload }
    }
}

fn insert(connection: &Connection, rows: &[Row]) {
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut stream = connection.prepare_cached("INSERT INTO streams VALUES (?1, ?2, ?3, ?4)").unwrap();
    let mut event = connection
        .prepare_cached("INSERT INTO events VALUES (?1, ?2, 1, ?3, ?4, ?5, NULL, NULL, ?6, NULL, ?7)")
        .unwrap();
    let mut claim = connection.prepare_cached("INSERT INTO claims VALUES (?1, ?2, ?3, ?4, ?5, ?6)").unwrap();
    for Row { number, unit, code, payload } in rows {
        let (new, taken) = (&unit.events[0], unit.claim.as_ref().unwrap());
        let order = new.correlation.unwrap().0;
        let Actor::Customer(customer) = new.actor else { continue };
        let at = new.at.as_microsecond();
        stream.execute(params![number, 1, order.as_bytes(), 1]).unwrap();
        event.execute(params![number, number, code, at, new.id.0.as_bytes(), customer.0.as_bytes(), payload]).unwrap();
        let key = &taken.key;
        let fingerprint = taken.fingerprint.as_slice();
        claim.execute(params![key.key, key.principal, key.operation, fingerprint, 1, order.as_bytes()]).unwrap();
    }
    drop((stream, event, claim));
    connection.execute_batch("COMMIT").unwrap();
}
