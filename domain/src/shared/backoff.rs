//! How long to wait before the same is tried again: doubling, capped, with full jitter. The jitter comes from a hash of what is tried, so a
//! decision that depends on it stays a pure function, and a run replays.

use jiff::SignedDuration;

/// Waiting times between attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The cap of the first wait.
    pub first: SignedDuration,
    /// The cap of every wait.
    pub most: SignedDuration,
}

impl Backoff {
    /// 1 s doubling to 5 min.
    pub const STEPS: Self = Self { first: SignedDuration::from_secs(1), most: SignedDuration::from_mins(5) };

    /// The longest wait after the `failures`-th failure (from 1).
    #[must_use]
    pub fn cap(&self, failures: u32) -> SignedDuration {
        let doublings = failures.saturating_sub(1).min(30);
        self.first.saturating_mul(1 << doublings).min(self.most)
    }

    /// The wait after the `failures`-th failure (from 1): between a tenth of its cap and all of it, as `what` decides.
    #[must_use]
    pub fn after(&self, failures: u32, what: &[u8]) -> SignedDuration {
        let cap = self.cap(failures).as_micros();
        let spread = i128::from(hash(what, failures) >> 32);
        let wait = cap / 10 + (cap - cap / 10) * spread / i128::from(u32::MAX);
        SignedDuration::from_micros(i64::try_from(wait).unwrap_or(i64::MAX))
    }
}

/// FNV-1a over the bytes, finished with SplitMix64 so that the high bits are well mixed.
fn hash(bytes: &[u8], salt: u32) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ u64::from(salt);
    let folded = bytes.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    let mixed = (folded ^ (folded >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_stay_under_the_cap() {
        for what in 0..100_u8 {
            for failures in 1..40 {
                let wait = Backoff::STEPS.after(failures, &[what]);
                assert!(wait >= SignedDuration::from_millis(100) && wait <= Backoff::STEPS.most, "{failures}: {wait}");
            }
            assert!(Backoff::STEPS.after(1, &[what]) <= Backoff::STEPS.first);
            assert!(Backoff::STEPS.after(20, &[what]) >= SignedDuration::from_secs(30));
        }
    }

    #[test]
    fn jitter_spreads() {
        let waits: std::collections::HashSet<_> = (0..100_u8).map(|what| Backoff::STEPS.after(3, &[what])).collect();
        assert!(waits.len() > 95);
    }
}
