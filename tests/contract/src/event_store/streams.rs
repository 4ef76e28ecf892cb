//! Events, versions, snapshots.

use std::sync::Arc;

use orderflow_domain::ports::{CommitError, NewEvent, Snapshot, UnitOfWork, WorkChange, WorkKind};
use orderflow_domain::shared::{
    Actor, Category, CustomerId, EventId, Name, OrderId, OutletId, Position, StreamId, Timestamp, Version,
};

use super::Factory;
use crate::samples::{append, id, new_event, new_stream, second, shared_stream, whole_log, work_key};

/// Every form of every part of the envelope.
fn varied() -> Vec<NewEvent> {
    let (order, shared) = (new_stream(), shared_stream("demo/sixteen-chr"));
    let name = |text| Name::new(text).expect("a name");
    let actors = [
        Actor::Customer(CustomerId(id())),
        Actor::Outlet(OutletId::new("demo").expect("a name")),
        Actor::Courier(name("joe")),
        Actor::Operator(name("ann")),
        Actor::system("payment"),
    ];
    let mut events: Vec<_> = actors.map(|actor| NewEvent { actor, ..new_event(&order, "who") }).into();
    events.push(NewEvent { correlation: None, ..new_event(&order, "about none") });
    events.push(NewEvent { correlation: Some(OrderId(id())), ..new_event(&order, "about another") });
    events.push(NewEvent { correlation: Some(OrderId(id())), ..new_event(&shared, "about one") });
    events.push(NewEvent {
        causation: Some(EventId(id())),
        trace: Some("00-ab-cd-01".into()),
        ..new_event(&shared, "ß☂ \"\\ \n")
    });
    let at = Timestamp::from_nanosecond(1_700_000_000_123_456_789).expect("a time");
    events.push(NewEvent { at, ..new_event(&StreamId { category: Category::Payment, ..order }, "to the nanosecond") });
    events
}

/// All of the envelope and the event, from the commit, from the stream and from the log, also after reopening.
pub async fn events_come_back_as_they_were_committed(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let events = varied();
    let mut expect: Vec<_> = events.iter().map(|event| (event.stream.clone(), Version::EMPTY)).collect();
    expect.sort();
    expect.dedup();
    let unit = UnitOfWork { expect, events: events.clone(), ..UnitOfWork::default() };
    let committed = store.commit(unit).await.expect("committed");
    assert_eq!(committed.position, Position(events.len() as u64));
    for (new, recorded) in events.iter().zip(&committed.events) {
        let around = &recorded.envelope;
        assert_eq!((new.id, &new.stream, new.correlation), (around.id, &around.stream, around.correlation));
        assert_eq!((new.causation, &new.actor, &new.trace), (around.causation, &around.actor, &around.trace));
        assert_eq!(new.event, recorded.event);
        assert_eq!(new.at.as_microsecond(), around.at.as_microsecond());
        assert_eq!(around.at.subsec_nanosecond() % 1_000, 0, "stores keep microseconds");
    }
    assert_eq!(whole_log(&store).await, committed.events);
    let store = factory.reopen(store).await;
    assert_eq!(whole_log(&store).await, committed.events);
    for stream in committed.events.iter().map(|event| &event.envelope.stream) {
        let expected: Vec<_> =
            committed.events.iter().filter(|event| event.envelope.stream == *stream).cloned().collect();
        assert_eq!(store.read_stream(stream, Version::EMPTY, 100).await.expect("read"), expected);
        let second = store.read_stream(stream, Version(1), 1).await.expect("read");
        assert_eq!(second.as_slice(), expected.get(1..2).unwrap_or_default());
    }
}

/// Nothing is written over: the second of two decisions from one version is refused, with the version as it is.
pub async fn a_stream_that_moved_on_is_a_conflict(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let stream = new_stream();
    store.commit(append(&stream, 0, 2)).await.expect("committed");
    for wrong in [0, 1, 3] {
        let refused = store.commit(append(&stream, wrong, 1)).await.expect_err("refused");
        let conflict = CommitError::Conflict { stream: stream.clone(), expected: Version(wrong), actual: Version(2) };
        assert_eq!(refused, conflict);
    }
    let committed = store.commit(append(&stream, 2, 1)).await.expect("committed");
    assert_eq!(committed.events[0].envelope.version, Version(3));
    assert_eq!(committed.position, Position(3));
    assert_eq!(whole_log(&store).await.len(), 3);
}

