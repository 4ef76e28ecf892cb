//! What every view store refuses: specifications, documents and queries that contradict themselves. Names are checked here before a store puts
//! them into a statement.

use orderflow_domain::ports::{Document, FieldKind, FieldSpec, Filter, IndexValue, Query, ViewError, ViewSpec};

/// Fields that a view may declare.
const MAX_FIELDS: usize = 8;

fn malformed<T>(text: String) -> Result<T, ViewError> {
    Err(ViewError::Malformed(text))
}

fn is_identifier(name: &str) -> bool {
    (1..=40).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// Refuses names that are no identifiers, repeated fields, and too many of them.
///
/// # Errors
/// Malformed.
pub fn check_spec(view: &ViewSpec) -> Result<(), ViewError> {
    if !is_identifier(view.name) {
        return malformed(format!("{:?} is no name for a view", view.name));
    }
    if view.fields.len() > MAX_FIELDS {
        return malformed(format!("{} has more than {MAX_FIELDS} fields", view.name));
    }
    for (index, field) in view.fields.iter().enumerate() {
        if !is_identifier(field.name) || view.fields.iter().take(index).any(|earlier| earlier.name == field.name) {
            return malformed(format!("{:?} is no name for a field, or is there twice", field.name));
        }
    }
    Ok(())
}

/// Version and fields as one text: a stored view with another one is of no use.
#[must_use]
pub fn signature(view: &ViewSpec) -> String {
    let fields: Vec<_> = view.fields.iter().map(|field| format!("{}:{:?}", field.name, field.kind)).collect();
    format!("{}/{}", view.version, fields.join(","))
}

/// Refuses a document whose values are not those that the view declares.
///
/// # Errors
/// Malformed.
pub fn check_document(view: &ViewSpec, document: &Document) -> Result<(), ViewError> {
    if document.fields.len() != view.fields.len() {
        return malformed(format!("{} has {} fields, not {}", view.name, view.fields.len(), document.fields.len()));
    }
    for (field, value) in view.fields.iter().zip(&document.fields) {
        let fits = match (field.kind, value) {
            (_, IndexValue::None)
            | (FieldKind::Text, IndexValue::Text(_))
            | (FieldKind::Number, IndexValue::Number(_))
            | (FieldKind::Terms, IndexValue::Terms(_)) => true,
            (FieldKind::Text | FieldKind::Number | FieldKind::Terms, _) => false,
        };
        if !fits {
            return malformed(format!("{}.{} can't hold {value:?}", view.name, field.name));
        }
    }
    Ok(())
}

/// The field of that name, and its place.
///
/// # Errors
/// Malformed: the view declares no such field.
pub fn field(view: &ViewSpec, name: &str) -> Result<(usize, FieldSpec), ViewError> {
    view.fields
        .iter()
        .copied()
        .enumerate()
        .find(|(_, field)| field.name == name)
        .ok_or_else(|| ViewError::Malformed(format!("{} has no field {name:?}", view.name)))
}

/// Refuses a condition that its field can't meet.
///
/// # Errors
/// Malformed.
pub fn check_filter(view: &ViewSpec, filter: &Filter) -> Result<(), ViewError> {
    match filter {
        Filter::OneOf { field: name, values } => {
            let (_, spec) = field(view, name)?;
            let fits = |value: &IndexValue| match (spec.kind, value) {
                (_, IndexValue::None)
                | (FieldKind::Text | FieldKind::Terms, IndexValue::Text(_))
                | (FieldKind::Number, IndexValue::Number(_)) => true,
                (FieldKind::Text | FieldKind::Number | FieldKind::Terms, _) => false,
            };
            if values.iter().all(fits) { Ok(()) } else { malformed(format!("{name} is never one of {values:?}")) }
        }
        Filter::Between { field: name, .. } => match field(view, name)?.1.kind {
            FieldKind::Number => Ok(()),
            FieldKind::Text | FieldKind::Terms => malformed(format!("{name} is no number")),
        },
        Filter::Begins { field: name, .. } => match field(view, name)?.1.kind {
            FieldKind::Terms => Ok(()),
            FieldKind::Text | FieldKind::Number => malformed(format!("{name} has no terms")),
        },
    }
}

/// Refuses a query that can't be answered.
///
/// # Errors
/// Malformed.
pub fn check_query(view: &ViewSpec, query: &Query) -> Result<(), ViewError> {
    query.filters.iter().try_for_each(|filter| check_filter(view, filter))?;
    if query.after.is_some() && query.skip > 0 {
        return malformed("a query either continues or skips".to_owned());
    }
    let Some(name) = query.order.field else {
        return match &query.after {
            Some(token) if token.value != IndexValue::None => malformed("a page token of another order".to_owned()),
            Some(_) | None => Ok(()),
        };
    };
    let kind = field(view, name)?.1.kind;
    match (kind, query.after.as_ref().map(|token| &token.value)) {
        (FieldKind::Terms, _) => malformed(format!("documents can't be sorted by {name}")),
        (_, None | Some(IndexValue::None))
        | (FieldKind::Text, Some(IndexValue::Text(_)))
        | (FieldKind::Number, Some(IndexValue::Number(_))) => Ok(()),
        (FieldKind::Text | FieldKind::Number, Some(_)) => malformed("a page token of another order".to_owned()),
    }
}
