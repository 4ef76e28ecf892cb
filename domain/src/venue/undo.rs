//! An order is taken back.

use super::decision::Recorder;
use super::event::{BookRemoved, Cancelled, Withdrawn};
use super::{Book, Decision, Route, VenueOrder};
use crate::shared::{OrderId, StepKind, Symbol};

/// Answers the undo of `AdmitTrade` or `RouteToVenue`; no events if it was answered before, or if the order was filled: then *filled* is the one
/// answer. `symbol` is the key of the book.
///
/// What the venue has not taken under that attempt is withdrawn, for ever, also if the request is still to come. What rests is cancelled, and
/// what the venue ended by itself is answered with why it did. A halt does not stand in the way. Nothing else is ever undone here.
#[must_use]
pub fn undo(book: &Book, order: &VenueOrder, symbol: &Symbol, id: OrderId, step: &StepKind, attempt: u32) -> Decision {
    let mut record = Recorder::new(symbol);
    let ours = *step == StepKind::AdmitTrade || *step == StepKind::RouteToVenue;
    if !ours || order.is_withdrawn(step, attempt) {
        return record.done();
    }
    // Being admitted holds nothing, and neither does an attempt under which the venue did not take the order.
    if *step == StepKind::AdmitTrade || order.route().taken() != Some(attempt) {
        record.order(id, Withdrawn { step: step.clone(), attempt });
        return record.done();
    }
    let filled = order.filled();
    match order.route() {
        Route::Working { .. } => {
            if book.resting(id).is_some() {
                record.book(BookRemoved { order: id });
            }
            record.order(id, Cancelled { attempt, filled, reason: None });
        }
        Route::Ended { reason, .. } => {
            record.order(id, Cancelled { attempt, filled, reason: Some(reason.clone()) });
        }
        Route::Unknown | Route::Rejected { .. } | Route::Filled { .. } | Route::Cancelled { .. } => {}
    }
    record.done()
}
