//! The bodies of the API as it promises them: what OpenAPI shows, and what a client in Rust can read and write.
//!
//! The server itself reads requests field by field (so that all violations are told at once) and writes the application's views. Tests hold the two
//! together: every view that is written is read back as the type here, which refuses fields that it does not know.

mod admin;
mod list;
mod market;
mod order;
mod outcome;
mod parts;
mod place;
mod stock;
mod trade;

pub use admin::{Discard, StepDecision, StepOutcome, Worker, Workers};
pub use list::{OrderList, ProblemBody, Timeline, TimelineEntry};
pub use market::{Book, BookLevel, Instrument, InstrumentList, NewInstrument, Trade, TradeList};
pub use order::{Action, Fulfilment, Line, Order, Outlet, Payment, Totals};
pub use outcome::{Details, Fault, Note, Outcome, Rating, Reason, Refund, Step};
pub use parts::{Address, Money};
pub use place::{
    Cancel, NewLine, NewNote, NewRefund, PlaceFulfilment, PlaceOrder, PlacePayment, PlacePurchase, PlaceTrade,
};
pub use stock::{Adjust, Item, ItemList, ListItem, Receive};
pub use trade::{Fill, TradeState};
