//! Pages of lists: from a cursor on, or by number with totals.

use orderflow_domain::ports::{Document, Filter, Order, PageToken, Query, ViewSpec, ViewStore};
use orderflow_domain::shared::limits::MAX_PAGE;
use serde::de::DeserializeOwned;

use super::QueryError;

/// Which page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paging {
    /// What comes after a place; costs the same however far it is.
    After {
        /// Where the page before ended; none for the first.
        token: Option<PageToken>,
        /// At most so many, 1 to 100.
        limit: usize,
    },
    /// A numbered page, with totals.
    Numbered {
        /// From 0.
        page: usize,
        /// At most so many, 1 to 100.
        size: usize,
    },
}

impl Paging {
    /// The first so many.
    #[must_use]
    pub const fn first(limit: usize) -> Self {
        Self::After { token: None, limit }
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed<T> {
    /// In order.
    pub items: Vec<T>,
    /// Where it goes on; none at the end.
    pub next: Option<PageToken>,
    /// For a numbered page.
    pub totals: Option<PageTotals>,
}

/// How much there is in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageTotals {
    /// This page, from 0.
    pub page: usize,
    /// Its size.
    pub size: usize,
    /// How many items there are.
    pub items: u64,
    /// How many pages that makes.
    pub pages: u64,
}

/// Reads one page of a view.
pub(super) async fn list<T: DeserializeOwned>(
    views: &dyn ViewStore,
    view: &ViewSpec,
    filters: Vec<Filter>,
    order: Order,
    paging: Paging,
) -> Result<Listed<T>, QueryError> {
    let (query, numbered) = match paging {
        Paging::After { token, limit } => {
            at_most("limit", limit)?;
            (Query { filters, order, after: token, skip: 0, limit }, None)
        }
        Paging::Numbered { page, size } => {
            at_most("size", size)?;
            (Query { filters, order, after: None, skip: page.saturating_mul(size), limit: size }, Some((page, size)))
        }
    };
    let found = views.query(view, &query).await?;
    let totals = match numbered {
        None => None,
        Some((page, size)) => {
            let items = views.count(view, &query.filters).await?;
            Some(PageTotals { page, size, items, pages: items.div_ceil(size as u64) })
        }
    };
    let items = found.documents.iter().map(read).collect::<Result<_, _>>()?;
    Ok(Listed { items, next: found.next, totals })
}

/// A limit beyond the largest is refused, never clamped: a client that asked for more must not take a part for all.
fn at_most(field: &'static str, limit: usize) -> Result<(), QueryError> {
    if (1..=MAX_PAGE).contains(&limit) {
        Ok(())
    } else {
        Err(QueryError::invalid(field, format!("must be 1 to {MAX_PAGE}")))
    }
}

/// A document's body.
pub(super) fn read<T: DeserializeOwned>(document: &Document) -> Result<T, QueryError> {
    serde_json::from_str(&document.body)
        .map_err(|error| QueryError::Unavailable(format!("the document {} can't be read: {error}", document.key)))
}
