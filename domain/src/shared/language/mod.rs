//! The published language: what the order asks of participants, and what they answer. Participants know requests, not orders.
//!
//! The key of a request at its participant is (order, step, attempt). The attempt rises only after a definitive failure, so a request that is
//! repeated means the same piece of work.

mod goods;
mod outcome;
mod person;
mod request;
mod step;
mod trade;

pub use goods::{OrderLine, PricedLine, Reserve, Totals};
pub use outcome::{Failure, Fill, LineFault, Note, Outcome, StepResult, Success, Undone};
pub use person::{Address, Contact, PaymentMethod, PaymentToken};
pub use request::{Ask, CustomAsk, StepRequest, UndoRequest};
pub use step::StepKind;
pub use trade::{Side, TimeInForce, TradeTicket, TradeType};
