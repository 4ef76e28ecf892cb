//! What a connection is doing, and until when it may.
//!
//! hyper's own header time-out also counts the time between requests and makes a timer per request. Here a connection stores a deadline in an
//! atomic as it goes through its phases, and the accept loop looks at all of them every now and then.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::task::Waker;
use std::time::Duration;

use futures_util::task::AtomicWaker;

use super::Limits;

const NEVER: u64 = u64::MAX;
const IDLE: u8 = 0;
const HEAD: u8 = 1;
const BUSY: u8 = 2;
const STREAM: u8 = 3;

/// What the accept loop wants of a connection.
pub(super) const DRAIN: u8 = 1;
pub(super) const EXPIRED: u8 = 2;

/// Milliseconds since the server started, as of the last tick; reading it costs a load.
#[derive(Debug, Default)]
pub(super) struct CoarseClock(AtomicU64);

impl CoarseClock {
    pub(super) fn set(&self, elapsed: Duration) {
        self.0.store(millis(elapsed), Ordering::Relaxed);
    }

    fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(NEVER)
}

/// Shared between a connection and the accept loop. The connection writes the phase; the loop only reads it.
#[derive(Debug)]
pub(super) struct Monitor {
    clock: Arc<CoarseClock>,
    header_timeout: u64,
    idle_timeout: u64,
    phase: AtomicU8,
    deadline: AtomicU64,
    wishes: AtomicU8,
    waker: AtomicWaker,
}

impl Monitor {
    pub(super) fn new(clock: Arc<CoarseClock>, limits: &Limits) -> Self {
        // A new connection has as long for its first headers as any other request.
        let deadline = clock.now().saturating_add(millis(limits.header_timeout));
        Self {
            clock,
            header_timeout: millis(limits.header_timeout),
            idle_timeout: millis(limits.idle_timeout),
            phase: AtomicU8::new(HEAD),
            deadline: AtomicU64::new(deadline),
            wishes: AtomicU8::new(0),
            waker: AtomicWaker::new(),
        }
    }

    fn enter(&self, phase: u8, timeout: u64) {
        self.phase.store(phase, Ordering::Relaxed);
        self.deadline.store(self.clock.now().saturating_add(timeout), Ordering::Relaxed);
    }

    /// Bytes came in.
    pub(super) fn received(&self) {
        if self.phase.load(Ordering::Relaxed) == IDLE {
            self.enter(HEAD, self.header_timeout);
        }
    }

    /// Bytes went out: the client reads.
    pub(super) fn sent(&self) {
        let phase = self.phase.load(Ordering::Relaxed);
        if phase == IDLE || phase == STREAM {
            self.enter(phase, self.idle_timeout);
        }
    }

    /// A request is complete up to its body. What it does has limits of its own.
    pub(super) fn busy(&self) {
        self.enter(BUSY, NEVER);
    }

    /// The answer is there, or its beginning.
    pub(super) fn answered(&self, streaming: bool) {
        self.enter(if streaming { STREAM } else { IDLE }, self.idle_timeout);
    }

    /// `true` while the headers of a request are awaited, so that nothing else is being written.
    pub(super) fn in_head(&self) -> bool {
        self.phase.load(Ordering::Relaxed) == HEAD
    }

    /// Whether its time is over.
    pub(super) fn is_late(&self) -> bool {
        self.clock.now() >= self.deadline.load(Ordering::Relaxed)
    }

    /// Wakes the connection with a wish.
    pub(super) fn wish(&self, what: u8) {
        self.wishes.fetch_or(what, Ordering::AcqRel);
        self.waker.wake();
    }

    pub(super) fn listen(&self, waker: &Waker) {
        self.waker.register(waker);
    }

    pub(super) fn wishes(&self) -> u8 {
        if self.wishes.load(Ordering::Acquire) == 0 { 0 } else { self.wishes.swap(0, Ordering::AcqRel) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn monitor() -> (Arc<CoarseClock>, Monitor) {
        let clock = Arc::new(CoarseClock::default());
        (clock.clone(), Monitor::new(clock, &Limits::default()))
    }

    #[test]
    fn headers_and_silence_have_deadlines_of_their_own() {
        let (clock, monitor) = monitor();
        monitor.busy();
        clock.set(Duration::from_secs(3600));
        assert!(!monitor.is_late(), "a handler has its own limit");
        monitor.answered(false);
        clock.set(Duration::from_secs(3659));
        assert!(!monitor.is_late());
        monitor.received();
        clock.set(Duration::from_secs(3668));
        monitor.received();
        assert!(!monitor.is_late());
        clock.set(Duration::from_secs(3669));
        assert!(monitor.is_late(), "more bytes give no more time");
    }

    #[test]
    fn a_stream_lives_as_long_as_its_client_reads() {
        let (clock, monitor) = monitor();
        monitor.answered(true);
        clock.set(Duration::from_secs(50));
        monitor.sent();
        monitor.received();
        clock.set(Duration::from_secs(100));
        assert!(!monitor.is_late());
        clock.set(Duration::from_secs(110));
        assert!(monitor.is_late());
    }
}
