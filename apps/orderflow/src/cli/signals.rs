//! When the process is asked to end: SIGTERM or Ctrl-C, the first to end well, the second to end at once.

use tokio::signal::unix::{SignalKind, signal};

use super::exit::Trouble;

/// Both signals.
pub(super) struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    /// From here on the signals do not end the process by themselves.
    pub(super) fn listen() -> Result<Self, Trouble> {
        let failed = |error| Trouble::usage(format!("no signals: {error}"));
        let terminate = signal(SignalKind::terminate()).map_err(failed)?;
        Ok(Self { terminate, interrupt: signal(SignalKind::interrupt()).map_err(failed)? })
    }

    /// Returns when the next one comes.
    pub(super) async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
