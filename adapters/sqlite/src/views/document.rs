//! Documents as rows.

use std::sync::Arc;

use orderflow_domain::ports::{Document, DocumentChange, FieldKind, IndexValue, ViewError, ViewSpec};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};

use super::Trouble;
use super::schema::{documents, terms};

/// Writes the changes.
pub(super) fn write(
    connection: &Connection,
    view: &ViewSpec,
    generation: i64,
    changes: &[DocumentChange],
) -> Result<(), Trouble> {
    let has_terms = view.fields.iter().any(|field| field.kind == FieldKind::Terms);
    let table = documents(view, generation);
    let mut put = connection.prepare_cached(&put_sql(view, &table))?;
    let mut remove = connection.prepare_cached(&format!("DELETE FROM {table} WHERE key = ?1"))?;
    for change in changes {
        match change {
            DocumentChange::Put(document) => {
                if has_terms {
                    write_terms(connection, view, generation, &document.key, &document.fields)?;
                }
                put.execute(params_from_iter(row_of(document)?))?;
            }
            DocumentChange::Remove(key) => {
                if has_terms {
                    write_terms(connection, view, generation, key, &[])?;
                }
                remove.execute([key])?;
            }
        }
    }
    Ok(())
}

fn put_sql(view: &ViewSpec, table: &str) -> String {
    let columns: String = view.fields.iter().map(|field| format!(", f_{}", field.name)).collect();
    let values: String = (0..view.fields.len()).map(|place| format!(", ?{}", place + 3)).collect();
    let sets: String = view.fields.iter().map(|field| format!(", f_{0} = excluded.f_{0}", field.name)).collect();
    format!(
        "INSERT INTO {table} (key, body{columns}) VALUES (?1, ?2{values})
         ON CONFLICT (key) DO UPDATE SET body = excluded.body{sets}"
    )
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

/// The terms of a document, if they have changed: most changes of a document leave them as they are.
fn write_terms(
    connection: &Connection,
    view: &ViewSpec,
    generation: i64,
    key: &str,
    fields: &[IndexValue],
) -> Result<(), Trouble> {
    let mut wanted: Vec<(i64, &str)> = (0..)
        .zip(fields)
        .filter_map(|(place, value)| match value {
            IndexValue::Terms(terms) => Some(terms.iter().map(move |term| (place, &**term))),
            IndexValue::Text(_) | IndexValue::Number(_) | IndexValue::None => None,
        })
        .flatten()
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let table = terms(view, generation);
    let mut select = connection.prepare_cached(&format!("SELECT field, term FROM {table} WHERE key = ?1"))?;
    let mut stored: Vec<(i64, String)> =
        select.query_map([key], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    stored.sort_unstable();
    if stored.iter().map(|(place, term)| (*place, term.as_str())).eq(wanted.iter().copied()) {
        return Ok(());
    }
    connection.prepare_cached(&format!("DELETE FROM {table} WHERE key = ?1"))?.execute([key])?;
    let mut insert =
        connection.prepare_cached(&format!("INSERT INTO {table} (field, term, key) VALUES (?1, ?2, ?3)"))?;
    for (place, term) in wanted {
        insert.execute(params![place, term, key])?;
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
        let column = place + 2;
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
