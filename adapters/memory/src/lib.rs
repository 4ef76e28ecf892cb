//! Stores and publisher in memory, and a clock and ids that are steered: for the harness, for tests, for the smallest service.
//!
//! They pass the same contract as the durable ones, except that nothing survives the process.

#![warn(missing_docs)]

mod events;
mod publisher;
mod steered;
mod views;

pub use events::MemoryStore;
pub use publisher::CollectingPublisher;
pub use steered::{ManualClock, SeededIds};
pub use views::MemoryViews;
