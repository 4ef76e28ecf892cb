//! Reading documents.

use orderflow_commit::views::field;
use orderflow_domain::ports::{Document, Filter, IndexValue, Page, PageToken, Query};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::schema::{Stored, documents};
use super::statement::{Conditions, Part};
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
    let mut found = Vec::new();
    for part in Part::of(query) {
        if found.len() <= query.limit {
            read_part(connection, stored, query, part, &mut found)?;
        }
    }
    let more = found.len() > query.limit;
    found.truncate(query.limit);
    let next = found.last().filter(|_| more).map(|last| token(stored, query.order.field, last)).transpose()?;
    Ok(Page { documents: found, next })
}

/// Reads a part of a list, as far as there is room.
fn read_part(
    connection: &Connection,
    stored: &Stored,
    query: &Query,
    part: Part<'_>,
    found: &mut Vec<Document>,
) -> Result<(), Trouble> {
    let (sql, values) = select(stored, query, part, found.len())?;
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        found.push(document::read(&stored.view, row)?);
    }
    Ok(())
}

fn select(stored: &Stored, query: &Query, part: Part<'_>, found: usize) -> Result<(String, Vec<Value>), Trouble> {
    let (sort, descending) = (query.order.field, query.order.descending);
    let mut conditions = Conditions::of(stored, &query.filters)?;
    conditions.part(part, sort, descending);
    let way = if descending { "DESC" } else { "ASC" };
    let order = sort.map_or_else(|| format!("key {way}"), |name| format!("f_{name} {way}, key {way}"));
    let number = |count: usize| Value::Integer(i64::try_from(count).unwrap_or(i64::MAX));
    let limit = conditions.bind(number(query.limit.saturating_add(1).saturating_sub(found)));
    let skip = conditions.bind(number(query.skip));
    let (columns, table) = (document::columns(&stored.view), documents(&stored.view, stored.live.number));
    let sql = format!("SELECT {columns} FROM {table}{} ORDER BY {order} LIMIT {limit} OFFSET {skip}", conditions.sql());
    Ok((sql, conditions.values))
}

fn token(stored: &Stored, sort: Option<&str>, last: &Document) -> Result<PageToken, Trouble> {
    let value = match sort {
        Some(name) => last.fields.get(field(&stored.view, name)?.0).cloned().unwrap_or(IndexValue::None),
        None => IndexValue::None,
    };
    Ok(PageToken { value, key: last.key.clone() })
}

#[cfg(test)]
mod tests {
    use orderflow_domain::ports::{FieldKind, FieldSpec, Order, ViewSpec};

    use super::super::schema;
    use super::*;

    const VIEW: ViewSpec = ViewSpec {
        name: "orders",
        version: 1,
        fields: &[
            FieldSpec { name: "created_at", kind: FieldKind::Number },
            FieldSpec { name: "status", kind: FieldKind::Text },
            FieldSpec { name: "customer", kind: FieldKind::Text },
        ],
    };

    fn is(field: &'static str, value: &str) -> Filter {
        Filter::OneOf { field, values: vec![IndexValue::Text(value.into())] }
    }

    /// How SQLite goes about each part of the list.
    fn plans(filters: Vec<Filter>, after: Option<PageToken>) -> Vec<String> {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::lay_out(&mut connection).unwrap();
        schema::prepare(&connection, &VIEW).unwrap();
        let stored = Stored::find(&connection, &VIEW).unwrap();
        let order = Order { field: Some("created_at"), descending: true };
        let query = Query { filters, order, after, limit: 20, ..Query::default() };
        let mut plans = Vec::new();
        for part in Part::of(&query) {
            let (sql, values) = select(&stored, &query, part, 0).unwrap();
            let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let steps = explain.query_map(params_from_iter(values), |row| row.get::<_, String>(3)).unwrap();
            plans.push(steps.map(Result::unwrap).collect::<Vec<_>>().join("; "));
        }
        plans
    }

    #[test]
    fn a_page_costs_the_same_however_many_documents_there_are() {
        let after = || Some(PageToken { value: IndexValue::Number(7), key: "k".into() });
        let lists = [
            (vec![], None),
            (vec![], after()),
            (vec![is("customer", "c")], None),
            (vec![is("customer", "c")], after()),
            (vec![is("status", "EXECUTED")], after()),
            (vec![is("customer", "c"), is("status", "EXECUTED")], after()),
        ];
        for (filters, after) in lists {
            for plan in plans(filters.clone(), after.clone()) {
                assert!(!plan.contains("TEMP B-TREE"), "{filters:?} {after:?} sorts: {plan}");
                assert!(plan.contains("USING INDEX"), "{filters:?} {after:?} reads all: {plan}");
                assert_eq!(after.is_some() || !filters.is_empty(), plan.starts_with("SEARCH"), "{filters:?}: {plan}");
            }
        }
    }
}
