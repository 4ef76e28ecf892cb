//! What an audit found.

use std::fmt;

use orderflow_domain::shared::Position;
use serde::Serialize;

use super::file::File;

/// Findings that are told one by one; a log that is broken once is often broken everywhere after.
const TOLD: usize = 1_000;

/// What was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Check {
    /// Positions of the log are 1, 2, 3, … without a gap.
    Positions,
    /// So are the versions of each stream.
    Versions,
    /// Each event stands in a stream of its kind, and says the order that it belongs to.
    Streams,
    /// No event comes where the lifecycle does not allow it.
    Lifecycle,
    /// Of no order more was captured than authorised, or refunded than captured.
    Ledger,
    /// Stock is never below zero, and what is held is what orders hold.
    Stock,
    /// Orders that are done hold no stock.
    Reservations,
    /// Orders and payments say the same of the money.
    Payments,
    /// The two sides of each trade say the same.
    Fills,
    /// Trades of each book are numbered 1, 2, 3, … without a gap.
    Trades,
    /// What rests in a book are the open orders, with what is left of them.
    Books,
    /// Orders that are done have nothing outstanding, and those that are not wait for something.
    Outstanding,
    /// Readers stand within the log, at the event that it holds there.
    Checkpoints,
    /// So do views.
    Views,
    /// Each idempotency key points at what was made with it.
    Claims,
    /// The log could be read.
    Readable,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was checked.
    pub check: Check,
    /// What it is about: a stream, an order, a reader.
    pub subject: String,
    /// Where in the log, if it is about one place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// What is wrong.
    pub message: String,
}

/// What an audit found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The log was read up to here.
    pub head: Position,
    /// How many events that were.
    pub events: u64,
    /// How many orders were placed.
    pub orders: u64,
    /// How many of them are not at their end.
    pub open: u64,
    /// How many were placed by plans that this program does not know, and were checked only as far as that goes without.
    pub unknown_plans: u64,
    /// What is not as it should be; the first thousand.
    pub findings: Vec<Finding>,
    /// How many more findings there are.
    pub more: u64,
    /// What was not checked, and why.
    pub notes: Vec<String>,
}

impl Report {
    pub(super) fn up_to(head: Position) -> Self {
        Self { head, ..Self::default() }
    }

    pub(crate) fn unreadable(why: &str) -> Self {
        let mut report = Self::default();
        report.find(Check::Readable, "log", None, why.to_owned());
        report
    }

    pub(super) fn find(&mut self, check: Check, subject: impl ToString, position: Option<Position>, message: String) {
        if self.findings.len() < TOLD {
            self.findings.push(Finding { check, subject: subject.to_string(), position, message });
        } else {
            self.more += 1;
        }
    }

    /// An order has left the memory.
    pub(super) fn closed(&mut self, file: &File) {
        self.unknown_plans += u64::from(file.order.plan().is_none());
    }

    /// `true` if everything is as it should be.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { head, orders, open, .. } = self;
        writeln!(f, "read up to position {head}: {orders} orders, {open} of them open")?;
        for note in &self.notes {
            writeln!(f, "not checked: {note}")?;
        }
        if self.unknown_plans > 0 {
            let count = self.unknown_plans;
            writeln!(f, "{count} orders have plans of another program: their steps were not checked")?;
        }
        for Finding { check, subject, position, message } in &self.findings {
            let at = position.map(|position| format!(" at position {position}")).unwrap_or_default();
            writeln!(f, "{check:?}: {subject}{at}: {message}")?;
        }
        match self.findings.len() as u64 + self.more {
            0 => write!(f, "no findings"),
            count => write!(f, "{count} findings"),
        }
    }
}
