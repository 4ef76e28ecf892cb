//! The one module that prints. Answers go to standard output, what went wrong to standard error.

use std::io::Write;

use clap_complete::Shell;

/// An answer. Whoever reads it may stop reading early, such as `head`.
pub(super) fn answer(text: &str) {
    let _reader_has_gone = writeln!(std::io::stdout(), "{text}");
}

/// An answer for machines.
pub(super) fn json(value: &impl serde::Serialize) {
    match serde_json::to_string_pretty(value) {
        Ok(text) => answer(&text),
        Err(problem) => error(&problem.to_string()),
    }
}

/// Why a command ended.
#[expect(clippy::print_stderr, reason = "this is the module that prints")]
pub(super) fn error(text: &str) {
    eprintln!("orderflow: {text}");
}

/// What a shell reads to complete commands.
pub(super) fn completions(shell: Shell, command: &mut clap::Command) {
    let mut script = Vec::new();
    clap_complete::generate(shell, command, "orderflow", &mut script);
    answer(String::from_utf8_lossy(&script).trim_end());
}
