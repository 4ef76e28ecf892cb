//! Values and words that every context shares: ids, money, decimals, limits, the envelope of events, and the
//! published language in which contexts ask each other for work and answer.

mod backoff;
mod decimal;
mod envelope;
mod event_type;
mod ids;
mod language;
pub mod limits;
mod money;
mod reason;
mod routing;
mod timer;

pub use backoff::Backoff;
pub use decimal::{Decimal, DecimalError, Price, Quantity};
pub use envelope::{Actor, Category, Envelope, Position, StreamId, StreamKey, TraceContext, Version};
pub use event_type::EventType;
pub(crate) use event_type::events;
pub use ids::{CustomerId, EventId, InvalidName, ItemId, Name, OrderId, OutletId, Symbol};
pub use language::{
    Address, Ask, Contact, CustomAsk, Failure, Fill, LineFault, Note, OrderLine, Outcome, PaymentMethod, PaymentToken,
    PricedLine, Reserve, Side, StepKind, StepRequest, StepResult, Success, TimeInForce, Totals, TradeTicket, TradeType,
    UndoRequest, Undone,
};
pub use money::{Currency, Money, MoneyError};
pub use reason::{Ends, Reason};
pub use routing::{Context, Published, RouteKey, Routed, Topic};
pub use timer::{TimerChange, TimerLabel};

/// Time is an input of every decision: UTC, from the `Clock` port, never read here.
pub use jiff::Timestamp;
