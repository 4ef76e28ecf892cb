//! Units that contradict themselves.

use std::hash::Hash;

use foldhash::{HashSet, HashSetExt};
use orderflow_domain::ports::{CommitError, NewEvent, UnitOfWork, WorkChange, WorkKey};

/// The row that a change is about.
pub(crate) fn work_key(change: &WorkChange) -> &WorkKey {
    match change {
        WorkChange::Put { key, .. }
        | WorkChange::Delete { key, .. }
        | WorkChange::Set { key, .. }
        | WorkChange::Clear { key } => key,
    }
}

/// Refuses a unit that no state of the store could make right.
pub(crate) fn well_formed(unit: &UnitOfWork) -> Result<(), CommitError> {
    if let Some(stream) = repeated(unit.expect.iter().map(|(stream, _)| stream)) {
        return Err(CommitError::Malformed(format!("{stream} is expected twice")));
    }
    if let Some(event) = unexpected(unit) {
        return Err(CommitError::Malformed(format!("an event of {} without an expectation", event.stream)));
    }
    if let Some(id) = repeated(unit.events.iter().map(|event| event.id)) {
        return Err(CommitError::Malformed(format!("two events with the id {id}")));
    }
    if let Some(key) = repeated(unit.work.iter().map(work_key)) {
        return Err(CommitError::Malformed(format!("two changes to the work row {}/{}", key.group, key.id)));
    }
    let deletes_nothing = |change: &WorkChange| matches!(change, WorkChange::Delete { expected: 0, .. });
    if unit.work.iter().any(deletes_nothing) {
        return Err(CommitError::Malformed("a work row that must not exist can't be deleted".to_owned()));
    }
    Ok(())
}

/// The first event of a stream that the unit expects nothing of.
fn unexpected(unit: &UnitOfWork) -> Option<&NewEvent> {
    if unit.expect.len() <= 8 {
        return unit.events.iter().find(|event| !unit.expect.iter().any(|(stream, _)| *stream == event.stream));
    }
    let expected: HashSet<_> = unit.expect.iter().map(|(stream, _)| stream).collect();
    unit.events.iter().find(|event| !expected.contains(&event.stream))
}

/// The first item that comes a second time. Most units are small, so the common case allocates nothing.
fn repeated<T: Copy + Eq + Hash>(items: impl ExactSizeIterator<Item = T> + Clone) -> Option<T> {
    if items.len() <= 8 {
        return items
            .clone()
            .enumerate()
            .find_map(|(index, item)| items.clone().take(index).find(|earlier| *earlier == item));
    }
    let mut seen = HashSet::with_capacity(items.len());
    items.into_iter().find(|item| !seen.insert(*item))
}
