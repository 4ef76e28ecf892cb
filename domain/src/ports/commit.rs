//! The unit of work: all that changes together, or not at all.

use std::sync::Arc;

use crate::event::{Event, Recorded};
use crate::shared::{Actor, EventId, Name, OrderId, Position, StreamId, Timestamp, TraceContext, Version};

use super::WorkChange;

/// An event to be recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    /// Its id, made by whoever decided: a unit that is submitted again has the same ids.
    pub id: EventId,
    /// Its stream, which must be among the unit's expectations.
    pub stream: StreamId,
    /// When it was decided.
    pub at: Timestamp,
    /// The order that it is about.
    pub correlation: Option<OrderId>,
    /// The event that led here.
    pub causation: Option<EventId>,
    /// Who caused it.
    pub actor: Actor,
    /// Trace context of the request that led here.
    pub trace: Option<TraceContext>,
    /// What happened.
    pub event: Event,
}

/// A reader of the log that keeps a checkpoint: a reactor, the relay, the timers. `partition` is 0 on the log tail.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReaderId {
    /// Its name.
    pub name: Name,
    /// Which partition of its feed.
    pub partition: u16,
}

/// Moves a reader's checkpoint, if it stands where the reader believes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointMove {
    /// Whose.
    pub reader: ReaderId,
    /// Where it must stand; 0 if the reader never committed.
    pub from: Position,
    /// Where it goes: all up to here has taken effect.
    pub to: Position,
    /// The event at `to`, so that a restored log that differs is noticed.
    pub event: EventId,
}

/// Scope of an idempotency key: the same key of another principal, or on another operation, is another claim.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimKey {
    /// As the client sent it, 1–255 visible ASCII characters.
    pub key: Arc<str>,
    /// Who sent it (an [`Actor`], as text).
    pub principal: Arc<str>,
    /// On what: `place`, `cancel/<order>`.
    pub operation: Arc<str>,
}

/// SHA-256 of the canonical request: the same key with another body is refused.
pub type Fingerprint = [u8; 32];

/// What a claim points at: what the operation made or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The stream that it concerns.
    pub stream: StreamId,
}

/// Takes an idempotency key, for ever, together with the operation's events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The scope and key.
    pub key: ClaimKey,
    /// Of the request.
    pub fingerprint: Fingerprint,
    /// What it points at.
    pub receipt: Receipt,
}

/// All that changes together, or not at all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnitOfWork {
    /// The version that each stream must have, also of streams that were only read; each stream once. Every decision is guarded by the
    /// version that it was made from.
    pub expect: Vec<(StreamId, Version)>,
    /// Events in the order in which they enter the log; each stream must be in `expect`.
    pub events: Vec<NewEvent>,
    /// An idempotency key to take.
    pub claim: Option<Claim>,
    /// A checkpoint to move.
    pub checkpoint: Option<CheckpointMove>,
    /// Work rows to write or delete, each under its version.
    pub work: Vec<WorkChange>,
}

impl UnitOfWork {
    /// `true` if committing it would change and check nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expect.is_empty()
            && self.events.is_empty()
            && self.claim.is_none()
            && self.checkpoint.is_none()
            && self.work.is_empty()
    }
}

/// What a commit did.
#[derive(Clone, Debug, Default)]
pub struct Committed {
    /// The events as recorded, in order.
    pub events: Vec<Arc<Recorded>>,
    /// The last position of this unit, or the head of the log if it has no events.
    pub position: Position,
}

/// Why a unit was not committed. It says what a caller can act on; a refused unit leaves nothing behind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// A stream has moved on: load it again and decide again.
    #[error("{stream} is at version {actual}, not {expected}")]
    Conflict {
        /// Which.
        stream: StreamId,
        /// As the unit says.
        expected: Version,
        /// As it is.
        actual: Version,
    },
    /// The key was taken by the same request: the operation took effect before.
    #[error("the idempotency key is taken")]
    AlreadyClaimed(Receipt),
    /// The key was taken by another request.
    #[error("the idempotency key is taken by another request")]
    ClaimMismatch,
    /// Another reader of the same name has moved the checkpoint.
    #[error("the checkpoint is at {actual}")]
    CheckpointMoved {
        /// Where it is.
        actual: Position,
    },
    /// A work row has another version: someone else took or finished that work.
    #[error("the work row has version {actual}")]
    WorkMoved {
        /// The version; 0 if there is no such row.
        actual: u64,
    },
    /// The unit contradicts itself (an event of a stream without expectation, a stream expected twice, …): a defect of the caller.
    #[error("malformed unit of work: {0}")]
    Malformed(String),
    /// The store can't be reached, nothing was committed: try later.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// The connection died in COMMIT: submit the same unit again.
    #[error("the outcome of the commit is unknown: {0}")]
    Unknown(String),
}
