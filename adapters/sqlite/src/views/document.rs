//! Documents as rows.

use std::fmt::Write;
use std::sync::Arc;

use orderflow_domain::ports::{Document, DocumentChange, FieldKind, IndexValue, ViewError, ViewSpec};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use super::Trouble;
use super::schema::{documents, terms};

/// The column of the first field, behind key and body.
const FIELDS: usize = 2;

/// Writes the changes.
///
/// A document that is there is compared first, and only what differs is written: naming an indexed column in an UPDATE writes its index anew, and
/// most changes of a document are of one field and the body.
pub(super) fn write(
    connection: &Connection,
    view: &ViewSpec,
    generation: i64,
    changes: &[DocumentChange],
) -> Result<(), Trouble> {
    let table = documents(view, generation);
    let mut stored = connection.prepare_cached(&format!("SELECT {} FROM {table} WHERE key = ?1", columns(view)))?;
    let mut insert = connection.prepare_cached(&insert_sql(view, &table))?;
    let mut remove = connection.prepare_cached(&format!("DELETE FROM {table} WHERE key = ?1"))?;
    for change in changes {
        match change {
            DocumentChange::Put(document) => {
                let row = row_of(document)?;
                let differing = stored.query_row([&document.key], |stored| differing(stored, &row)).optional()?;
                if let Some(differing) = &differing {
                    update(connection, view, &table, &row, differing)?;
                } else {
                    insert.execute(params_from_iter(&row))?;
                }
                let is_terms =
                    |place: &usize| view.fields.get(*place).is_some_and(|spec| spec.kind == FieldKind::Terms);
                if differing.as_ref().is_none_or(|differing| differing.iter().any(is_terms)) {
                    write_terms(connection, view, generation, &document.key, &document.fields)?;
                }
            }
            DocumentChange::Remove(key) => {
                write_terms(connection, view, generation, key, &[])?;
                remove.execute([key])?;
            }
        }
    }
    Ok(())
}

fn insert_sql(view: &ViewSpec, table: &str) -> String {
    let values: String = (0..view.fields.len()).map(|place| format!(", ?{}", place + 3)).collect();
    format!("INSERT INTO {table} ({}) VALUES (?1, ?2{values})", columns(view))
}

/// The places of the fields in which a stored document is another than the row that is to be.
fn differing(stored: &Row<'_>, row: &[Value]) -> rusqlite::Result<Vec<usize>> {
    let mut places = Vec::new();
    for (column, value) in row.iter().enumerate().skip(FIELDS) {
        if stored.get_ref(column)? != ValueRef::from(value) {
            places.push(column - FIELDS);
        }
    }
    Ok(places)
}

fn update(
    connection: &Connection,
    view: &ViewSpec,
    table: &str,
    row: &[Value],
    differing: &[usize],
) -> Result<(), Trouble> {
    let mut sql = format!("UPDATE {table} SET body = ?2");
    let mut values: Vec<&Value> = row.iter().take(FIELDS).collect();
    for place in differing {
        if let (Some(field), Some(value)) = (view.fields.get(*place), row.get(place + FIELDS)) {
            values.push(value);
            // Writing to a string can't fail.
            let _ = write!(sql, ", f_{} = ?{}", field.name, values.len());
        }
    }
    sql.push_str(" WHERE key = ?1");
    connection.prepare_cached(&sql)?.execute(params_from_iter(values))?;
    Ok(())
}

fn row_of(document: &Document) -> Result<Vec<Value>, Trouble> {
    let mut row = vec![Value::Text(document.key.to_string()), Value::Text(document.body.to_string())];
    for field in &document.fields {
        row.push(match field {
            IndexValue::Text(text) => Value::Text(text.to_string()),
            IndexValue::Number(number) => Value::Integer(*number),
            IndexValue::None => Value::Null,
            IndexValue::Terms(terms) => {
                let json = serde_json::to_string(&terms.iter().map(|term| &**term).collect::<Vec<_>>());
                Value::Text(json.map_err(|error| ViewError::Malformed(error.to_string()))?)
            }
        });
    }
    Ok(row)
}

/// Writes the terms of a document instead of those that it had.
fn write_terms(
    connection: &Connection,
    view: &ViewSpec,
    generation: i64,
    key: &str,
    fields: &[IndexValue],
) -> Result<(), Trouble> {
    if view.fields.iter().all(|field| field.kind != FieldKind::Terms) {
        return Ok(());
    }
    let table = terms(view, generation);
    connection.prepare_cached(&format!("DELETE FROM {table} WHERE key = ?1"))?.execute([key])?;
    let mut insert =
        connection.prepare_cached(&format!("INSERT OR IGNORE INTO {table} (field, term, key) VALUES (?1, ?2, ?3)"))?;
    for (place, value) in (0_i64..).zip(fields) {
        if let IndexValue::Terms(terms) = value {
            for term in terms {
                insert.execute(params![place, term, key])?;
            }
        }
    }
    Ok(())
}

/// The columns that [`read`] reads.
pub(super) fn columns(view: &ViewSpec) -> String {
    let fields: String = view.fields.iter().map(|field| format!(", f_{}", field.name)).collect();
    format!("key, body{fields}")
}

/// A document from its row.
pub(super) fn read(view: &ViewSpec, row: &Row<'_>) -> Result<Document, Trouble> {
    let mut fields = Vec::with_capacity(view.fields.len());
    for (place, field) in view.fields.iter().enumerate() {
        let column = place + FIELDS;
        let value = match field.kind {
            FieldKind::Text => row.get::<_, Option<Arc<str>>>(column)?.map(IndexValue::Text),
            FieldKind::Number => row.get::<_, Option<i64>>(column)?.map(IndexValue::Number),
            FieldKind::Terms => row.get::<_, Option<String>>(column)?.map(|json| read_terms(&json)).transpose()?,
        };
        fields.push(value.unwrap_or(IndexValue::None));
    }
    Ok(Document { key: row.get(0)?, body: row.get(1)?, fields })
}

fn read_terms(json: &str) -> Result<IndexValue, Trouble> {
    let terms: Vec<Arc<str>> = serde_json::from_str(json).map_err(|error| ViewError::Unavailable(error.to_string()))?;
    Ok(IndexValue::Terms(terms))
}
