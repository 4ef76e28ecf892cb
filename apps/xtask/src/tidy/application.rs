//! The application: steps that something else drives.

use super::source::Source;
use super::{Check, Rule, Spot};

pub(super) const RULES: &[Rule] = &[Rule {
    name: "application-is-driven",
    why: "a reactor is a step function, so that the harness can run the same steps on one thread with a manual clock; \
          only reactors/runtime.rs spawns, sleeps and reads time",
    check: Check::File(driven),
    caught: &[
        &[("application/src/relay.rs", "fn f() { tokio::spawn(g()); }")],
        &[("application/src/relay.rs", "use tokio::time::sleep;")],
        &[("application/src/relay.rs", "use tokio::{sync::watch, task::JoinSet};")],
        &[("application/src/timers.rs", "fn f() { std::thread::sleep(d); }")],
        &[("application/src/timers.rs", "use std::time::Instant;")],
        &[("application/src/timers.rs", "fn f() { jiff::Timestamp::now(); }")],
        &[("application/src/intents.rs", "fn f(set: &mut S) { set.spawn(g()); }")],
        &[("application/src/intents.rs", "async fn f() { tokio::select! { _ = tokio::time::sleep(d) => {} } }")],
    ],
    clean: &[
        &[("application/src/reactors/runtime.rs", "fn f() { tokio::spawn(g()); }")],
        &[("application/src/reactors/runtime/retry.rs", "use tokio::time::sleep;")],
        &[("application/src/relay.rs", "use std::time::Duration;\nuse tokio::sync::watch;")],
        &[("application/src/relay.rs", "#[cfg(test)]\nmod tests { use tokio::time::sleep; }")],
        &[("adapters/http/src/server.rs", "fn f() { tokio::spawn(g()); }")],
    ],
}];

fn driven(source: &Source) -> Vec<Spot> {
    const MODULES: [[&str; 2]; 5] =
        [["tokio", "time"], ["tokio", "task"], ["tokio", "runtime"], ["tokio", "spawn"], ["std", "thread"]];
    const LAST: [&str; 8] =
        ["Instant", "SystemTime", "JoinSet", "now_v7", "new_v4", "spawn", "spawn_blocking", "spawn_local"];
    const RUNTIME: &str = "application/src/reactors/runtime";
    if !source.under("application/src") || source.path == format!("{RUNTIME}.rs") || source.under(RUNTIME) {
        return Vec::new();
    }
    let ambient = |path: &[String]| {
        let names: Vec<&str> = path.iter().map(String::as_str).collect();
        match names[..] {
            [.., "Timestamp" | "Zoned", "now"] => true,
            [first, second, ..] if MODULES.contains(&[first, second]) => true,
            [_, .., last] => LAST.contains(&last),
            _ => false,
        }
    };
    let paths = source.facts.paths.iter().filter(|p| !p.test && ambient(&p.value));
    let methods = source.facts.methods.iter().filter(|m| !m.test && m.value.starts_with("spawn"));
    let elsewhere = "belongs to reactors/runtime.rs";
    paths
        .map(|p| (p.line, format!("{} {elsewhere}", p.value.join("::"))))
        .chain(methods.map(|m| (m.line, format!(".{}() {elsewhere}", m.value))))
        .collect()
}
