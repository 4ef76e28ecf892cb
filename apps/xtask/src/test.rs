//! All tests of the workspace.

use crate::run::{self, cargo};

/// The programs are built first, all targets and with the same features as the tests, so that end-to-end tests find
/// them beside their own binary and nothing is built twice.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    run::run(&mut cargo(&["build", "--workspace", "--all-targets"]))?;
    run::run(cargo(&["test", "--workspace"]).args(arguments))
}
