//! What everybody expects of a program.

use orderflow_support::Program;

#[test]
fn it_says_its_version_and_what_it_can_do() {
    let version = Program::orderflow(&["--version"]).run().code(0);
    assert_eq!(version.stdout.trim(), concat!("orderflow ", env!("CARGO_PKG_VERSION")));
    let help = Program::orderflow(&["--help"]).run().code(0).stdout;
    for command in ["dev", "serve", "audit", "replay", "dead-letters", "doctor", "seed", "config", "completions"] {
        assert!(help.lines().any(|line| line.trim_start().starts_with(command)), "{command} in {help}");
        let _ = Program::orderflow(&[command, "--help"]).run().code(0);
    }
}

#[test]
fn what_it_does_not_know_is_wrong_use() {
    for arguments in [&["fly"][..], &["dev", "--wings", "2"], &["dead-letters"], &["serve", "--listen", "here"]] {
        let told = Program::orderflow(arguments).run().code(2);
        assert!(!told.stderr.is_empty() && !told.stderr.contains("panicked"), "{}", told.stderr);
    }
}

#[test]
fn shells_can_complete_it() {
    for shell in ["bash", "zsh", "fish"] {
        let script = Program::orderflow(&["completions", shell]).run().code(0).stdout;
        assert!(script.contains("dead-letters"), "{shell}");
    }
}
