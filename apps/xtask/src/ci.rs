//! What has to hold besides the tests. Every check runs, so that one run shows all that is wrong.

use crate::run::{self, cargo, command};
use crate::{docs, setup, tidy};

type Step = (&'static str, fn() -> Result<(), String>);

/// In the order of how soon they are done.
const STEPS: [Step; 6] = [
    ("format", format),
    ("tidy", tidy::run),
    ("dependencies", dependencies),
    ("clippy", clippy),
    ("documentation", documentation),
    ("generated documents", docs::check),
];

pub(crate) fn run() -> Result<(), String> {
    let failed: Vec<&str> = STEPS
        .into_iter()
        .filter_map(|(name, step)| {
            println!("\n== {name}");
            step().inspect_err(|why| println!("{why}")).is_err().then_some(name)
        })
        .collect();
    println!("\n== ci: {} passed, {} failed", STEPS.len() - failed.len(), failed.len());
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
}

fn format() -> Result<(), String> {
    run::run(&mut cargo(&["fmt", "--all", "--check"]))
}

fn clippy() -> Result<(), String> {
    run::run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn documentation() -> Result<(), String> {
    run::run(cargo(&["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))
}

/// Advisories are apart: their database comes from the network, and a new one is no fault of the change at hand.
fn dependencies() -> Result<(), String> {
    run::run(&mut command(setup::cargo_deny()?, &["--offline", "check", "bans", "licenses", "sources"]))?;
    if advisories_at_hand() {
        run::run(&mut command(setup::cargo_deny()?, &["--offline", "check", "advisories"]))?;
    } else {
        println!("advisories: not checked, no database at hand (cargo deny fetch)");
    }
    Ok(())
}

fn advisories_at_hand() -> bool {
    let home = std::env::home_dir().map(|home| home.join(".cargo"));
    #[expect(clippy::disallowed_methods, reason = "cargo's own variable, which has no flag")]
    let cargo_home = std::env::var_os("CARGO_HOME").map(std::path::PathBuf::from).or(home);
    let databases = cargo_home.and_then(|home| std::fs::read_dir(home.join("advisory-dbs")).ok());
    databases.is_some_and(|mut entries| entries.any(|entry| entry.is_ok_and(|e| e.path().is_dir())))
}
