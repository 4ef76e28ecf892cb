//! Lists of orders.

use std::str::FromStr;

use orderflow_domain::ordering::Status;
use orderflow_domain::ports::{Filter, IndexValue, Order, PageToken};
use orderflow_domain::shared::{CustomerId, OutletId, Symbol, Timestamp, limits};

use super::QueryError;
use super::page::{Listed, Paging, list};
use crate::engine::{Access, Engine};
use crate::projections::OrdersProjection;
use crate::projections::orders::{CREATED_AT, CUSTOMER, INSTRUMENT, KIND, OUTLET, STATUS, TERMS};
use crate::views::{OrderKind, OrderView};

/// Words of a search; all must be found.
const MAX_WORDS: usize = 5;

/// What orders to list. What is not said admits all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrdersQuery {
    /// In one of these statuses.
    pub statuses: Vec<Status>,
    /// Of that kind.
    pub kind: Option<OrderKind>,
    /// Of that customer.
    pub customer: Option<CustomerId>,
    /// Of that outlet.
    pub outlet: Option<OutletId>,
    /// On that instrument.
    pub instrument: Option<Symbol>,
    /// Placed then or later.
    pub from: Option<Timestamp>,
    /// Placed then or earlier.
    pub to: Option<Timestamp>,
    /// Beginnings of an order id, an item's id, an instrument or a tracking number.
    pub q: Option<String>,
    /// Sorted by what.
    pub sort: OrdersSort,
    /// Largest, or newest, first.
    pub descending: bool,
    /// Which page.
    pub paging: Paging,
}

impl OrdersQuery {
    /// All orders, the newest first.
    #[must_use]
    pub const fn newest(paging: Paging) -> Self {
        Self {
            statuses: Vec::new(),
            kind: None,
            customer: None,
            outlet: None,
            instrument: None,
            from: None,
            to: None,
            q: None,
            sort: OrdersSort::CreatedAt,
            descending: true,
            paging,
        }
    }
}

/// What lists of orders can be sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OrdersSort {
    /// When they were placed.
    #[default]
    CreatedAt,
    /// Their status, by its name.
    Status,
    /// Their kind.
    Kind,
    /// Their customer.
    Customer,
    /// Their outlet.
    Outlet,
    /// Their instrument.
    Instrument,
}

impl OrdersSort {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::CreatedAt, Self::Status, Self::Kind, Self::Customer, Self::Outlet, Self::Instrument];

    /// The wire name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreatedAt => "createdAt",
            Self::Status => "status",
            Self::Kind => "kind",
            Self::Customer => "customer",
            Self::Outlet => "outlet",
            Self::Instrument => "instrument",
        }
    }

    const fn field(self) -> &'static str {
        match self {
            Self::CreatedAt => CREATED_AT,
            Self::Status => STATUS,
            Self::Kind => KIND,
            Self::Customer => CUSTOMER,
            Self::Outlet => OUTLET,
            Self::Instrument => INSTRUMENT,
        }
    }

    /// Whether a page token can be one of a list in this order.
    const fn admits(self, token: &PageToken) -> bool {
        match (self, &token.value) {
            (Self::CreatedAt, IndexValue::Number(_)) => true,
            (Self::CreatedAt, _) => false,
            // Trades have no outlet, purchases no instrument.
            (Self::Outlet | Self::Instrument, IndexValue::None | IndexValue::Text(_)) => true,
            (Self::Status | Self::Kind | Self::Customer, IndexValue::Text(_)) => true,
            (Self::Status | Self::Kind | Self::Customer | Self::Outlet | Self::Instrument, _) => false,
        }
    }
}

/// Not a name of what lists can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be one of createdAt, status, kind, customer, outlet, instrument")]
pub struct UnknownSort;

impl FromStr for OrdersSort {
    type Err = UnknownSort;

    fn from_str(text: &str) -> Result<Self, UnknownSort> {
        Self::ALL.iter().copied().find(|sort| sort.as_str() == text).ok_or(UnknownSort)
    }
}

impl Engine {
    /// Orders that the caller may see, without steps, notes of customers and addresses.
    ///
    /// # Errors
    /// A question that can't be answered; unavailable.
    pub async fn orders(&self, access: &Access, query: OrdersQuery) -> Result<Listed<OrderView>, QueryError> {
        let filters = filters(access, &query)?;
        if let Paging::After { token: Some(token), .. } = &query.paging
            && !query.sort.admits(token)
        {
            return Err(QueryError::invalid("cursor", "must be one of a list that is sorted in the same way"));
        }
        self.fresh(&OrdersProjection).await;
        let order = Order { field: Some(query.sort.field()), descending: query.descending };
        list(&**self.views(), &OrdersProjection::VIEW, filters, order, query.paging).await
    }
}

fn filters(access: &Access, query: &OrdersQuery) -> Result<Vec<Filter>, QueryError> {
    let mut filters = Vec::new();
    let mut one_of = |field, values: Vec<IndexValue>| filters.push(Filter::OneOf { field, values });
    // First, and beside whatever the query says: asking for another's orders finds none.
    if let Access::Customer(owner) = access {
        one_of(CUSTOMER, vec![text(&owner.to_string())]);
    }
    if let Some(customer) = query.customer {
        one_of(CUSTOMER, vec![text(&customer.to_string())]);
    }
    if !query.statuses.is_empty() {
        one_of(STATUS, query.statuses.iter().map(|status| text(status.as_str())).collect());
    }
    if let Some(kind) = query.kind {
        one_of(KIND, vec![text(kind.as_str())]);
    }
    if let Some(outlet) = &query.outlet {
        one_of(OUTLET, vec![text(outlet.as_str())]);
    }
    if let Some(instrument) = &query.instrument {
        one_of(INSTRUMENT, vec![text(instrument.as_str())]);
    }
    if query.from.is_some() || query.to.is_some() {
        let (from, to) = (query.from.map(Timestamp::as_microsecond), query.to.map(Timestamp::as_microsecond));
        filters.push(Filter::Between { field: CREATED_AT, from, to });
    }
    filters.extend(search(TERMS, query.q.as_deref())?);
    Ok(filters)
}

fn text(text: &str) -> IndexValue {
    IndexValue::Text(text.into())
}

/// The conditions of a search by beginnings of words, whatever their case.
pub(super) fn search(field: &'static str, q: Option<&str>) -> Result<Vec<Filter>, QueryError> {
    let q = q.unwrap_or_default();
    if q.chars().count() > limits::MAX_TEXT {
        return Err(QueryError::invalid("q", format!("must be at most {} characters", limits::MAX_TEXT)));
    }
    let words: Vec<_> = q.split_whitespace().collect();
    if words.len() > MAX_WORDS {
        return Err(QueryError::invalid("q", format!("must be at most {MAX_WORDS} words")));
    }
    Ok(words.into_iter().map(|word| Filter::Begins { field, with: word.to_lowercase().into() }).collect())
}
