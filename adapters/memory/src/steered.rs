//! Time and ids under control: the same seed gives the same run.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use orderflow_commit::uuid7;
use orderflow_domain::ports::{Clock, Ids};
use orderflow_domain::shared::Timestamp;
use uuid::Uuid;

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Stands at that time.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.as_microsecond()))
    }

    /// Moves it to a time, also back.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_microsecond(), Ordering::SeqCst);
    }

    /// Moves it forward.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        let forward = |now: i64| Some(now.saturating_add(by));
        // Never fails: the closure always gives a value.
        let _ = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, forward);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX)
    }
}

/// Ids that follow from a seed and from how many were made before; they grow, as the system's do.
#[derive(Debug)]
pub struct SeededIds {
    seed: u64,
    last: AtomicU64,
}

impl SeededIds {
    /// Ids of that seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { seed, last: AtomicU64::new(0) }
    }
}

impl Ids for SeededIds {
    fn next(&self, now: Timestamp) -> Uuid {
        let time = u64::try_from(now.as_millisecond()).unwrap_or(0) << 16;
        let next = |last: u64| time.max(last + 1);
        let before = self.last.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(next(last)));
        let tick = before.map_or(time, next);
        uuid7(tick, 0, split_mix(self.seed ^ tick))
    }
}

/// One step of SplitMix64 (Steele, Lea, Flood 2014): spreads every bit of its input.
const fn split_mix(seed: u64) -> u64 {
    let mut mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_moves_only_by_hand() {
        let clock = ManualClock::new(Timestamp::UNIX_EPOCH);
        clock.advance(Duration::from_millis(1_500));
        assert_eq!(clock.now().as_microsecond(), 1_500_000);
        clock.set(Timestamp::UNIX_EPOCH);
        assert_eq!(clock.now(), Timestamp::UNIX_EPOCH);
    }

    #[test]
    fn a_seed_gives_the_same_ids_and_another_seed_others() {
        let made = |seed| {
            let ids = SeededIds::new(seed);
            (0..100).map(|_| ids.next(Timestamp::UNIX_EPOCH)).collect::<Vec<_>>()
        };
        assert_eq!(made(1), made(1));
        assert!(made(1).iter().all(|id| !made(2).contains(id)));
        assert!(made(1).is_sorted_by(|a, b| a < b));
    }
}
