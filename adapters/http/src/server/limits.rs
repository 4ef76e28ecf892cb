//! What the server takes on, each with its reason.

use std::time::Duration;

/// Limits of the server. The defaults are those of the HTTP contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From the first byte of a request to the end of its headers; a client that dribbles them holds a connection, so it gets no longer.
    pub header_timeout: Duration,
    /// Request line and headers together.
    pub max_header_bytes: usize,
    /// From the end of the headers to the end of the body.
    pub body_timeout: Duration,
    /// What an order of a hundred lines needs several times over; also holds for chunked bodies.
    pub max_body_bytes: usize,
    /// How much of a refused body is read and dropped: a client that is still sending when the connection closes never sees the answer.
    pub drain_bytes: usize,
    /// How long a handler may take. Streams have begun by then, and go on.
    pub handler_timeout: Duration,
    /// How long a connection may be silent between requests, or a client may leave an answer unread.
    pub idle_timeout: Duration,
    /// Open connections. Beyond it, some are accepted only to be told 503.
    pub max_connections: usize,
    /// Requests that handlers work on at the same time. Beyond it, 503; health checks are exempt.
    pub max_in_flight: usize,
    /// Between "not ready" and no longer accepting, for balancers that look only now and then.
    pub notice: Duration,
    /// How long a shutdown waits for requests under way.
    pub drain_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(10),
            max_header_bytes: 16 * 1024,
            body_timeout: Duration::from_secs(10),
            max_body_bytes: 64 * 1024,
            drain_bytes: 1024 * 1024,
            handler_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(60),
            max_connections: 4096,
            max_in_flight: 1024,
            notice: Duration::ZERO,
            drain_timeout: Duration::from_secs(30),
        }
    }
}

impl Limits {
    /// How often connections are looked at: an eighth of the shortest of their limits, so that none is exceeded by more.
    pub(super) fn tick(&self) -> Duration {
        (self.header_timeout.min(self.idle_timeout) / 8).clamp(Duration::from_millis(5), Duration::from_millis(500))
    }
}
