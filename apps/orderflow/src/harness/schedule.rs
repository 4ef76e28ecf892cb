//! The workers of the harness, and which of them may have something to do.

use orderflow_application::{Next, Stall, Worker};
use orderflow_domain::shared::Timestamp;

/// A worker, and what it said last.
pub(super) struct Slot {
    pub(super) worker: Box<dyn Worker>,
    said: Said,
}

enum Said {
    /// There is something to do, or there may be.
    Now,
    /// Nothing to do until the time comes, or something is committed beyond this count of commits.
    When { at: Option<Timestamp>, commits: u64 },
    /// Stopped for good.
    Stopped,
}

impl Slot {
    pub(super) fn new(worker: Box<dyn Worker>) -> Self {
        Self { worker, said: Said::Now }
    }

    pub(super) fn may_step(&self, now: Timestamp, commits: u64) -> bool {
        match self.said {
            Said::Now => true,
            Said::When { at, commits: seen } => commits != seen || at.is_some_and(|at| at <= now),
            Said::Stopped => false,
        }
    }

    /// When it wants to look again, if it has said so.
    pub(super) fn looks_at(&self) -> Option<Timestamp> {
        match self.said {
            Said::When { at, .. } => at,
            Said::Now | Said::Stopped => None,
        }
    }

    /// Takes what a step came to. Answers why it has stopped for good, if it has.
    pub(super) fn said(&mut self, step: Result<Next, Stall>, commits: u64) -> Option<String> {
        match step {
            // A stall passes; here it is over at once.
            Ok(Next::Now) | Err(Stall::Passing(_)) => self.said = Said::Now,
            Ok(Next::When(at)) => self.said = Said::When { at, commits },
            Err(Stall::Lasting(why)) => {
                self.said = Said::Stopped;
                return Some(why);
            }
        }
        None
    }

    /// Something may have changed besides commits: a held call was let go.
    pub(super) fn nudge(&mut self) {
        if matches!(self.said, Said::When { .. }) {
            self.said = Said::Now;
        }
    }
}
