//! What the application refuses, as problems. No wildcard: a new refusal does not compile until someone has thought of its status.

use orderflow_application::{CommandError, DeadLetterError, InstrumentError, PlaceError, QueryError, StockError};
use orderflow_domain::inventory::StockRejection;
use orderflow_domain::ordering::Rejection;
use orderflow_domain::ports::{CommitError, StoreError};
use orderflow_domain::venue;

use crate::problem::{Code, Problem};

/// What a store says goes to the log, not to the client.
fn away(why: &str, detail: &'static str) -> Problem {
    tracing::warn!(why, "the store can't be used");
    Problem::new(Code::Unavailable, detail).retry_after(1)
}

/// A question went unanswered.
fn unreadable(why: &str) -> Problem {
    away(why, "try again in a moment")
}

/// A change was not confirmed. If the store died in the middle of it, it may be in all the same.
fn unavailable(why: &str) -> Problem {
    away(why, "it could not be confirmed: try again in a moment, with the same Idempotency-Key if it had one")
}

fn key_reused() -> Problem {
    let detail =
        "this key came with another body before: use a new key for a new request, and the same body with the same key";
    Problem::new(Code::KeyReused, detail)
}

impl From<PlaceError> for Problem {
    fn from(error: PlaceError) -> Self {
        match error {
            PlaceError::UnknownPlan(_) => {
                Self::new(Code::Conflict, "no plan of this process carries out such an order").with_code("UNKNOWN_PLAN")
            }
            PlaceError::Rejected(rejection) => rejection.into(),
            PlaceError::KeyReused => key_reused(),
            PlaceError::Unavailable(why) => unavailable(&why),
        }
    }
}

impl From<CommandError> for Problem {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::NotFound => Self::not_found(),
            CommandError::Rejected(rejection) => rejection.into(),
            CommandError::KeyReused => key_reused(),
            CommandError::Unavailable(why) => unavailable(&why),
        }
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::NotFound => Self::not_found(),
            QueryError::Invalid { field, message } => Self::field(field, message),
            QueryError::Unavailable(why) => unreadable(&why),
        }
    }
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        let kind = match rejection {
            Rejection::OrderNotFound => return Self::not_found(),
            Rejection::InvalidLines
            | Rejection::InvalidQuantity
            | Rejection::InvalidPrice
            | Rejection::MethodNotAccepted
            | Rejection::InvalidAmount
            | Rejection::InvalidRating
            | Rejection::InvalidText => Code::Invalid,
            Rejection::UnknownStep => Code::NotFound,
            Rejection::OrderExists
            | Rejection::UnknownPlan
            | Rejection::PlanDoesNotFit
            | Rejection::TooLateToCancel
            | Rejection::UnknownAttempt
            | Rejection::WrongOutcome
            | Rejection::Ledger(_)
            | Rejection::RefundExceedsCaptured
            | Rejection::NotFinal
            | Rejection::TooManyAfterthoughts
            | Rejection::NothingToRetry
            | Rejection::NotSkippable
            | Rejection::NotResolvable => Code::Conflict,
            Rejection::Overfilled | Rejection::Illegal(_) | Rejection::Endless => {
                tracing::error!(%rejection, code = rejection.code(), "a command met a defect");
                return Self::new(Code::Internal, "a bug; the request id leads to the log").with_code(rejection.code());
            }
        };
        Self::new(kind, rejection.to_string()).with_code(rejection.code())
    }
}

impl From<StockError> for Problem {
    fn from(error: StockError) -> Self {
        match error {
            StockError::Rejected(rejection) => rejection.into(),
            StockError::KeyReused => key_reused(),
            StockError::Unavailable(why) => unavailable(&why),
        }
    }
}

impl From<StockRejection> for Problem {
    fn from(rejection: StockRejection) -> Self {
        let message = rejection.to_string();
        match rejection {
            StockRejection::NotListed => Self::not_found(),
            StockRejection::NothingReceived | StockRejection::TooMany => Self::field("quantity", message),
            StockRejection::Price => Self::field("price.amount", message),
            StockRejection::Name => Self::field("name", message),
            StockRejection::Text => Self::field("reason", message),
            StockRejection::BelowHeld { .. } | StockRejection::OutOfStock { .. } | StockRejection::NotHeld { .. } => {
                Self::new(Code::Conflict, message).with_code(rejection.code())
            }
        }
    }
}

impl From<InstrumentError> for Problem {
    fn from(error: InstrumentError) -> Self {
        match error {
            InstrumentError::Rejected(rejection) => rejection.into(),
            InstrumentError::KeyReused => key_reused(),
            InstrumentError::Unavailable(why) => unavailable(&why),
        }
    }
}

impl From<venue::Rejection> for Problem {
    fn from(rejection: venue::Rejection) -> Self {
        let message = rejection.to_string();
        let code = rejection.code();
        match rejection {
            venue::Rejection::UnknownInstrument(_) => Self::not_found(),
            venue::Rejection::BadTick(_) => Self::field("tick", message),
            venue::Rejection::BadLot(_) => Self::field("lot", message),
            venue::Rejection::BadLimit { .. } => Self::field("maxQuantity", message),
            venue::Rejection::OtherCurrency { .. } => Self::field("currency", message),
            venue::Rejection::OrdersRest { .. } | venue::Rejection::OtherInstrument(_) => {
                Self::new(Code::Conflict, message).with_code(code)
            }
        }
    }
}

impl From<DeadLetterError> for Problem {
    fn from(error: DeadLetterError) -> Self {
        let message = error.to_string();
        match error {
            DeadLetterError::NotFound(_) => Self::not_found(),
            DeadLetterError::NotFirst { .. } => Self::new(Code::Conflict, message).with_code("NOT_FIRST"),
            DeadLetterError::Changed => Self::new(Code::Conflict, message).with_code("CHANGED"),
            DeadLetterError::NoReason => Self::field("reason", "must be 1 to 256 characters"),
            DeadLetterError::Unavailable(why) => unavailable(&why),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        unreadable(&error.to_string())
    }
}

impl From<CommitError> for Problem {
    fn from(error: CommitError) -> Self {
        unavailable(&error.to_string())
    }
}
