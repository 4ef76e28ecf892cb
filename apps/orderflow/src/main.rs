//! The `orderflow` program.

fn main() {}
