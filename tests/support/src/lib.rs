//! What tests share: private servers, clients, bodies.
//!
//! A test talks to the real programs as their users do: a process of its own on a port that was free, data in a temporary folder, HTTP. Nothing here
//! waits for a time to pass; it waits for something to become true ([`wait`]), and a deadline only says when a test has failed.

pub mod bodies;
pub mod client;
pub mod programs;
pub mod raw;
pub mod redact;
pub mod server;
pub mod sse;
pub mod wait;
mod watchdog;

pub use client::{Answer, Client, Request};
pub use programs::{Finished, Program};
pub use redact::redacted;
pub use server::Server;

/// A new id.
#[must_use]
pub fn uuid() -> uuid::Uuid {
    uuid::Uuid::now_v7()
}

/// A name that nobody else has: for items, instruments and keys of one test among many on a server.
#[must_use]
pub fn unique(start: &str) -> String {
    format!("{start}-{}", uuid().simple())
}
