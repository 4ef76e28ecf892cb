//! Waiting for something to become true.

use std::future::Future;
use std::time::{Duration, Instant};

/// A test that waits longer has failed. Far above anything that happens on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks.
pub const PAUSE: Duration = Duration::from_millis(10);

/// Asks until there is an answer.
///
/// # Panics
/// There is none in time.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(began.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        tokio::time::sleep(PAUSE).await;
    }
}

/// The same on a thread of its own.
///
/// # Panics
/// There is no answer in time.
pub fn until_blocking<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(began.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(PAUSE);
    }
}
