//! See `event`.

pub mod event;
