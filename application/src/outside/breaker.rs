//! A circuit breaker per gateway: when half of the calls of late failed technically, it stops asking for a while. Declines are answers, no
//! failures. An open breaker never ends an attempt: what it holds back is sent later, under the same key.

use std::collections::VecDeque;

use jiff::SignedDuration;
use orderflow_domain::shared::Timestamp;

const WINDOW: SignedDuration = SignedDuration::from_secs(30);
const AT_LEAST: usize = 20;
const REST: SignedDuration = SignedDuration::from_secs(10);
/// Calls remembered; more than this within the window adds nothing to the judgement.
const MOST: usize = 1_000;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Breaker {
    calls: VecDeque<(Timestamp, bool)>,
    open_until: Option<Timestamp>,
}

impl Breaker {
    /// Until when no call is to be made, if so.
    pub(crate) fn open_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.open_until.filter(|until| *until > now)
    }

    /// A call has ended; `answered` is `false` if it failed technically. Answers `true` if this opens the breaker.
    pub(crate) fn record(&mut self, now: Timestamp, answered: bool) -> bool {
        while self.calls.front().is_some_and(|(at, _)| now.duration_since(*at) > WINDOW) || self.calls.len() >= MOST {
            self.calls.pop_front();
        }
        self.calls.push_back((now, answered));
        let failed = self.calls.iter().filter(|(_, answered)| !answered).count();
        let opens = self.calls.len() >= AT_LEAST && failed * 2 >= self.calls.len();
        if opens {
            self.calls.clear();
            self.open_until = Some(now + REST);
        }
        opens
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    #[test]
    fn opens_when_half_of_twenty_fail_and_rests_ten_seconds() {
        let mut breaker = Breaker::default();
        for call in 0..19 {
            assert!(!breaker.record(at(1), call % 2 == 0));
        }
        assert!(breaker.record(at(1), false));
        assert_eq!(breaker.open_at(at(2)), Some(at(11)));
        assert_eq!(breaker.open_at(at(11)), None);
    }

    #[test]
    fn forgets_what_is_old() {
        let mut breaker = Breaker::default();
        for _ in 0..19 {
            breaker.record(at(0), false);
        }
        assert!(!breaker.record(at(31), false), "the first nineteen are out of the window");
    }

    #[test]
    fn answers_keep_it_closed() {
        let mut breaker = Breaker::default();
        for call in 0..1_000 {
            assert!(!breaker.record(at(1), call % 3 != 0));
        }
    }
}
