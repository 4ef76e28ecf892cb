//! The built-in venue: instruments, their books, and what becomes of each order there. Price, then time; trades at the resting price.
//!
//! - [`event`]: what can happen;
//! - [`Book`]: an instrument and all that rests, folded from its own stream; [`VenueOrder`]: one order there, folded from its stream;
//! - [`admit`], [`submit`], [`undo`]: the answers to requests. They look at a book and at *one* order and say which events to append to which
//!   streams, in log order. A resting order's book entry carries all that its trades need, so nobody else's order is loaded to match;
//! - [`operate`]: what operators do to instruments.
//!
//! An order that comes costs O(log n) and O(1) per order that it meets; a cancel costs O(log n).

mod admit;
mod book;
mod decision;
pub mod event;
mod instrument;
mod ladder;
mod matching;
mod names;
pub mod operate;
mod order;
mod rejection;
mod snapshot;
mod submit;
mod undo;
mod wide;

#[cfg(test)]
mod tests;

pub use admit::admit;
pub use book::{Book, Depth, Print};
pub use decision::Decision;
pub use instrument::Instrument;
pub use ladder::{Level, Resting};
pub use order::{Route, VenueOrder};
pub use rejection::Rejection;
pub use submit::{Submission, submit};
pub use undo::undo;
