//! Tasks of the repository: setup, test, ci, tidy, docs, bench.

fn main() {}
