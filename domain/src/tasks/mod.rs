//! Steps of embedding programs, at their own participants. One stream per order holds all of its custom steps.
//!
//! Nothing is rejected here: what is asked is answered on the stream, and asking again gives no events.

pub mod event;

mod task;

pub use task::Task;

#[cfg(test)]
mod tests;
