//! What users of the engine do: one use case per file, each one unit of work, decided on the newest state and guarded by its version.

mod after_order;
mod cancel_order;
mod change;
mod dead_letters;
mod instruments;
mod place_order;
mod steps;
mod stock;
mod workers;

pub use after_order::{Rating, RefundOrder};
pub use cancel_order::CancelOrder;
pub use change::{CommandError, IdempotencyKey};
pub use dead_letters::{DeadLetterError, LetterView};
pub use instruments::InstrumentError;
pub use place_order::{PlaceError, PlaceOrder, Placement};
pub use steps::StepAction;
pub use stock::StockError;
pub use workers::WorkerView;
