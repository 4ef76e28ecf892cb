//! End-to-end tests: the real programs over HTTP and from the command line. Modules mirror the URLs; `cli` has the commands, `faults` what happens
//! when processes die.

mod admin;
mod cli;
mod connections;
mod docs;
mod faults;
mod instruments;
mod ops;
mod order_service;
mod orders;
mod outlets;
mod world;
