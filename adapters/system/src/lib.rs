//! The system's clock and ids: the only place where time and chance come from outside.

#![warn(missing_docs)]

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};

use orderflow_commit::{to_microsecond, uuid7};
use orderflow_domain::ports::{Clock, Ids};
use orderflow_domain::shared::Timestamp;
use uuid::Uuid;

/// The system's clock, UTC, to the microsecond.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the Clock port's adapter to the system")]
    fn now(&self) -> Timestamp {
        to_microsecond(Timestamp::now())
    }
}

/// UUIDv7 that grow within the process, also when the clock steps back.
///
/// The random part is a keyed hash of the sequence, with a key that the operating system gives each process: fast, and not to be guessed by
/// clients. Nothing relies on ids being secret.
#[derive(Debug)]
pub struct SystemIds {
    last: AtomicU64,
    log: u8,
    key: RandomState,
}

impl SystemIds {
    /// Ids of the log with that number; 0 as long as there is one.
    #[must_use]
    pub fn new(log: u8) -> Self {
        Self { last: AtomicU64::new(0), log, key: RandomState::new() }
    }
}

impl Default for SystemIds {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Ids for SystemIds {
    fn next(&self, now: Timestamp) -> Uuid {
        let tick = next_tick(&self.last, now);
        uuid7(tick, self.log, self.key.hash_one(tick))
    }
}

/// Milliseconds in the upper 48 bits, in the lower 16 a sequence that starts at the fraction of the millisecond. It never repeats and never falls;
/// more than 65 ids in a microsecond run a little ahead of the clock.
fn next_tick(last: &AtomicU64, now: Timestamp) -> u64 {
    let microseconds = u64::try_from(now.as_microsecond()).unwrap_or(0);
    let time = ((microseconds / 1_000) << 16) | (microseconds % 1_000 * 65);
    let next = |last: u64| time.max(last + 1);
    let mut seen = last.load(Ordering::Relaxed);
    loop {
        match last.compare_exchange_weak(seen, next(seen), Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => return next(seen),
            Err(actual) => seen = actual,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use orderflow_commit::log_of;

    use super::*;

    #[test]
    fn the_clock_counts_microseconds() {
        assert_eq!(SystemClock.now().subsec_nanosecond() % 1_000, 0);
        assert!(SystemClock.now().as_second() > 1_700_000_000);
    }

    #[test]
    fn ids_grow_although_the_clock_steps_back() {
        let ids = SystemIds::default();
        let now = Timestamp::from_microsecond(1_700_000_000_000_999).unwrap();
        let earlier = Timestamp::from_microsecond(1_600_000_000_000_000).unwrap();
        let made: Vec<_> = (0..100_000).map(|n| ids.next(if n % 2 == 0 { now } else { earlier })).collect();
        assert!(made.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn ids_of_threads_and_processes_differ() {
        let ids = SystemIds::default();
        let now = SystemClock.now();
        let made = std::thread::scope(|scope| {
            let run = || (0..10_000).map(|_| ids.next(now)).collect::<Vec<_>>();
            let threads = [scope.spawn(run), scope.spawn(run), scope.spawn(run)];
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<HashSet<_>>()
        });
        assert_eq!(made.len(), 30_000);
        // Another process has another key.
        assert_ne!(SystemIds::default().next(now), SystemIds::default().next(now));
    }

    #[test]
    fn ids_carry_time_and_log() {
        let now = Timestamp::from_microsecond(1_700_000_000_123_456).unwrap();
        let id = SystemIds::new(7).next(now);
        assert_eq!(id.as_u128() >> 80, 1_700_000_000_123);
        assert_eq!(log_of(id), 7);
    }
}
