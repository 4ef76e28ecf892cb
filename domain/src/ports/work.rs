//! Work rows: what is outstanding, beside the log and in the same transactions. Never rebuilt.

use std::sync::Arc;

use crate::shared::Timestamp;

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkKind {
    /// A call to the outside that is to be made; group: the gateway; due: not before, or the end of the lease.
    Intent,
    /// An event that waits because its route key is parked; group: `reactor/key`, key: the position, so that order is kept.
    Parked,
    /// A durable timer; group: the stream's category.
    Timer,
    /// A lease that a process holds; key: what; due: until when.
    Lease,
    /// Personal data of an order; key: the order. Erasable.
    Contact,
    /// Settings of the store itself: feed, pauses of reactors.
    Setting,
}

impl WorkKind {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Intent, Self::Parked, Self::Timer, Self::Lease, Self::Contact, Self::Setting];

    /// The stored code.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Intent => 1,
            Self::Parked => 2,
            Self::Timer => 3,
            Self::Lease => 4,
            Self::Contact => 5,
            Self::Setting => 6,
        }
    }
}

/// Names one row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkKey {
    /// What it is about.
    pub kind: WorkKind,
    /// Rows of one group are listed together, in the order of their ids.
    pub group: Arc<str>,
    /// Its id within the group.
    pub id: Arc<str>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkRow {
    /// Its name.
    pub key: WorkKey,
    /// Rises by 1 with each write, so it is the token of a lease, too. A row begins above every version that an earlier row of its name had, so
    /// that a lease on that one holds nothing of this one.
    pub version: u64,
    /// When it wants attention.
    pub due: Timestamp,
    /// JSON; its form is the business of whoever writes it.
    pub body: Arc<str>,
}

/// Writes or deletes a row, under its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkChange {
    /// Writes it; the row gets version `expected + 1`, or, if it is new, its first one.
    Put {
        /// Which.
        key: WorkKey,
        /// The version it must have; 0: there must be none.
        expected: u64,
        /// When it wants attention.
        due: Timestamp,
        /// JSON.
        body: Arc<str>,
    },
    /// Deletes it.
    Delete {
        /// Which.
        key: WorkKey,
        /// The version it must have.
        expected: u64,
    },
    /// Writes it whatever version it has (timers, which one process owns).
    Set {
        /// Which.
        key: WorkKey,
        /// When it wants attention.
        due: Timestamp,
        /// JSON.
        body: Arc<str>,
    },
    /// Deletes it if it is there.
    Clear {
        /// Which.
        key: WorkKey,
    },
}
