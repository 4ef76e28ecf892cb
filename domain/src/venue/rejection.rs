//! Why an operator's command is refused. Codes are read by clients: append-only.

use crate::shared::{Currency, Decimal, Symbol};

/// An operator's command that changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Nobody listed it.
    #[error("there is no instrument {0}")]
    UnknownInstrument(Symbol),
    /// The tick must be above zero and at most the largest price.
    #[error("the tick must be above 0 and at most {largest}, not {0}", largest = super::instrument::LARGEST)]
    BadTick(Decimal),
    /// The lot must be above zero and at most the largest quantity.
    #[error("the lot must be above 0 and at most {largest}, not {0}", largest = super::instrument::LARGEST)]
    BadLot(Decimal),
    /// An order must be able to hold a lot, and no more than can be written.
    #[error(
        "the largest quantity of an order must be from {lot}, one lot, to {largest}, not {given}",
        largest = super::instrument::LARGEST
    )]
    BadLimit {
        /// As given.
        given: Decimal,
        /// As given.
        lot: Decimal,
    },
    /// Terms change only while nothing rests: what rests was admitted under the old ones.
    #[error("{resting} orders rest; halt {symbol} and cancel them before changing its terms")]
    OrdersRest {
        /// Which.
        symbol: Symbol,
        /// How many.
        resting: usize,
    },
    /// The last price and all past trades are in the instrument's currency.
    #[error("{symbol} is traded in {currency}, for ever: list another symbol")]
    OtherCurrency {
        /// Which.
        symbol: Symbol,
        /// Its own.
        currency: Currency,
    },
    /// The book is another instrument's: a defect of the caller.
    #[error("this is the book of {0}")]
    OtherInstrument(Symbol),
}

impl Rejection {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownInstrument(_) => "UNKNOWN_INSTRUMENT",
            Self::BadTick(_) => "BAD_TICK",
            Self::BadLot(_) => "BAD_LOT",
            Self::BadLimit { .. } => "BAD_LIMIT",
            Self::OrdersRest { .. } => "ORDERS_REST",
            Self::OtherCurrency { .. } => "OTHER_CURRENCY",
            Self::OtherInstrument(_) => "OTHER_INSTRUMENT",
        }
    }

    /// Whether the same command may be taken later, without anybody changing it.
    #[must_use]
    pub const fn may_pass_later(&self) -> bool {
        match self {
            Self::UnknownInstrument(_) | Self::OrdersRest { .. } => true,
            Self::BadTick(_)
            | Self::BadLot(_)
            | Self::BadLimit { .. }
            | Self::OtherCurrency { .. }
            | Self::OtherInstrument(_) => false,
        }
    }
}
