//! The log: gapless, in commit order, seen once.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{join_all, try_join_all};
use orderflow_domain::event::Recorded;
use orderflow_domain::ports::{CommitError, EventStore};
use orderflow_domain::shared::{EventId, Position};

use super::Factory;
use crate::samples::{append, assert_gapless, new_stream, place, shared_stream, whole_log};

/// Units that are queued together share a transaction, but not their fate.
pub async fn neighbours_of_a_refused_unit_go_on(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let units = (0..60).map(|n| match n % 3 {
        0 => append(&new_stream(), 0, 2),
        1 => append(&new_stream(), 1, 2),
        _ => place("one-key", 1),
    });
    let answers = join_all(units.map(|unit| store.commit(unit))).await;
    for (n, answer) in answers.iter().enumerate().filter(|(n, _)| n % 3 != 2) {
        assert_eq!(answer.is_ok(), n % 3 == 0, "unit {n}: {answer:?}");
    }
    let log = whole_log(&store).await;
    assert_eq!(log.len(), 41);
    assert_gapless(&log);
}

const WRITERS: u64 = 32;
const UNITS: u64 = 40;

/// Appends to a stream of its own and to one that all fight for; answers the ids of what was acknowledged.
async fn write(store: Arc<dyn EventStore>, writer: u64) -> Result<Vec<EventId>, CommitError> {
    let (own, hot) = (new_stream(), shared_stream(&format!("demo/{}", writer % 4)));
    let (mut acknowledged, mut version, mut hot_version) = (Vec::new(), 0, 0);
    for n in 0..UNITS {
        let mut unit = append(&own, version, 2);
        if n % 3 == 0 {
            unit.expect.push((hot.clone(), orderflow_domain::shared::Version(hot_version)));
            unit.events.extend(append(&hot, 0, 1).events);
        }
        match store.commit(unit).await {
            Ok(committed) => {
                version += 2;
                hot_version += u64::from(n.is_multiple_of(3));
                acknowledged.extend(committed.events.iter().map(|event| event.envelope.id));
            }
            Err(CommitError::Conflict { actual, .. }) => hot_version = actual.0,
            Err(other) => return Err(other),
        }
    }
    Ok(acknowledged)
}

async fn write_all(store: &Arc<dyn EventStore>) -> HashSet<EventId> {
    let writers = (0..WRITERS).map(|writer| {
        let task = tokio::spawn(write(store.clone(), writer));
        async { task.await.expect("the writer ends") }
    });
    let acknowledged = try_join_all(writers).await.expect("only conflicts").concat();
    let distinct: HashSet<_> = acknowledged.iter().copied().collect();
    assert_eq!(distinct.len(), acknowledged.len());
    distinct
}

/// What was acknowledged is in the log, and nothing else, at positions without a gap.
pub async fn positions_are_gapless_under_concurrent_conflicting_writers(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let acknowledged = write_all(&store).await;
    let log = whole_log(&store).await;
    assert_gapless(&log);
    assert_eq!(store.head().await, Ok(Position(log.len() as u64)));
    let logged: HashSet<_> = log.iter().map(|event| event.envelope.id).collect();
    assert_eq!(logged, acknowledged);
}

/// Follows the log from its last position, as every reader does, until it has seen so many events (or the log stands still).
async fn tail(store: Arc<dyn EventStore>, page: usize) -> Vec<Arc<Recorded>> {
    let mut seen: Vec<Arc<Recorded>> = Vec::new();
    loop {
        let after = seen.last().map_or(Position::START, |event| event.envelope.position);
        if tokio::time::timeout(Duration::from_secs(2), store.wait_beyond(after)).await.is_err() {
            return seen;
        }
        seen.extend(store.read_log(after, page).await.expect("readable"));
    }
}

/// While writers run, readers see all of it: a number that is handed out before its commit would be skipped for ever.
pub async fn a_tail_reader_sees_each_event_once_and_in_order(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let readers: Vec<_> = [7, 1_000].map(|page| tokio::spawn(tail(store.clone(), page))).into();
    let acknowledged = write_all(&store).await;
    for reader in readers {
        let seen = reader.await.expect("the reader ends");
        let ids: HashSet<_> = seen.iter().map(|event| event.envelope.id).collect();
        assert_eq!(ids.len(), seen.len(), "an event was seen twice");
        assert_eq!(ids, acknowledged, "an event was missed");
        assert_gapless(&seen);
    }
}

/// Nobody has to look again and again.
pub async fn waiting_ends_when_the_log_grows(factory: &dyn Factory) {
    let store = factory.fresh().await;
    store.commit(append(&new_stream(), 0, 3)).await.expect("committed");
    store.wait_beyond(Position(2)).await;
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { store.wait_beyond(Position(3)).await }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    store.commit(append(&new_stream(), 0, 1)).await.expect("committed");
    tokio::time::timeout(Duration::from_secs(5), waiting).await.expect("woken").expect("no panic");
    assert_eq!(store.read_log(Position(3), 10).await.expect("read").len(), 1);
}

/// Also at the end and beyond.
pub async fn a_page_of_the_log_has_at_most_its_limit(factory: &dyn Factory) {
    let store = factory.fresh().await;
    assert_eq!(store.read_log(Position::START, 10).await.expect("read").len(), 0);
    store.commit(append(&new_stream(), 0, 5)).await.expect("committed");
    for (after, limit, expected) in [(0, 2, 2), (3, 10, 2), (5, 10, 0), (9, 10, 0), (0, 0, 0)] {
        let page = store.read_log(Position(after), limit).await.expect("read");
        assert_eq!(page.len(), expected, "{limit} after {after}");
        assert!(page.first().is_none_or(|event| event.envelope.position == Position(after + 1)));
    }
}
