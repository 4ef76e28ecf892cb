//! How patient the order is. Defaults are those of the plans; a deployment overrides them per step.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::shared::{OrderId, StepKind, Timestamp};

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
    /// Wait before the second attempt, before jitter; doubles with each further one.
    pub backoff_initial: Duration,
    /// The longest wait between two attempts.
    pub backoff_max: Duration,
    /// When the watchdog looks after an undo; doubles with each look, up to the longest backoff.
    pub undo_watch: Duration,
    /// For steps and undos that are asked for ever: the ask from which each further one is an alarm.
    pub alarm_after: u16,
    /// Overrides of the plans' defaults.
    pub steps: BTreeMap<StepKind, StepTiming>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            backoff_initial: Duration::from_secs(1),
            backoff_max: Duration::from_secs(300),
            undo_watch: Duration::from_secs(30),
            alarm_after: 3,
            steps: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// When the attempt after the given one is due: doubling, with full jitter. The jitter comes from what is retried, so that the decision stays
    /// pure and a thousand orders that failed together still do not come back together.
    pub(super) fn retry_at(&self, order: OrderId, step: &StepKind, attempt: u32, now: Timestamp) -> Timestamp {
        let ceiling = doubled(self.backoff_initial, attempt.saturating_sub(1), self.backoff_max);
        let seed = step.name().bytes().fold(order.0.as_u128(), |hash, byte| hash.rotate_left(5) ^ u128::from(byte));
        let [low, high] = [seed, seed >> 64].map(|half| u64::try_from(half & u128::from(u64::MAX)).unwrap_or_default());
        let mixed = mix(low ^ mix(high ^ u64::from(attempt)));
        let millis = u64::try_from(ceiling.as_millis()).unwrap_or(u64::MAX).max(1);
        later(now, Duration::from_millis(mixed % millis + 1))
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
        later(now, doubled(self.undo_watch, u32::from(asked), self.backoff_max.max(self.undo_watch)))
    }
}

fn doubled(initial: Duration, times: u32, max: Duration) -> Duration {
    initial.saturating_mul(1_u32.checked_shl(times.min(31)).unwrap_or(u32::MAX)).min(max)
}

/// The finaliser of splitmix64: every bit of the input reaches every bit of the result.
const fn mix(input: u64) -> u64 {
    let x = input.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// So much later, or the end of time.
pub(super) fn later(at: Timestamp, wait: Duration) -> Timestamp {
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
