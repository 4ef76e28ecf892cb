//! Why stock could not be changed as asked.

/// A refusal. Nothing was changed; each says what there is, so that the caller can ask again in a way that will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StockRejection {
    /// The item was never listed at this outlet.
    #[error("the outlet lists no such item")]
    NotListed,
    /// A receipt of nothing.
    #[error("the quantity must be at least 1")]
    NothingReceived,
    /// More than can be counted exactly everywhere.
    #[error("that makes more than {max} pieces", max = super::MAX_ON_HAND)]
    TooMany,
    /// A count below what is held for orders: release or finish some of them first.
    #[error("{held} pieces are held for orders, so there can't be fewer")]
    BelowHeld {
        /// Held for orders.
        held: u64,
    },
    /// Fewer are left to sell.
    #[error("only {available} are left to sell")]
    OutOfStock {
        /// Left to sell.
        available: u64,
    },
    /// More than is held was to be released or to leave: a defect of the caller, since a reservation gives back what it took.
    #[error("only {held} are held")]
    NotHeld {
        /// Held for orders.
        held: u64,
    },
    /// The price is negative or too large.
    #[error("the price must be from 0 to {max} minor units", max = crate::shared::limits::MAX_AMOUNT)]
    Price,
    /// The name is empty or too long.
    #[error("the name must have 1 to {max} characters", max = crate::shared::limits::MAX_TEXT)]
    Name,
    /// The explanation is too long.
    #[error("the text must have at most {max} characters", max = crate::shared::limits::MAX_TEXT)]
    Text,
}

impl StockRejection {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotListed => "UNKNOWN_ITEM",
            Self::NothingReceived => "NOTHING_RECEIVED",
            Self::TooMany => "TOO_MANY",
            Self::BelowHeld { .. } => "BELOW_HELD",
            Self::OutOfStock { .. } => "OUT_OF_STOCK",
            Self::NotHeld { .. } => "NOT_HELD",
            Self::Price => "BAD_PRICE",
            Self::Name => "BAD_NAME",
            Self::Text => "BAD_TEXT",
        }
    }
}
