//! What all stores share: how units of work are admitted, the tail of the log in memory, the form of ids, and the checks on views.
//!
//! A store is a place to keep rows. What may be committed is decided here, once, in memory, against what the store knows ([`Facts`]): so every
//! store refuses the same units for the same reasons, and a refused unit costs its neighbours nothing (a savepoint per unit would cost a fifth of
//! the throughput).

#![warn(missing_docs)]

mod admit;
mod batch;
mod check;
mod ids;
mod overlay;
mod ring;
pub mod views;

pub use admit::{Admission, Facts};
pub use batch::{Batch, Verdict, WorkWrite};
pub use ids::{log_of, uuid7};
pub use ring::{Head, Ring};

use orderflow_domain::shared::Timestamp;

/// The time to the microsecond, which is what stores keep; so an event is the same whether it comes from memory or from disk.
#[must_use]
pub fn to_microsecond(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}
