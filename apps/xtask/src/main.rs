//! Tasks of the repository: `cargo xtask setup | test | ci | tidy | docs | bench`.
//!
//! Everything that a person or a CI runs is one of these, so that both run the same. A task says each command before
//! it runs it; what a task does can therefore be read from its output, and done by hand.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal, which says what it does")]

mod bench;
mod ci;
mod docs;
mod repository;
mod run;
mod setup;
mod test;
mod tidy;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <task>

  setup             gets the tools that the other tasks need
  test [ARGS…]      builds the workspace and runs all of its tests; ARGS go to cargo test
  ci                format, tidy, clippy, documentation, licences and sources of dependencies
  tidy              what has to stay absent from the repository
  docs [--check]    writes docs/generated; --check only compares
  bench ARGS…       runs a benchmark, optimised: place or growth, and options
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["setup"] => setup::run(),
        ["test", ref rest @ ..] => test::run(rest),
        ["ci"] => ci::run(),
        ["tidy"] => tidy::run(),
        ["docs"] => docs::write(),
        ["docs", "--check"] => docs::check(),
        ["bench", ref rest @ ..] => bench::run(rest),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => {
            eprint!("no such task: {}\n\n{USAGE}", arguments.join(" "));
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
