//! Durable timers, as events set and clear them: a timer is derived from the log, so it is never forgotten and never set twice.

use serde::{Deserialize, Serialize};

use super::{StepKind, Timestamp};

/// Which timer of a stream. A stream has at most one per step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TimerLabel {
    /// The step it watches.
    pub step: StepKind,
    /// `true` for the timer of the step's undo, which runs beside the step's own.
    pub undo: bool,
}

/// What an event does to its stream's timers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimerChange {
    /// Fires once at `due`, unless set again or cleared. The tick that it sends names (step, attempt), so a late one is harmless.
    Set {
        /// Which.
        label: TimerLabel,
        /// The attempt that it is about.
        attempt: u32,
        /// When.
        due: Timestamp,
    },
    /// No longer wanted.
    Clear(TimerLabel),
    /// The stream is at its end: all of its timers go.
    ClearAll,
}
