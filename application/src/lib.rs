//! The application of OrderFlow: use cases, reactors, projections, timers, the relay. It knows the domain and its ports, and no adapter.
//!
//! In reading order:
//! - [`Engine`]: what users call;
//! - [`reactors`]: each context's part in carrying orders out, and the runtime that drives all workers;
//! - [`Desk`] and [`cache`]: how a batch becomes one unit of work;
//! - [`outside`]: gateways, carriers, own participants;
//! - [`views`] and [`projections`]: what people see.

#![warn(missing_docs)]

mod aggregate;
pub mod cache;
mod commands;
mod defect;
mod desk;
mod engine;
mod observer;
pub mod outside;
pub mod projections;
mod queries;
pub mod reactors;
mod relay;
mod status;
mod tail;
mod ticks;
mod timers;
pub mod views;
mod worker;

pub use aggregate::Aggregate;
pub use commands::*;
pub use defect::Defect;
pub use desk::Desk;
pub use engine::{Access, Engine, Parts};
pub use queries::{
    Changes, ChangesWorker, Listed, OrdersQuery, OrdersSort, PageTotals, Paging, QueryError, StockQuery, UnknownSort,
};
pub use relay::Relay;
pub use status::{Statuses, WorkerStatus};
pub use tail::Tail;
pub use timers::Timers;
pub use worker::{Next, Stall, Worker};
