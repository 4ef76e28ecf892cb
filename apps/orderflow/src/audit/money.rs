//! Bounds of an order's money, counted from the payment's events and held against both ledgers.

use orderflow_domain::event::Recorded;

use super::file::File;
use super::report::{Check, Report};

/// After each event: captured and voided within what was authorised, refunded within what was captured.
pub(super) fn check(file: &File, recorded: &Recorded, report: &mut Report) {
    let moved = &file.moved;
    let ledger = file.order.ledger();
    let (stream, position) = (&recorded.envelope.stream, Some(recorded.envelope.position));
    let mut too_much = |what: &str, of: i128, bound: &str, limit: i128| {
        if of > limit {
            report.find(Check::Ledger, stream, position, format!("{what} {of} of {bound} {limit}"));
        }
    };
    too_much("captured", moved.captured, "authorised", moved.authorised);
    too_much("voided or captured", moved.captured.max(moved.voided), "authorised", moved.authorised);
    too_much("refunded", moved.refunded, "captured", moved.captured);
    too_much("the order has captured", ledger.captured().into(), "authorised", ledger.authorised().into());
    too_much("the order has refunded", ledger.refunded().into(), "captured", ledger.captured().into());
}
