//! The same unit, submitted again because its answer was lost; and the same data, opened again.

use futures_util::future::join;
use orderflow_domain::ports::{CommitError, WorkChange, WorkKind};
use orderflow_domain::shared::{EventId, Position, Version};

use super::Factory;
use crate::samples::{
    advance, append, assert_gapless, claim_key, id, new_stream, place, reader, second, shared_stream, whole_log,
    work_key,
};

/// The event ids at their places tell that it is in, whatever has happened to its streams, claim, checkpoint and rows since.
pub async fn a_unit_submitted_again_is_in_already(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let hot = shared_stream("demo/p1");
    let mut unit = place("key-1", 1);
    unit.expect.push((hot.clone(), Version::EMPTY));
    unit.events.extend(append(&hot, 0, 2).events);
    unit.checkpoint = advance(&reader("inventory"), 0, 5, EventId(id())).checkpoint;
    let key = work_key(WorkKind::Intent, "card", "1");
    unit.work = vec![WorkChange::Put { key, expected: 0, due: second(0), body: "{}".into() }];
    let first = store.commit(unit.clone()).await.expect("committed");
    store.commit(append(&hot, 2, 3)).await.expect("committed");
    let again = store.commit(unit.clone()).await.expect("in already");
    assert_eq!((again.events, again.position), (first.events, first.position));
    // The same decision made anew has other ids: that is a conflict, or a claim that is taken.
    let mut anew = unit;
    anew.events.iter_mut().for_each(|event| event.id = EventId(id()));
    assert!(matches!(store.commit(anew.clone()).await, Err(CommitError::AlreadyClaimed(_))));
    anew.claim = None;
    anew.checkpoint = None;
    assert!(matches!(store.commit(anew).await, Err(CommitError::Conflict { .. })));
    assert_eq!(whole_log(&store).await.len(), 6);
}

/// Also when both meet in one batch.
pub async fn a_unit_submitted_twice_at_once_is_in_once(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let unit = append(&new_stream(), 0, 3);
    let (one, other) = join(store.commit(unit.clone()), store.commit(unit)).await;
    assert_eq!(one.expect("committed").events, other.expect("in already").events);
    let log = whole_log(&store).await;
    assert_eq!(log.len(), 3);
    assert_gapless(&log);
}

/// A unit without events is known by its checkpoint.
pub async fn a_checkpoint_alone_submitted_again_is_in_already(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let unit = advance(&reader("inventory"), 0, 5, EventId(id()));
    store.commit(unit.clone()).await.expect("moved");
    store.commit(unit).await.expect("moved already");
    let other = advance(&reader("inventory"), 0, 5, EventId(id()));
    let refused = store.commit(other).await.expect_err("another log's event");
    assert_eq!(refused, CommitError::CheckpointMoved { actual: Position(5) });
}

/// Log, claims, checkpoints, work rows and the next versions and positions.
pub async fn all_is_there_after_reopening(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let hot = shared_stream("demo/p1");
    let key = work_key(WorkKind::Timer, "order", "1");
    let mut unit = place("key-1", 1);
    unit.checkpoint = advance(&reader("timers"), 0, 1, unit.events[0].id).checkpoint;
    unit.work = vec![WorkChange::Set { key: key.clone(), due: second(7), body: "{}".into() }];
    store.commit(unit.clone()).await.expect("committed");
    store.commit(append(&hot, 0, 2)).await.expect("committed");
    let (log, row) = (whole_log(&store).await, store.work(&key).await);
    let store = factory.reopen(store).await;
    assert_eq!(store.head().await, Ok(Position(3)));
    assert_eq!(whole_log(&store).await, log);
    assert_eq!(store.work(&key).await, row);
    assert!(store.claim(&claim_key("key-1")).await.expect("read").is_some());
    assert_eq!(store.checkpoint(&reader("timers")).await.expect("read").map(|at| at.position), Some(Position(1)));
    assert!(matches!(store.commit(place("key-1", 1)).await, Err(CommitError::AlreadyClaimed(_))));
    assert!(matches!(store.commit(append(&hot, 1, 1)).await, Err(CommitError::Conflict { actual: Version(2), .. })));
    assert!(store.commit(unit).await.is_ok(), "the same unit again, after a restart");
    store.commit(append(&hot, 2, 1)).await.expect("committed");
    store.commit(append(&new_stream(), 0, 1)).await.expect("committed");
    let log = whole_log(&store).await;
    assert_eq!(log.len(), 5);
    assert_gapless(&log);
}
