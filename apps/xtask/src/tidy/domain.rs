//! The domain: decisions and nothing else.

use super::source::Source;
use super::{Check, Rule, Spot};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "domain-is-pure",
        why: "the same events and command give the same decision, on any machine and in any year: no runtime, I/O, \
              clock, randomness, environment or logging",
        check: Check::File(pure),
        caught: &[
            &[("domain/src/ordering/decide.rs", "use std::time::{Duration, Instant};")],
            &[("domain/src/ordering/decide.rs", "fn f() { std::env::var(\"X\").ok(); }")],
            &[("domain/src/shared/money.rs", "fn f() { println!(\"x\"); }")],
            &[("domain/src/shared/money.rs", "fn f() { tracing::info!(\"x\"); }")],
            &[("domain/src/shared/ids.rs", "fn f() -> Uuid { uuid::Uuid::now_v7() }")],
            &[("domain/src/shared/time.rs", "fn f() -> Timestamp { Timestamp::now() }")],
            &[("domain/src/venue/book.rs", "use std::collections::HashMap;")],
            &[("domain/src/venue/book.rs", "fn f() -> bool { matches!(std::thread::current(), _) }")],
        ],
        clean: &[
            &[("domain/src/venue/book.rs", "use std::collections::BTreeMap;\nuse std::time::Duration;")],
            &[("domain/src/venue/book.rs", "#[cfg(test)]\nmod tests { use std::collections::HashMap; }")],
            &[("adapters/memory/src/lib.rs", "use std::collections::HashMap;")],
        ],
    },
    Rule {
        name: "domain-is-synchronous",
        why: "a decision is a function call; only the ports at the edge wait",
        check: Check::File(synchronous),
        caught: &[
            &[("domain/src/payment/decide.rs", "async fn decide() {}")],
            &[("domain/src/payment/decide.rs", "fn f() { let _ = async { g().await }; }")],
        ],
        clean: &[
            &[("domain/src/ports.rs", "trait Store { async fn commit(&self); }")],
            &[("domain/src/ports/store.rs", "async fn commit() {}")],
            &[("domain/src/payment/decide.rs", "fn decide() {}")],
        ],
    },
    Rule {
        name: "no-floats-in-domain",
        why: "0.1 + 0.2 is not 0.3: money is minor units, prices and quantities are decimals on integers",
        check: Check::File(no_floats),
        caught: &[
            &[("domain/src/shared/geo.rs", "struct Point { latitude: f64 }")],
            &[("domain/src/shared/money.rs", "fn f() { let rate = 0.5; }")],
            &[("domain/src/shared/money.rs", "fn f(a: i64) -> bool { assert!(a as f32 > b); true }")],
        ],
        clean: &[&[("domain/src/shared/geo.rs", "/// 0.5 of f64.\nstruct Point { latitude_e7: i32 }")]],
    },
    Rule {
        name: "no-float-amounts",
        why: "an amount that passes through a float comes back as another amount",
        check: Check::File(no_float_amounts),
        caught: &[
            &[("adapters/http/src/wire.rs", "struct Line { unit_price: f64 }")],
            &[("application/src/place_order.rs", "fn f(quantity: Option<f32>) {}")],
            &[("apps/orderflow/src/main.rs", "fn total() -> f64 { f() }")],
        ],
        clean: &[
            &[("adapters/http/src/wire.rs", "struct Rate { per_second: f64, total_seconds: f64 }")],
            &[("tests/bench/src/main.rs", "fn ratio(total: u64, of: f64) -> f64 { of }")],
        ],
    },
];

fn in_domain(source: &Source) -> bool {
    source.under("domain/src")
}

fn pure(source: &Source) -> Vec<Spot> {
    const MODULES: [&[&str]; 9] = [
        &["std", "env"],
        &["std", "fs"],
        &["std", "io"],
        &["std", "net"],
        &["std", "process"],
        &["std", "thread"],
        &["std", "time", "Instant"],
        &["std", "time", "SystemTime"],
        &["std", "os"],
    ];
    const CRATES: [&str; 8] = ["tokio", "tracing", "log", "metrics", "rand", "getrandom", "fastrand", "futures_util"];
    const CALLS: [&str; 6] = ["now", "now_v7", "now_v6", "now_v1", "new_v4", "HashMap"];
    const PRINTS: [&str; 5] = ["print", "println", "eprint", "eprintln", "dbg"];
    if !in_domain(source) {
        return Vec::new();
    }
    let impure = |path: &[String]| {
        MODULES.iter().any(|module| path.len() >= module.len() && path.iter().zip(*module).all(|(a, b)| a == b))
            || path.first().is_some_and(|first| CRATES.contains(&first.as_str()) && path.len() > 1)
            || (path.len() > 1 && path.last().is_some_and(|last| CALLS.contains(&last.as_str()) || last == "HashSet"))
    };
    let facts = &source.facts;
    let paths = facts.paths.iter().filter(|p| !p.test && impure(&p.value));
    let prints = facts.macros.iter().filter(|m| !m.test && PRINTS.contains(&m.value.as_str()));
    let iterates = "(iterates in an order that changes from run to run: BTreeMap)";
    paths
        .map(|p| {
            let path = p.value.join("::");
            let hint = if path.contains("Hash") { iterates } else { "" };
            (p.line, format!("{path} in the domain {hint}").trim_end().to_owned())
        })
        .chain(prints.map(|m| (m.line, format!("{}! in the domain", m.value))))
        .collect()
}

fn synchronous(source: &Source) -> Vec<Spot> {
    if !in_domain(source) || source.path == "domain/src/ports.rs" || source.under("domain/src/ports") {
        return Vec::new();
    }
    let waits = source.facts.asynchronous.iter().filter(|a| !a.test);
    waits.map(|a| (a.line, "async outside the ports".to_owned())).collect()
}

fn no_floats(source: &Source) -> Vec<Spot> {
    if !in_domain(source) {
        return Vec::new();
    }
    source.facts.any_float.iter().map(|f| (f.line, format!("{} in the domain", f.value))).collect()
}

/// By name, since outside the domain a float can be right: a rate, a share, a number of seconds.
fn no_float_amounts(source: &Source) -> Vec<Spot> {
    const AMOUNTS: [&str; 12] = [
        "amount", "balance", "captured", "cost", "fee", "minor", "money", "price", "quantity", "refunded", "tax",
        "total",
    ];
    const MEASURES: [&str; 6] = ["seconds", "secs", "millis", "micros", "per", "ratio"];
    let is_amount = |name: &str| {
        name.split('_').any(|word| AMOUNTS.contains(&word)) && !name.split('_').any(|word| MEASURES.contains(&word))
    };
    let amounts = source.facts.floats.iter().filter(|f| is_amount(&f.value));
    amounts.map(|f| (f.line, format!("{} is an amount, and a float", f.value))).collect()
}
