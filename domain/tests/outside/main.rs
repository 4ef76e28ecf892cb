//! The model of what is true outside. An order's own invariants find few bugs: what finds them is to play the participants, who know what is
//! charged, what left the shelf, who holds the food and what the venue filled, and to compare afterwards. They answer late, twice, never, in odd
//! orders; messages get lost; timers fire late and twice; customers cancel and operators meddle at any point.
//!
//! A failure prints the run; `ORDERFLOW_SEED=<plan>:<cash|card>:<seed> cargo test -p orderflow-domain --test outside replays` runs it alone
//! and prints its log.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "all of this is a test, though its helpers stand outside of test functions"
)]

mod answers;
mod audit;
mod participants;
mod rng;
mod script;
mod systematic;
mod world;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use orderflow_domain::ordering::Plans;
use orderflow_domain::ordering::event::OrderEvent;

use crate::script::Script;
use crate::world::World;

const RUNS: u64 = 100_000;

/// The runs of one plan, on as many threads as there are, at most four.
fn random_runs(plan: &str, cash: bool) {
    let plans = Arc::new(Plans::standard());
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get().min(4)) as u64;
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let plans = &plans;
            scope.spawn(move || {
                for seed in (thread..RUNS).step_by(usize::try_from(threads).unwrap()) {
                    one(plans, plan, seed, &Script::random(cash));
                }
            });
        }
    });
}

fn one(plans: &Arc<Plans>, plan: &str, seed: u64, script: &Script) {
    let run = catch_unwind(AssertUnwindSafe(|| {
        let world = World::run(plans, plan, seed, script);
        audit::audit(&world, script);
        if seed.is_multiple_of(64) {
            audit::replay(&world, plans);
        }
    }));
    if run.is_err() {
        let payment = if script.cash { "cash" } else { "card" };
        panic!("run {plan}:{payment}:{seed} failed; twists: {:?}", script.twists);
    }
}

#[test]
fn trades_agree_with_the_outside() {
    random_runs("trade-v1", false);
}

#[test]
fn parcels_agree_with_the_outside() {
    random_runs("shipped-v1", false);
}

#[test]
fn prepaid_meals_agree_with_the_outside() {
    random_runs("local-delivery-v1", false);
}

#[test]
fn cash_meals_agree_with_the_outside() {
    random_runs("local-delivery-v1", true);
}

/// Runs that never get into trouble would prove nothing.
#[test]
fn the_runs_get_into_every_kind_of_trouble() {
    let plans = Arc::new(Plans::standard());
    let mut seen = BTreeMap::<String, usize>::new();
    for (plan, cash) in [("trade-v1", false), ("shipped-v1", false), ("local-delivery-v1", false)] {
        for seed in 0..5_000 {
            let script = Script::random(cash);
            let world = World::run(&plans, plan, seed, &script);
            for (event, _) in &world.log {
                *seen.entry(event.event_type().name.to_owned()).or_default() += 1;
                if matches!(event, OrderEvent::StepSucceeded(done) if done.late) {
                    *seen.entry("late success".to_owned()).or_default() += 1;
                }
            }
            *seen.entry(format!("{plan} {}", world.order.status())).or_default() += 1;
        }
    }
    let never_here = ["order.rated", "order.note_added"];
    for event in OrderEvent::TYPES.iter().filter(|event| !never_here.contains(&event.name)) {
        assert!(seen.get(event.name).is_some_and(|count| *count >= 10), "{} in {seen:#?}", event.name);
    }
    let ends = ["EXECUTED", "CANCELLED", "FAILED"];
    for plan in ["trade-v1", "shipped-v1", "local-delivery-v1"] {
        for end in ends.map(|end| format!("{plan} {end}")) {
            assert!(seen.get(&end).is_some_and(|count| *count >= 100), "{end} in {seen:#?}");
        }
    }
    assert!(seen.get("late success").is_some_and(|count| *count >= 10), "{seen:#?}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a person replays one run by its number")]
fn replays() {
    let Ok(run) = std::env::var("ORDERFLOW_SEED") else { return };
    let [plan, payment, seed] = run.split(':').collect::<Vec<_>>()[..] else { panic!("<plan>:<cash|card>:<seed>") };
    let script = Script::random(payment == "cash");
    let plans = Arc::new(Plans::standard());
    let world = World::run(&plans, plan, seed.parse().unwrap(), &script);
    for (event, at) in &world.log {
        println!("{at} {event:?}");
    }
    println!("{:#?}", world.outside.truth);
    audit::audit(&world, &script);
}
