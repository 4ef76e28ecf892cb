//! Filters, order and pages over documents in memory.

use std::cmp::Ordering;

use orderflow_commit::views::field;
use orderflow_domain::ports::{Document, Filter, IndexValue, Page, PageToken, Query, ViewError, ViewSpec};

/// The documents that the query asks for, in its order.
pub(super) fn page<'a>(
    view: &ViewSpec,
    documents: impl Iterator<Item = &'a Document>,
    query: &Query,
) -> Result<Page, ViewError> {
    let sort = query.order.field.map(|name| field(view, name)).transpose()?.map(|(place, _)| place);
    let value = |document: &Document| -> IndexValue {
        sort.and_then(|place| document.fields.get(place).cloned()).unwrap_or(IndexValue::None)
    };
    let mut found: Vec<_> =
        admitted(view, documents, &query.filters)?.into_iter().map(|document| (value(document), document)).collect();
    let compare = |one: (&IndexValue, &str), other: (&IndexValue, &str)| {
        let ordering = compare_values(one.0, other.0).then_with(|| one.1.cmp(other.1));
        if query.order.descending { ordering.reverse() } else { ordering }
    };
    found.sort_by(|(value, document), (other, next)| compare((value, &document.key), (other, &next.key)));
    if let Some(after) = &query.after {
        found.retain(|(value, document)| compare((value, &document.key), (&after.value, &after.key)).is_gt());
    }
    let rest = found.get(query.skip..).unwrap_or_default();
    let shown = rest.get(..query.limit).unwrap_or(rest);
    let next = shown
        .last()
        .filter(|_| rest.len() > shown.len())
        .map(|(value, document)| PageToken { value: value.clone(), key: document.key.clone() });
    Ok(Page { documents: shown.iter().map(|(_, document)| (*document).clone()).collect(), next })
}

/// How many documents the filters admit.
pub(super) fn count<'a>(
    view: &ViewSpec,
    documents: impl Iterator<Item = &'a Document>,
    filters: &[Filter],
) -> Result<u64, ViewError> {
    Ok(admitted(view, documents, filters)?.len() as u64)
}

fn admitted<'a>(
    view: &ViewSpec,
    documents: impl Iterator<Item = &'a Document>,
    filters: &[Filter],
) -> Result<Vec<&'a Document>, ViewError> {
    let mut admitted: Vec<_> = documents.collect();
    for filter in filters {
        let (Filter::OneOf { field: name, .. }
        | Filter::Between { field: name, .. }
        | Filter::Begins { field: name, .. }) = filter;
        let (place, _) = field(view, name)?;
        admitted.retain(|document| document.fields.get(place).is_some_and(|value| admits(filter, value)));
    }
    Ok(admitted)
}

fn admits(filter: &Filter, value: &IndexValue) -> bool {
    match (filter, value) {
        (Filter::OneOf { values, .. }, IndexValue::Terms(terms)) => values.iter().any(|wanted| match wanted {
            IndexValue::Text(text) => terms.contains(text),
            IndexValue::None => terms.is_empty(),
            IndexValue::Number(_) | IndexValue::Terms(_) => false,
        }),
        (Filter::OneOf { values, .. }, value) => values.contains(value),
        (Filter::Between { from, to, .. }, IndexValue::Number(number)) => {
            from.is_none_or(|from| from <= *number) && to.is_none_or(|to| *number <= to)
        }
        (Filter::Begins { with, .. }, IndexValue::Terms(terms)) => terms.iter().any(|term| term.starts_with(&**with)),
        (Filter::Between { .. } | Filter::Begins { .. }, _) => false,
    }
}

/// Absent values come before all others.
fn compare_values(one: &IndexValue, other: &IndexValue) -> Ordering {
    (*one != IndexValue::None).cmp(&(*other != IndexValue::None)).then_with(|| one.cmp(other))
}
