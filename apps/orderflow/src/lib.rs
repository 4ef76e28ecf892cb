//! OrderFlow in your own program: the order engine as a library.
//!
//! An order is taken exactly once, carried out step by step across stock, payment, carrier or venue, and undone where it has to be. This crate
//! puts the engine together ([`OrderFlow::builder`]) and runs it; [`Engine`](prelude::Engine) is what it does. [`harness`] runs the same engine on
//! one thread with a clock, participants and faults that a test steers; [`audit`] tells whether a log is as it should be.
//!
//! ```
//! use orderflow::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let flow = OrderFlow::builder().demo_world().start().await?;
//! let placed = flow.place(NewOrder::purchase("p1", 2)).await?;
//! let done = flow.until_final(placed.order.order_id).await?;
//! assert_eq!(done.status, Status::Executed);
//! flow.shutdown().await;
//! # Ok(())
//! # }
//! ```

#![warn(missing_docs)]

pub mod audit;
mod builder;
pub mod demo;
mod flow;
pub mod harness;
mod new_order;
pub mod prelude;

pub use builder::{BuildError, Builder, views_path};
pub use flow::OrderFlow;
pub use new_order::{InvalidOrder, NewOrder, PlacingError};
