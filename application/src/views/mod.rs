//! What people see: the bodies of the API, made of folded streams. Each is the promised form itself, so that HTTP, GraphQL and the views that
//! lists are read from write one and the same.
//!
//! Nothing personal is in them but what [`OrderView::of`] takes from the order's contact document at the time of reading.

mod figure;
mod market;
mod order;
mod shown;
mod stock;
#[cfg(test)]
mod tests;
mod timeline;

pub use figure::Figure;
pub use market::{BookLevel, BookView, InstrumentView, TapeView};
pub use order::{
    ActionView, DetailsView, FaultView, FillView, FulfilmentView, LineView, NoteView, OrderKind, OrderView,
    OutcomeView, OutletView, PaymentView, RatingView, ReasonView, RefundView, StepView, TradeView, UnknownKind,
};
pub use stock::StockView;
pub use timeline::{Timeline, TimelineEntry};