/// A decision that gives no events is guarded by its version all the same, and does not move the log.
pub async fn a_version_can_be_expected_without_events(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let (one, other) = (new_stream(), new_stream());
    store.commit(append(&one, 0, 1)).await.expect("committed");
    let committed = store.commit(append(&one, 1, 0)).await.expect("the version holds");
    assert_eq!((committed.events.len(), committed.position), (0, Position(1)));
    assert!(matches!(store.commit(append(&one, 0, 0)).await, Err(CommitError::Conflict { .. })));
    let mut mixed = append(&other, 0, 1);
    mixed.expect.push((one.clone(), Version(7)));
    assert!(matches!(store.commit(mixed).await, Err(CommitError::Conflict { actual: Version(1), .. })));
    assert_eq!(store.read_stream(&other, Version::EMPTY, 10).await.expect("read"), vec![]);
}

/// Streams grow together, in the order of the events, or not at all.
pub async fn several_streams_in_one_unit(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let (order, stock) = (new_stream(), shared_stream("demo/p1"));
    store.commit(append(&stock, 0, 1)).await.expect("committed");
    let unit = UnitOfWork {
        expect: vec![(order.clone(), Version::EMPTY), (stock.clone(), Version(1))],
        events: vec![new_event(&order, "a"), new_event(&stock, "b"), new_event(&order, "c"), new_event(&stock, "d")],
        ..UnitOfWork::default()
    };
    let committed = store.commit(unit.clone()).await.expect("committed");
    let places: Vec<_> =
        committed.events.iter().map(|event| (event.envelope.position.0, event.envelope.version.0)).collect();
    assert_eq!(places, [(2, 1), (3, 2), (4, 2), (5, 3)]);
    // One stream in the way keeps the other one from growing.
    let mut late = unit;
    late.events = vec![new_event(&order, "e"), new_event(&stock, "f")];
    late.expect = vec![(order.clone(), Version(2)), (stock, Version(2))];
    assert!(matches!(store.commit(late).await, Err(CommitError::Conflict { .. })));
    assert_eq!(store.read_stream(&order, Version::EMPTY, 10).await.expect("read").len(), 2);
}

/// A defect of the caller is told apart from what waiting or trying again could mend.
pub async fn a_unit_that_contradicts_itself_is_malformed(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let (one, other) = (new_stream(), new_stream());
    let mut twice_expected = append(&one, 0, 1);
    twice_expected.expect.push((one.clone(), Version(1)));
    let mut not_expected = append(&one, 0, 1);
    not_expected.events.push(new_event(&other, "unexpected"));
    let mut same_id = append(&one, 0, 2);
    same_id.events[1].id = same_id.events[0].id;
    let mut same_row = append(&one, 0, 1);
    let key = work_key(WorkKind::Timer, "order", "1");
    same_row.work = vec![WorkChange::Clear { key: key.clone() }, WorkChange::Clear { key }];
    for unit in [twice_expected, not_expected, same_id, same_row] {
        assert!(matches!(store.commit(unit).await, Err(CommitError::Malformed(_))));
    }
    assert_eq!(store.head().await, Ok(Position::START));
}

/// A snapshot of another fold is as good as none, and the newer one takes the place of the older.
pub async fn snapshots_carry_the_version_of_their_fold(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let stream = shared_stream("demo/p1");
    store.commit(append(&stream, 0, 5)).await.expect("committed");
    assert_eq!(store.snapshot(&stream, 1).await, Ok(None));
    let snapshot = |version, fold| Snapshot {
        stream: stream.clone(),
        version: Version(version),
        fold,
        body: Arc::from(format!("{{\"at\":{version},\"time\":\"{}\"}}", second(0))),
    };
    store.save_snapshot(snapshot(3, 1)).await.expect("kept");
    assert_eq!(store.snapshot(&stream, 1).await, Ok(Some(snapshot(3, 1))));
    assert_eq!(store.snapshot(&stream, 2).await, Ok(None));
    store.save_snapshot(snapshot(5, 1)).await.expect("kept");
    assert_eq!(store.snapshot(&stream, 1).await, Ok(Some(snapshot(5, 1))));
    store.save_snapshot(snapshot(5, 2)).await.expect("kept");
    assert_eq!(store.snapshot(&stream, 2).await, Ok(Some(snapshot(5, 2))));
    assert_eq!(store.snapshot(&new_stream(), 1).await, Ok(None));
}
