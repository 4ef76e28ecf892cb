//! How patient the order is. Defaults are those of the plans; a deployment overrides them per step.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, TimestampArithmetic};

use crate::shared::{Backoff, OrderId, StepKind, Timestamp};

use super::plan::{Attempts, StepSpec};

/// What a deployment sets other than the plan does, for one kind of step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepTiming {
    /// Known failures that are tried again.
    pub attempts: Option<Attempts>,
    /// When the watchdog looks.
    pub watch: Option<Duration>,
}

/// Times and counts of all decisions of a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Waits between two attempts.
    pub backoff: Backoff,
    /// When the watchdog looks after an undo; doubles with each look, up to the longest backoff.
    pub undo_watch: SignedDuration,
    /// For steps and undos that are asked for ever: the ask from which each further one is an alarm.
    pub alarm_after: u16,
    /// Overrides of the plans' defaults.
    pub steps: BTreeMap<StepKind, StepTiming>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            backoff: Backoff::STEPS,
            undo_watch: SignedDuration::from_secs(30),
            alarm_after: 3,
            steps: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// When the attempt after the given one is due. Its jitter comes from what is retried, so that a thousand orders that failed together do not come
    /// back together.
    pub(super) fn retry_at(&self, order: OrderId, step: &StepKind, attempt: u32, now: Timestamp) -> Timestamp {
        let what: Vec<u8> = order.0.as_bytes().iter().copied().chain(step.name().bytes()).collect();
        later(now, self.backoff.after(attempt, &what))
    }

    /// How long the watchdog waits for a step, if it looks after it.
    pub(super) fn watch(&self, spec: &StepSpec) -> Option<Duration> {
        self.steps.get(&spec.kind).and_then(|timing| timing.watch).or(spec.watch)
    }

    /// Known failures of a step that are tried again. Past the pivot there is no other way than for ever.
    pub(super) fn attempts(&self, spec: &StepSpec) -> Attempts {
        let set = self.steps.get(&spec.kind).and_then(|timing| timing.attempts);
        if spec.attempts == Attempts::Forever { Attempts::Forever } else { set.unwrap_or(spec.attempts) }
    }

    /// When the watchdog looks after an undo that was asked so many times before.
    pub(super) fn undo_watch(&self, asked: u16, now: Timestamp) -> Timestamp {
        let most = self.backoff.most.max(self.undo_watch);
        later(now, Backoff { first: self.undo_watch, most }.cap(u32::from(asked).saturating_add(1)))
    }
}

/// So much later, or the end of time.
pub(super) fn later(at: Timestamp, wait: impl Into<TimestampArithmetic>) -> Timestamp {
    at.checked_add(wait).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn backoff_doubles_under_its_ceiling_with_jitter_that_repeats() {
        let settings = Settings::default();
        let waits = |order: u128, attempt| {
            let due =
                settings.retry_at(OrderId(Uuid::from_u128(order)), &StepKind::Ship, attempt, Timestamp::UNIX_EPOCH);
            assert!(due > Timestamp::UNIX_EPOCH);
            due.as_millisecond()
        };
        assert!((1..200).all(|order| waits(order, 1) <= 1_000));
        assert!((1..200).all(|order| waits(order, 4) <= 8_000));
        assert!((1..200).all(|order| waits(order, 60) <= 300_000));
        assert!((1..200).any(|order| waits(order, 4) > 4_000), "full jitter uses the whole range");
        assert_eq!(waits(7, 3), waits(7, 3));
        assert_ne!(waits(7, 9), waits(8, 9));
    }
}
