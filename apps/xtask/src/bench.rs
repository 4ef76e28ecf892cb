//! Benchmarks, on the optimised build.

use crate::run::{self, cargo};

pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    run::run(cargo(&["run", "--release", "--package", "orderflow-bench", "--"]).args(arguments))
}
