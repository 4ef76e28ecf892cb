//! Orders carried out by the engine on the memory store, step by step.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that meets what it does not expect has failed")]

mod cancelling;
mod carry_out;
mod chaos;
mod crashes;
mod faulty;
mod outside;
mod own_step;
mod parking;
mod payment;
mod planted;
mod relaying;
mod running;
mod stock;
mod timing;
mod venue;
mod world;
