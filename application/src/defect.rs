//! What should never be: a failure that comes again however often the same is tried.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// A deterministic failure: the same event on the same state fails again. After some tries its route key parks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Defect {
    message: String,
}

impl Defect {
    /// With what was tried, and why it can't be.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

/// A panic in a decision is a defect like any other: one message must not stop the others. What the decision has touched is in doubt, so the
/// caller forgets it.
pub(crate) fn guarded<T>(decide: impl FnOnce() -> Result<T, Defect>) -> Result<T, Defect> {
    catch_unwind(AssertUnwindSafe(decide)).unwrap_or_else(|panic| Err(Defect::new(panic_text(&*panic))))
}

/// What a panic says.
pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("panicked: {}", text.unwrap_or("without a word"))
}
