//! Chance that repeats: the same seed gives the same sequence.

use std::sync::{Mutex, PoisonError};

/// A sequence of numbers that follows from a seed (SplitMix64: Steele, Lea, Flood 2014).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The sequence of that seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 if that is 0.
    pub const fn below(&mut self, end: u64) -> u64 {
        if end == 0 { 0 } else { self.next() % end }
    }

    /// One of these; none of nothing.
    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let index = self.below(all.len() as u64);
        all.get(usize::try_from(index).unwrap_or_default())
    }

    /// `true` in so many of a thousand cases.
    pub const fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1_000) < per_mille
    }
}

/// The same, for several to draw from.
#[derive(Debug)]
pub(super) struct Dice(Mutex<Random>);

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(Mutex::new(Random::new(seed)))
    }

    pub(super) fn chance(&self, per_mille: u64) -> bool {
        per_mille > 0 && self.0.lock().unwrap_or_else(PoisonError::into_inner).chance(per_mille)
    }
}
