//! One switch that everything which must end listens to: readiness, the accept loop, streams.

use std::sync::Arc;

use tokio::sync::watch;

/// Cheap to clone; all clones are the same switch.
#[derive(Clone, Debug)]
pub struct Shutdown(Arc<watch::Sender<bool>>);

impl Default for Shutdown {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Shutdown {
    /// Begins it; beginning again changes nothing.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }

    /// `true` once it has begun.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it begins.
    pub async fn begun(&self) {
        let mut seen = self.0.subscribe();
        // The sender lives as long as `self`.
        let _ = seen.wait_for(|begun| *begun).await;
    }
}
