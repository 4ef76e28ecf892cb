//! Placing and carrying out, in rounds: within a round each measurement stands beside its floors, so that what the machine does meanwhile
//! happens to all of them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use orderflow_domain::ordering::event::Wanted;

use crate::complete::{self, Carried};
use crate::options::Options;
use crate::sample::Sample;
use crate::world::{World, order, purchase, trade};
use crate::{direct, echo, report, rows, service, tables};

pub(crate) const CLIENTS: [usize; 3] = [1, 32, 128];

/// A plan, and what is wanted by it.
type Planned = (&'static str, fn(usize) -> Wanted);
pub(crate) const PLANS: [Planned; 2] = [("shipped", purchase), ("trade", trade)];

/// One measurement of placing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    /// H: a bare warp.
    Echo,
    /// W: a bare writer.
    Rows,
    HttpSqlite,
    HttpMemory,
    CrateSqlite,
    CrateMemory,
    /// The same service, one order in a transaction.
    Single,
    /// The same service while its reactors carry out what was placed.
    Busy,
}

impl What {
    pub(crate) const ALL: [Self; 8] = [
        Self::Echo,
        Self::HttpSqlite,
        Self::Rows,
        Self::HttpMemory,
        Self::CrateSqlite,
        Self::CrateMemory,
        Self::Single,
        Self::Busy,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Echo => "H: bare warp echo",
            Self::Rows => "W: bare SQLite writer, batches of 64",
            Self::HttpSqlite => "HTTP, SQLite",
            Self::HttpMemory => "HTTP, memory",
            Self::CrateSqlite => "crate, SQLite",
            Self::CrateMemory => "crate, memory",
            Self::Single => "HTTP, SQLite, one order per transaction",
            Self::Busy => "HTTP, SQLite, orders carried out meanwhile",
        }
    }
}

/// All samples, in the order of their rounds.
#[derive(Default)]
pub(crate) struct Measured {
    pub(crate) placed: BTreeMap<(What, usize), Vec<Sample>>,
    pub(crate) carried: BTreeMap<(&'static str, &'static str), Vec<Carried>>,
}

pub(crate) async fn run(options: &Options) {
    let machine = crate::machine::describe();
    println!("{machine}\n");
    let answer = answer().await;
    let mut measured = Measured::default();
    for round in 1..=options.rounds {
        for clients in CLIENTS {
            for what in What::ALL {
                let main = clients == CLIENTS[2] || !matches!(what, What::Single | What::Busy);
                if main && options.wants(what.name()) {
                    let sample = measure(what, &answer, clients, options).await;
                    println!("{}", tables::raw_placed(round, what, clients, &sample));
                    measured.placed.entry((what, clients)).or_default().push(sample);
                }
            }
        }
        for (plan, wanted) in PLANS {
            for store in ["SQLite", "memory"] {
                if options.wants(&format!("EXECUTED {plan} {store}")) {
                    let carried = carry(store, wanted, if options.quick { 3_000 } else { 12_000 }).await;
                    println!("{}", tables::raw_carried(round, plan, store, &carried));
                    measured.carried.entry((plan, store)).or_default().push(carried);
                }
            }
        }
    }
    report::write(options, "place", &tables::place(options, &machine, &measured));
}

/// What the service answers to the order that the generator places.
async fn answer() -> String {
    let world = World::memory(false).await;
    let placement = world.engine.place(order(purchase(0), 0)).await.unwrap();
    serde_json::to_string(&placement.order).unwrap()
}

async fn measure(what: What, answer: &str, clients: usize, options: &Options) -> Sample {
    let folder = tempfile::tempdir().unwrap();
    let (path, time) = (folder.path().join("orders.db"), options.time);
    let world = match what {
        What::Echo => return echo::measure(answer, clients, time).await,
        What::Rows => return tokio::task::spawn_blocking(move || rows::measure(&path, time)).await.unwrap(),
        What::HttpSqlite | What::CrateSqlite => on_file(&path, false).await,
        What::Busy => on_file(&path, true).await,
        What::Single => {
            let single = orderflow_sqlite::Options { batch: 1, gather: 0, ..orderflow_sqlite::Options::default() };
            World::sqlite(&path, single, false).await
        }
        What::HttpMemory | What::CrateMemory => World::memory(false).await,
    };
    let sample = match what {
        What::CrateSqlite | What::CrateMemory => {
            direct::measure(&world.engine, Arc::new(AtomicUsize::new(0)), clients, time).await
        }
        _ => service::measure(&world.engine, clients, time).await,
    };
    world.stop().await;
    sample
}

async fn on_file(path: &Path, run: bool) -> World {
    World::sqlite(path, orderflow_sqlite::Options::default(), run).await
}

async fn carry(store: &str, wanted: fn(usize) -> Wanted, count: usize) -> Carried {
    let folder = tempfile::tempdir().unwrap();
    let world = match store {
        "SQLite" => on_file(&folder.path().join("orders.db"), true).await,
        _ => World::memory(true).await,
    };
    // Caches, files and allocators are as they are after a while.
    complete::measure(&world, wanted, 0, count / 6).await;
    let carried = complete::measure(&world, wanted, count, count).await;
    world.stop().await;
    carried
}
