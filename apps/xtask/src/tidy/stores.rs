//! What a technology is called stays in its adapter, and what would lose events stays out.

use super::source::Source;
use super::{Check, Rule, Spot};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "one-home",
        why: "a technology that is named in one crate can be replaced in one crate",
        check: Check::File(one_home),
        caught: &[
            &[("application/src/relay.rs", "use rdkafka::producer::FutureProducer;")],
            &[("apps/orderflow/src/lib.rs", "fn f() { warp::serve(g()); }")],
            &[("adapters/memory/src/lib.rs", "fn f(c: rusqlite::Connection) {}")],
            &[("adapters/http/Cargo.toml", "[dependencies]\ntokio-postgres.workspace = true\n")],
            &[("apps/orderflow/Cargo.toml", "[dev-dependencies]\nwarp = { workspace = true }\n")],
        ],
        clean: &[
            &[("adapters/http/src/server.rs", "use warp::Filter;")],
            &[("apps/order-service/src/main.rs", "use warp::Filter;")],
            &[("adapters/kafka/src/lib.rs", "use rdkafka::producer::FutureProducer;")],
            &[("adapters/sqlite/Cargo.toml", "[dependencies]\nrusqlite.workspace = true\n")],
            &[("tests/bench/src/floors.rs", "use warp::Filter;\nuse rusqlite::Connection;")],
            &[("Cargo.toml", "[workspace.dependencies]\nwarp = \"0.4\"\n")],
        ],
    },
    Rule {
        name: "sql-in-stores",
        why: "SQL outside a store is a second schema that the contract suite does not see",
        check: Check::File(sql_in_stores),
        caught: &[
            &[("application/src/relay.rs", "const Q: &str = \"SELECT position FROM log\";")],
            &[("apps/orderflow/src/audit.rs", "fn f() { query(format!(\"INSERT INTO claims ({x})\")); }")],
            &[("apps/orderflow/src/audit.rs", "fn f() { query(\"UPDATE streams SET version = 1\"); }")],
            &[("application/migrations/1.sql", "CREATE TABLE log (position INTEGER);")],
        ],
        clean: &[
            &[("adapters/sqlite/src/log.rs", "const Q: &str = \"SELECT position FROM log\";")],
            &[("adapters/postgres/migrations/1.sql", "CREATE TABLE log (position BIGINT);")],
            &[("application/src/relay.rs", "const HINT: &str = \"Select an order; update, delete and set it.\";")],
        ],
    },
    Rule {
        name: "no-unguarded-append",
        why: "an append that accepts any version decides on a past that may have changed",
        check: Check::File(no_unguarded_append),
        caught: &[
            &[("adapters/memory/src/lib.rs", "fn f() { g(ExpectedVersion::Any); }")],
            &[("domain/src/ports.rs", "enum Expected { Version(u64), Any }")],
        ],
        clean: &[&[(
            "adapters/memory/src/lib.rs",
            "use std::any::Any;\nfn f(x: &dyn Any) { g(Expected::Version(1)); }",
        )]],
    },
    Rule {
        name: "no-published-flag",
        why: "the log is the outbox: who has read how far is a checkpoint, never a mark on an event",
        check: Check::File(no_published_flag),
        caught: &[
            &[("adapters/sqlite/src/log.rs", "fn mark_as_published(id: u64) {}")],
            &[("adapters/sqlite/src/log.rs", "fn f() { store.mark_published(1); }")],
            &[("adapters/postgres/migrations/1.sql", "ALTER TABLE log ADD published_at timestamptz;")],
        ],
        clean: &[&[("domain/src/shared/event.rs", "fn published() -> Option<Outcome> { None }")]],
    },
    Rule {
        name: "no-polling-by-time",
        why: "clocks step back and commits overtake each other: a log is read by position",
        check: Check::File(no_polling_by_time),
        caught: &[
            &[("adapters/sqlite/src/log.rs", "const Q: &str = \"SELECT * FROM log WHERE recorded_at > ?1\";")],
            &[("adapters/postgres/src/read.sql", "select * from log\nwhere created_at >= $1")],
        ],
        clean: &[
            &[("adapters/sqlite/src/log.rs", "const Q: &str = \"SELECT * FROM log WHERE position > ?1\";")],
            &[("adapters/sqlite/src/timers.rs", "const Q: &str = \"SELECT * FROM timers WHERE due_at <= ?1\";")],
        ],
    },
    Rule {
        name: "status-is-folded",
        why: "a status is what the fold of events gives; one that is set can contradict them",
        check: Check::File(status_is_folded),
        caught: &[
            &[("domain/src/ordering/order.rs", "impl Order { fn set_status(&mut self, s: Status) {} }")],
            &[("application/src/cancel_order.rs", "fn f(o: &mut Order) { o.set_status(Status::Cancelled); }")],
            &[("adapters/sqlite/src/log.rs", "const Q: &str = \"UPDATE orders SET status = ?1\";")],
        ],
        clean: &[&[("domain/src/ordering/order.rs", "impl Order { fn status(&self) -> Status { self.status } }")]],
    },
];

