//! Reading documents.

use orderflow_commit::views::field;
use orderflow_domain::ports::{Document, Filter, IndexValue, Page, PageToken, Query};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::schema::{Stored, documents};
use super::statement::Conditions;
use super::{Trouble, document};

pub(super) fn one(connection: &Connection, stored: &Stored, key: &str) -> Result<Option<Document>, Trouble> {
    let (view, table) = (&stored.view, documents(&stored.view, stored.live.number));
    let sql = format!("SELECT {} FROM {table} WHERE key = ?1", document::columns(view));
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([key])?;
    rows.next()?.map(|row| document::read(view, row)).transpose()
}

pub(super) fn count(connection: &Connection, stored: &Stored, filters: &[Filter]) -> Result<u64, Trouble> {
    let conditions = Conditions::of(stored, filters)?;
    let table = documents(&stored.view, stored.live.number);
    let mut statement = connection.prepare_cached(&format!("SELECT count(*) FROM {table}{}", conditions.sql()))?;
    let count: i64 = statement.query_row(params_from_iter(conditions.values), |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// One document more than asked for is read, to see whether there is a next page.
pub(super) fn page(connection: &Connection, stored: &Stored, query: &Query) -> Result<Page, Trouble> {
    if query.limit == 0 {
        return Ok(Page::default());
    }
    let (view, table) = (&stored.view, documents(&stored.view, stored.live.number));
    let mut conditions = Conditions::of(stored, &query.filters)?;
    let (sort, descending) = (query.order.field, query.order.descending);
    if let Some(token) = &query.after {
        conditions.after(token, sort, descending);
    }
    let way = if descending { "DESC" } else { "ASC" };
    let order = sort.map_or_else(|| format!("key {way}"), |name| format!("f_{name} {way}, key {way}"));
    let number = |count: usize| Value::Integer(i64::try_from(count).unwrap_or(i64::MAX));
    let limit = conditions.bind(number(query.limit.saturating_add(1)));
    let skip = conditions.bind(number(query.skip));
    let sql = format!(
        "SELECT {} FROM {table}{} ORDER BY {order} LIMIT {limit} OFFSET {skip}",
        document::columns(view),
        conditions.sql()
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(conditions.values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(document::read(view, row)?);
    }
    let more = found.len() > query.limit;
    found.truncate(query.limit);
    let next = found.last().filter(|_| more).map(|last| token(stored, sort, last)).transpose()?;
    Ok(Page { documents: found, next })
}

fn token(stored: &Stored, sort: Option<&str>, last: &Document) -> Result<PageToken, Trouble> {
    let value = match sort {
        Some(name) => last.fields.get(field(&stored.view, name)?.0).cloned().unwrap_or(IndexValue::None),
        None => IndexValue::None,
    };
    Ok(PageToken { value, key: last.key.clone() })
}
