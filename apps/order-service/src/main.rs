//! The smallest wiring: HTTP, memory and logging.

fn main() {}
