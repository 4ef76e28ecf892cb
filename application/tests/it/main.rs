//! Orders carried out by the engine on the memory store, step by step.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that meets what it does not expect has failed")]

mod cancelling;
mod carry_out;
mod crashes;
mod faulty;
mod outside;
mod parking;
mod payment;
mod planted;
mod stock;
mod world;
