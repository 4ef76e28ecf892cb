//! Every maximum in one place, each with its reason.

/// Characters of a name (item, outlet, symbol): fits every key and URL.
pub const MAX_NAME: usize = 64;
/// Lines of one order: an order stays one small unit of work.
pub const MAX_LINES: usize = 100;
/// Pieces per line; larger wholesale orders are several lines.
pub const MAX_LINE_QUANTITY: u32 = 10_000;
/// Characters of free text that a client sends (notes, reasons).
pub const MAX_TEXT: usize = 256;
/// Documents on one page of a list.
pub const MAX_PAGE: usize = 100;
/// Visible ASCII characters of an idempotency key.
pub const MAX_KEY: usize = 255;
/// Minor units of one price or total: 10^14 leaves room for 9 × 10^4 of them in an `i64`.
pub const MAX_AMOUNT: i64 = 100_000_000_000_000;
/// Digits after the point of prices and quantities of trades.
pub const MAX_DECIMALS: u32 = 8;
/// Largest price or quantity of a trade, in whole units: 10^10 at 8 decimals fits an `i64`, their product an `i128`.
pub const MAX_WHOLE: i64 = 10_000_000_000;
/// Events that one command may record: the follow-up chain of a decision ends far below it, a loop would not.
pub const MAX_EVENTS_PER_DECISION: usize = 256;
/// Steps of one plan.
pub const MAX_STEPS: usize = 32;
/// Notes, ratings and refunds that one order takes after its end: bounds its stream.
pub const MAX_AFTERTHOUGHTS: usize = 1_000;
/// Orders that one order may meet at once on the built-in venue: up to four events each, all in one unit of work, which the writer should not
/// notice among others.
pub const MAX_MATCHES: usize = 1_000;
/// Trades that a book keeps for its public tape: one page.
pub const MAX_TAPE: usize = MAX_PAGE;
