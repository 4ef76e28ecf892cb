//! The domain of OrderFlow: what an order is, how it is carried out, and how it is undone. Pure and synchronous: time, ids and all that
//! lies outside are inputs.
//!
//! In reading order:
//! - [`shared`]: values, and the published language in which contexts ask and answer;
//! - [`ordering`]: the order, its lifecycle and its plans, which say what to ask of whom and what to undo;
//! - [`inventory`], [`payment`], [`shipping`], [`venue`], [`tasks`]: those who do the work, each on its own events, none knowing another;
//! - [`event`]: all of their events as one type, as the log holds them;
//! - [`ports`]: what the engine needs from the outside, as traits.

#![warn(missing_docs)]

pub mod shared;

pub mod ordering;

pub mod inventory;
pub mod payment;
pub mod shipping;
pub mod tasks;
pub mod venue;

pub mod event;
pub mod ports;
