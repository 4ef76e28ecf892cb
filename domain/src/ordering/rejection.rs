//! Why a command was refused: one flat, numbered, append-only list. Codes and numbers are read by clients.

use super::ledger::LedgerError;
use super::lifecycle::IllegalTransition;

macro_rules! rejections {
    ($($(#[$doc:meta])* $number:literal $variant:ident $(($inner:ty))? $code:literal retry $retry:literal: $message:literal,)*) => {
        /// A command was refused; nothing was recorded.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
        pub enum Rejection {
            $($(#[$doc])* #[error($message)] $variant $(($inner))?,)*
        }

        impl Rejection {
            /// Number, code and whether a retry can help, of all of them.
            pub const TABLE: &'static [(u16, &'static str, bool)] = &[$(($number, $code, $retry),)*];

            /// The stable code.
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $code,)* }
            }

            /// The stable number.
            #[must_use]
            pub const fn number(&self) -> u16 {
                match self { $(Self::$variant { .. } => $number,)* }
            }

            /// Whether the same command can succeed later.
            #[must_use]
            pub const fn retry_helps(&self) -> bool {
                match self { $(Self::$variant { .. } => $retry,)* }
            }
        }
    };
}

rejections! {
    /// There is no such order.
    1 OrderNotFound "ORDER_NOT_FOUND" retry false: "there is no such order",
    /// Another order has that id.
    2 OrderExists "ORDER_EXISTS" retry false: "an order with this id was placed with other content",
    /// No plan of that name is registered here.
    3 UnknownPlan "UNKNOWN_PLAN" retry true: "no plan of that name is registered in this process",
    /// The plan has steps that can't be asked for what is wanted.
    4 PlanDoesNotFit "PLAN_DOES_NOT_FIT" retry false: "the plan can't carry out what is wanted",
    /// 1 to 100 lines.
    5 InvalidLines "INVALID_LINES" retry false: "an order has 1 to 100 lines",
    /// Outside of what can be ordered.
    6 InvalidQuantity "INVALID_QUANTITY" retry false: "a quantity is outside of what can be ordered",
    /// LIMIT needs a price above zero.
    7 InvalidPrice "INVALID_PRICE" retry false: "a LIMIT order needs a price above zero",
    /// Cash where the plan takes money before delivery.
    8 MethodNotAccepted "PAYMENT_METHOD_NOT_ACCEPTED" retry false: "this kind of order can't be paid that way",
    /// The pivot won, or the order is done.
    9 TooLateToCancel "TOO_LATE_TO_CANCEL" retry false: "it is too late to cancel",
    /// The plan has no such step.
    10 UnknownStep "UNKNOWN_STEP" retry false: "the order's plan has no such step",
    /// The order never made that attempt.
    11 UnknownAttempt "UNKNOWN_ATTEMPT" retry false: "the order never made that attempt",
    /// An answer that does not belong to the step.
    12 WrongOutcome "WRONG_OUTCOME" retry false: "the answer does not belong to that step",
    /// The order's money does not allow it.
    13 Ledger(LedgerError) "LEDGER_VIOLATED" retry false: "the order's ledger refuses it: {0}",
    /// More than is captured and not refunded.
    14 RefundExceedsCaptured "REFUND_EXCEEDS_CAPTURED" retry false: "more than what is captured and not refunded can't be refunded",
    /// Zero or less.
    15 InvalidAmount "INVALID_AMOUNT" retry false: "an amount must be above zero",
    /// Only after the order's end.
    16 NotFinal "ORDER_NOT_FINAL" retry true: "the order is not at its end yet",
    /// 1 to 5, at least one of them.
    17 InvalidRating "INVALID_RATING" retry false: "a rating is 1 to 5, of at least one thing",
    /// 1 to 256 characters.
    18 InvalidText "INVALID_TEXT" retry false: "a text has 1 to 256 characters",
    /// The stream would grow without end.
    19 TooManyAfterthoughts "TOO_MANY_AFTERTHOUGHTS" retry false: "an order takes no more notes, ratings and refunds than this",
    /// Nothing of that step is under way.
    20 NothingToRetry "NOTHING_TO_RETRY" retry false: "nothing of that step is under way",
    /// Later steps need what it brings.
    21 NotSkippable "STEP_NOT_SKIPPABLE" retry false: "later steps need what that step brings, or it is not under way",
    /// Not in a state that an operator can settle that way.
    22 NotResolvable "STEP_NOT_RESOLVABLE" retry false: "that step can't be settled that way where it is",
    /// More filled than was asked for.
    23 Overfilled "OVERFILLED" retry false: "the venue reports more than was asked for",
    /// Not in the table of the lifecycle.
    24 Illegal(IllegalTransition) "ILLEGAL_TRANSITION" retry false: "{0}",
    /// The consequences did not come to an end.
    25 Endless "ENDLESS_DECISION" retry false: "the consequences of the command do not come to an end",
}

impl From<LedgerError> for Rejection {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl From<IllegalTransition> for Rejection {
    fn from(error: IllegalTransition) -> Self {
        Self::Illegal(error)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn numbers_and_codes_are_unique_and_without_gap() {
        let codes: HashSet<_> = Rejection::TABLE.iter().map(|(_, code, _)| code).collect();
        assert_eq!(codes.len(), Rejection::TABLE.len());
        assert!(Rejection::TABLE.iter().zip(1_u16..).all(|((number, ..), expected)| *number == expected));
        assert_eq!(Rejection::TooLateToCancel.code(), "TOO_LATE_TO_CANCEL");
    }
}
