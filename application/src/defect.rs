//! What should never be: a failure that comes again however often the same is tried.

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
