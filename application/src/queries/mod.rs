//! The read side of the [`Engine`](crate::Engine): one order and its timeline from its own stream, always current; lists from the views.
//!
//! Ownership is part of every query: what is not the caller's is as if it were not there.

mod changes;
mod fresh;
mod market;
mod order;
mod orders;
mod page;
mod stock;
#[cfg(test)]
mod tests;
mod timeline;
mod watchers;

use orderflow_domain::ports::{StoreError, ViewError};

pub use changes::Changes;
pub use orders::{OrdersQuery, OrdersSort, UnknownSort};
pub use page::{Listed, PageTotals, Paging};
pub use stock::StockQuery;
pub use watchers::ChangesWorker;

pub(crate) use market::Books;
pub(crate) use watchers::Watchers;

/// Why a query has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// It is not there, or not the caller's.
    #[error("there is no such thing, or it is not yours")]
    NotFound,
    /// The question can't be answered as it is.
    #[error("{field} {message}")]
    Invalid {
        /// What is wrong with it.
        field: &'static str,
        /// Why: `must be …`.
        message: String,
    },
    /// A store can't be reached, or read: try later.
    #[error("{0}")]
    Unavailable(String),
}

impl QueryError {
    pub(crate) fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid { field, message: message.into() }
    }
}

impl From<StoreError> for QueryError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<ViewError> for QueryError {
    fn from(error: ViewError) -> Self {
        Self::Unavailable(error.to_string())
    }
}
