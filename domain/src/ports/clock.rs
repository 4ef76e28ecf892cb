//! Time and ids are inputs, never ambient.

use uuid::Uuid;

use crate::shared::Timestamp;

/// What time it is. The system's in production, steered by hand in the harness.
pub trait Clock: Send + Sync {
    /// Now, UTC, to the microsecond (what stores keep).
    fn now(&self) -> Timestamp;
}

/// New ids: UUIDv7, growing with time, so that index keys arrive in order.
pub trait Ids: Send + Sync {
    /// A new one, never given before. `now` goes into its leading bits.
    fn next(&self, now: Timestamp) -> Uuid;
}
