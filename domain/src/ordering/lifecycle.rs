//! The lifecycle is this table. A new event does not compile until it has its row.

use super::axes::Status;
use super::event::OrderEvent;

/// One row: in which statuses an event is legal, where it leads, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The event, by the name of its variant.
    pub event: &'static str,
    /// Legal in these; empty: only before there is an order.
    pub from: &'static [Status],
    /// Where it leads; none if the status stays.
    pub to: Option<Status>,
    /// Why it is so.
    pub why: &'static str,
}

/// An event that the table does not allow where the order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{event} is illegal while the order is {}", .status.map_or("not placed", Status::as_str))]
pub struct IllegalTransition {
    /// Where the order is; none before it is placed.
    pub status: Option<Status>,
    /// The stored name of the event.
    pub event: &'static str,
}

const OPEN: &[Status] = &[Status::Created, Status::Validated, Status::SentToExecutor, Status::Executing];
const ANY: &[Status] = Status::ALL;
const FINAL: &[Status] = &[Status::Executed, Status::Cancelled, Status::Failed];

macro_rules! table {
    ($($event:ident: $from:expr => $to:expr, $why:literal;)*) => {
        /// All rows, for those who draw the lifecycle.
        pub(super) const ROWS: &[Row] =
            &[$(Row { event: stringify!($event), from: $from, to: $to, why: $why },)*];

        /// The row of an event.
        pub(super) const fn row(event: &OrderEvent) -> Row {
            match event {
                $(OrderEvent::$event(_) => Row { event: stringify!($event), from: $from, to: $to, why: $why },)*
            }
        }
    };
}

table! {
    Placed: &[] => Some(Status::Created), "an order is placed once";
    Validated: &[Status::Created] => Some(Status::Validated), "admitted, or reserved and priced: it can be carried out as asked";
    SentToExecutor: &[Status::Validated] => Some(Status::SentToExecutor), "the executing step was requested";
    Executing: &[Status::SentToExecutor] => Some(Status::Executing), "the executing step has begun";
    Executed: &[Status::Executing] => Some(Status::Executed), "every step is done and the money is settled";
    Cancelled: OPEN => Some(Status::Cancelled), "someone chose so, and all is undone: possible wherever the pivot has not won";
    Failed: OPEN => Some(Status::Failed), "it could not be done, and all is undone";
    CancelRequested: OPEN => None, "a cancel is a wish until what was done is undone";
    CancelRejected: OPEN => None, "the pivot won, or another cause ended the order";
    StepRequested: OPEN => None, "nothing new is asked of anyone after the end";
    StepAwaited: OPEN => None, "nothing is waited for after the end";
    StepOverdue: ANY => None, "also the undo of a late success can be late";
    StepSucceeded: ANY => None, "a success for an attempt that was given up is recorded whenever it comes, so that it is undone";
    StepFailed: ANY => None, "a refund, which an order takes after its end, may fail";
    StepLost: OPEN => None, "what came undone by itself is asked again, while the order lives";
    StepNoted: ANY => None, "news never change a status";
    Filled: ANY => None, "a fill is a fact of the venue, whenever it is heard of";
    UndoRequested: ANY => None, "a late success is undone also after the end";
    UndoSucceeded: ANY => None, "so is its undo answered";
    RefundRequested: FINAL => None, "before the end, a cancel gives the money back";
    Refunded: FINAL => None, "answers a refund; the status of a done order stays";
    Rated: FINAL => None, "an opinion is asked for when it is over";
    NoteAdded: ANY => None, "staff may remark at any time";
}

/// The status after the event.
///
/// # Errors
/// [`IllegalTransition`] if the table does not allow it.
pub(super) fn transition(status: Option<Status>, event: &OrderEvent) -> Result<Option<Status>, IllegalTransition> {
    let row = row(event);
    let legal = match status {
        None => row.from.is_empty(),
        Some(now) => row.from.contains(&now),
    };
    if legal { Ok(row.to.or(status)) } else { Err(IllegalTransition { status, event: event.event_type().name }) }
}