/// Crates with the folders that may name them. Benchmarks measure bare technologies as floors.
const HOMES: [(&str, &[&str]); 7] = [
    ("warp", &["adapters/http", "apps/order-service", "tests/bench"]),
    ("rdkafka", &["adapters/kafka", "tests/bench"]),
    ("redis", &["adapters/redis", "tests/bench"]),
    ("rusqlite", &["adapters/sqlite", "tests/bench"]),
    ("refinery", &["adapters/sqlite", "adapters/postgres"]),
    ("tokio_postgres", &["adapters/postgres", "tests/support", "tests/bench"]),
    ("deadpool_postgres", &["adapters/postgres"]),
];

const STORES: [&str; 3] = ["adapters/sqlite", "adapters/postgres", "tests/bench"];

fn one_home(source: &Source) -> Vec<Spot> {
    if source.path == "Cargo.toml" {
        return Vec::new();
    }
    let strangers: Vec<_> = HOMES.iter().filter(|(_, homes)| !homes.iter().any(|home| source.under(home))).collect();
    let mut spots = Vec::new();
    for (name, homes) in strangers {
        let only = format!("{name} stays in {}", homes.join(", "));
        let named = source.facts.paths.iter().filter(|p| p.value.len() > 1 && p.value[0] == *name);
        spots.extend(named.map(|p| (p.line, only.clone())));
        if source.path.ends_with("/Cargo.toml") && !source.under("tests/peers") {
            let dashed = name.replace('_', "-");
            let lines = source.text.lines().enumerate();
            let depends = |line: &str| line.split(['.', ' ', '=']).next() == Some(&dashed);
            spots.extend(lines.filter(|(_, line)| depends(line)).map(|(n, _)| (n + 1, only.clone())));
        }
    }
    spots
}

fn sql_in_stores(source: &Source) -> Vec<Spot> {
    if STORES.iter().any(|store| source.under(store)) || source.under("apps/xtask/src/tidy") {
        return Vec::new();
    }
    if source.is("sql") {
        return vec![(1, format!("SQL outside {}", STORES.join(", ")))];
    }
    let is_sql = |text: &str| {
        ["SELECT ", "INSERT INTO ", "DELETE FROM ", "CREATE TABLE "].iter().any(|verb| text.contains(verb))
            || (text.contains("UPDATE ") && text.contains(" SET "))
    };
    let literals = source.facts.strings.iter().filter(|s| is_sql(&s.value));
    literals.map(|s| (s.line, format!("SQL outside {}", STORES.join(", ")))).collect()
}

fn no_unguarded_append(source: &Source) -> Vec<Spot> {
    let expects = |name: &str| name.starts_with("Expect");
    let used = source.facts.paths.iter().filter(|p| match &p.value[..] {
        [.., kind, variant] => expects(kind) && variant == "Any",
        _ => false,
    });
    let mut spots: Vec<Spot> = used.map(|p| (p.line, "an append that expects any version".to_owned())).collect();
    if let Ok(file) = syn::parse_file(if source.is("rs") { &source.text } else { "" }) {
        let declared = file.items.iter().any(|item| match item {
            syn::Item::Enum(e) => expects(&e.ident.to_string()) && e.variants.iter().any(|v| v.ident == "Any"),
            _ => false,
        });
        if declared {
            spots.push((source.line_of("Any"), "an expectation that any version meets".into()));
        }
    }
    spots
}

fn no_published_flag(source: &Source) -> Vec<Spot> {
    const FLAGS: [&str; 5] = ["mark_as_published", "mark_published", "published_at", "is_published", "publishedAt"];
    if !(source.is("rs") || source.is("sql")) || source.under("apps/xtask/src/tidy") {
        return Vec::new();
    }
    let flag = |line: &str| {
        line.split(|c: char| !(c.is_alphanumeric() || c == '_')).find_map(|word| FLAGS.into_iter().find(|f| *f == word))
    };
    let lines = source.text.lines().enumerate();
    lines.filter_map(|(n, line)| Some((n + 1, format!("{} marks an event", flag(line)?)))).collect()
}

fn no_polling_by_time(source: &Source) -> Vec<Spot> {
    const TIMES: [&str; 4] = ["created_at", "recorded_at", "occurred_at", "stored_at"];
    let polls =
        |text: &str| TIMES.iter().any(|time| text.split(time).skip(1).any(|rest| rest.trim_start().starts_with('>')));
    let found = "reads on from a time: read on from a position".to_owned();
    if source.is("sql") {
        let lines = source.text.lines().enumerate();
        return lines.filter(|(_, line)| polls(line)).map(|(n, _)| (n + 1, found.clone())).collect();
    }
    if !STORES[..2].iter().any(|store| source.under(store)) {
        return Vec::new();
    }
    source.facts.strings.iter().filter(|s| polls(&s.value)).map(|s| (s.line, found.clone())).collect()
}

fn status_is_folded(source: &Source) -> Vec<Spot> {
    let facts = &source.facts;
    let functions = facts.functions.iter().chain(&facts.methods).filter(|f| f.value == "set_status");
    let sql = facts
        .strings
        .iter()
        .filter(|s| !source.under("apps/xtask/src/tidy") && s.value.to_ascii_uppercase().contains(" SET STATUS"));
    functions.chain(sql).map(|f| (f.line, "a status is never set".to_owned())).collect()
}
