//! What one measurement gives, and medians of several.

use std::time::Duration;

/// One measurement.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sample {
    /// Per second.
    pub(crate) rate: f64,
    /// Microseconds of processor time for one, in the process that serves.
    pub(crate) cpu: f64,
    /// Microseconds until half of them were answered.
    pub(crate) p50: f64,
    /// Microseconds until all but one in a hundred were.
    pub(crate) p99: f64,
}

impl Sample {
    pub(crate) fn new(count: usize, time: Duration, cpu: Duration, mut latencies: Vec<u32>) -> Self {
        latencies.sort_unstable();
        let percentile = |of: usize| latencies.get(latencies.len() * of / 100).map_or(0.0, |micros| f64::from(*micros));
        let (p50, p99) = (percentile(50), percentile(99));
        Self { rate: count as f64 / time.as_secs_f64(), cpu: cpu.as_secs_f64() * 1e6 / count.max(1) as f64, p50, p99 }
    }
}

pub(crate) fn micros(time: Duration) -> u32 {
    u32::try_from(time.as_micros()).unwrap_or(u32::MAX)
}

/// The middle one; the mean of both middle ones of an even number.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        n if n.is_multiple_of(2) => f64::midpoint(values[n / 2 - 1], values[n / 2]),
        n => values[n / 2],
    }
}
