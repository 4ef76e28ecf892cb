//! The order: one aggregate, one lifecycle, one event vocabulary for every kind of order. What differs between a trade, a parcel and a meal
//! is its plan, which is data.
//!
//! In reading order:
//! - [`event`]: what can happen;
//! - `lifecycle`: which event is legal in which status, and where it leads;
//! - `plan` and `execution`: the steps of each kind of order; an embedding program adds its own;
//! - `order` and `step`: the fold of the events; `view` is what it can be asked;
//! - `command`, `decide`, `follows`: what a command records, and what follows from it;
//! - `ledger`: the order's money, double entry.

mod axes;
mod command;
mod decide;
pub mod event;
mod execution;
mod follows;
mod ledger;
mod lifecycle;
mod order;
mod plan;
mod rejection;
mod request;
mod settings;
mod step;
mod view;

#[cfg(test)]
mod tests;

pub use axes::{FillState, LineFulfilment, PaymentState, Stage, Status, UnknownCode};
pub use command::{Command, Resolution};
pub use decide::decide;
pub use ledger::{Account, Ledger, LedgerError};
pub use lifecycle::{IllegalTransition, Row};
pub use order::{CancelState, Order, OrderNote, RefundRecord};
pub use plan::{Attempts, How, OnlyFor, Plan, PlanFault, Plans, StepSpec, UndoRule};
pub use rejection::Rejection;
pub use settings::{Settings, StepTiming};
pub use step::{StepState, UndoState};
pub use view::StepView;

/// The transition table of the lifecycle, for those who draw or describe it.
#[must_use]
pub const fn transitions() -> &'static [Row] {
    lifecycle::ROWS
}
