//! What outlets sell, and how much of it there is.

use orderflow_domain::ports::{Filter, IndexValue, Order};
use orderflow_domain::shared::{ItemId, OutletId};

use super::QueryError;
use super::orders::search;
use super::page::{Listed, Paging, list, read};
use crate::engine::Engine;
use crate::projections::StockProjection;
use crate::views::StockView;

/// What items to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockQuery {
    /// At which outlet.
    pub outlet: OutletId,
    /// Beginnings of an item's id or of words of its name.
    pub q: Option<String>,
    /// Which page.
    pub paging: Paging,
}

impl Engine {
    /// The items of an outlet, in the order of their names.
    ///
    /// # Errors
    /// A question that can't be answered; unavailable.
    pub async fn stock(&self, query: StockQuery) -> Result<Listed<StockView>, QueryError> {
        let outlet = IndexValue::Text(query.outlet.as_str().into());
        let mut filters = vec![Filter::OneOf { field: "outlet", values: vec![outlet] }];
        filters.extend(search("terms", query.q.as_deref())?);
        self.fresh(&StockProjection).await;
        let order = Order { field: Some("name"), descending: false };
        list(&**self.views(), &StockProjection::VIEW, filters, order, query.paging).await
    }

    /// One item, as the view shows it.
    ///
    /// # Errors
    /// There is no such item; unavailable.
    pub async fn stock_item(&self, outlet: &OutletId, item: &ItemId) -> Result<StockView, QueryError> {
        self.fresh(&StockProjection).await;
        let found = self.views().get(&StockProjection::VIEW, &StockProjection::key(outlet, item)).await?;
        found.as_ref().map_or(Err(QueryError::NotFound), read)
    }
}
