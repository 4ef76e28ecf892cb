//! What the admission of a queue of units comes to.

use std::sync::Arc;

use foldhash::HashMap;
use orderflow_domain::event::Recorded;
use orderflow_domain::ports::{Checkpoint, Claim, CommitError, Committed, ReaderId, WorkKey};
use orderflow_domain::shared::{Position, StreamId, Timestamp, Version};

/// What became of one unit. An answer may go out only once the batch is durable.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// To be written.
    Admitted(Committed),
    /// In the log already: the same unit, submitted again. Nothing to write.
    AlreadyIn(Committed),
    /// Leaves nothing behind.
    Refused(CommitError),
}

impl Verdict {
    /// The answer to the caller.
    ///
    /// # Errors
    /// The refusal.
    pub fn into_answer(self) -> Result<Committed, CommitError> {
        match self {
            Self::Admitted(committed) | Self::AlreadyIn(committed) => Ok(committed),
            Self::Refused(error) => Err(error),
        }
    }
}

/// A change to a work row, to be done in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkWrite {
    /// Write the row.
    Write {
        /// Which.
        key: WorkKey,
        /// Its new version; none: one more than it has, or `first` if it is new.
        version: Option<u64>,
        /// The version that a new row begins with.
        first: u64,
        /// When it wants attention.
        due: Timestamp,
        /// JSON.
        body: Arc<str>,
    },
    /// Delete it if it is there.
    Delete(WorkKey),
}

/// All that the admitted units of a queue change, each row in its last state.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// One per unit, in queue order.
    pub verdicts: Vec<Verdict>,
    /// The last position once this is committed.
    pub head: Position,
    /// The new events in log order.
    pub events: Vec<Arc<Recorded>>,
    /// Streams that grew, with their new version.
    pub heads: HashMap<StreamId, Version>,
    /// Claims to take.
    pub claims: Vec<Claim>,
    /// Checkpoints that moved.
    pub checkpoints: HashMap<ReaderId, Checkpoint>,
    /// Work rows to write or delete, in this order.
    pub work: Vec<WorkWrite>,
}

impl Batch {
    /// `true` if there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty() && self.claims.is_empty() && self.checkpoints.is_empty() && self.work.is_empty()
    }
}
