//! Units and events to test with.

use std::sync::Arc;

use orderflow_domain::event::Event;
use orderflow_domain::ordering::event::{NoteAdded, OrderEvent};
use orderflow_domain::ports::{
    CheckpointMove, Claim, ClaimKey, EventStore, NewEvent, ReaderId, Receipt, UnitOfWork, WorkKey, WorkKind,
};
use orderflow_domain::shared::{Actor, Category, EventId, Name, OrderId, Position, StreamId, Timestamp, Version};
use uuid::Uuid;

/// A new id.
#[must_use]
pub fn id() -> Uuid {
    Uuid::now_v7()
}

/// The stream of a new order.
#[must_use]
pub fn new_stream() -> StreamId {
    StreamId::order(OrderId(id()))
}

/// A stream that orders share.
#[must_use]
pub fn shared_stream(name: &str) -> StreamId {
    StreamId::named(Category::Stock, name)
}

/// A time, so many seconds after another one.
///
/// # Panics
/// Beyond the year 9999.
#[must_use]
pub fn second(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).expect("a time")
}

/// An event with a text.
#[must_use]
pub fn note(text: &str) -> Event {
    OrderEvent::from(NoteAdded { text: text.to_owned() }).into()
}

/// A new event of a stream.
#[must_use]
pub fn new_event(stream: &StreamId, text: &str) -> NewEvent {
    NewEvent {
        id: EventId(id()),
        stream: stream.clone(),
        at: second(0),
        correlation: stream.order_id(),
        causation: None,
        actor: Actor::system("ordering"),
        trace: None,
        event: note(text),
    }
}

/// A unit that adds so many events to a stream of that version.
#[must_use]
pub fn append(stream: &StreamId, version: u64, events: usize) -> UnitOfWork {
    UnitOfWork {
        expect: vec![(stream.clone(), Version(version))],
        events: (0..events).map(|n| new_event(stream, &format!("event {n}"))).collect(),
        ..UnitOfWork::default()
    }
}

/// The same with a claim on a key.
#[must_use]
pub fn place(key: &str, fingerprint: u8) -> UnitOfWork {
    let stream = new_stream();
    let claim =
        Claim { key: claim_key(key), fingerprint: [fingerprint; 32], receipt: Receipt { stream: stream.clone() } };
    UnitOfWork { claim: Some(claim), ..append(&stream, 0, 1) }
}

/// A key, of one customer and for placing.
#[must_use]
pub fn claim_key(key: &str) -> ClaimKey {
    ClaimKey { key: key.into(), principal: "customer:0190".into(), operation: "place".into() }
}

/// A reader of that name.
///
/// # Panics
/// If it is no name.
#[must_use]
pub fn reader(name: &str) -> ReaderId {
    ReaderId { name: Name::new(name).expect("a name"), partition: 0 }
}

/// A unit that only moves a checkpoint.
#[must_use]
pub fn advance(reader: &ReaderId, from: u64, to: u64, event: EventId) -> UnitOfWork {
    let checkpoint = CheckpointMove { reader: reader.clone(), from: Position(from), to: Position(to), event };
    UnitOfWork { checkpoint: Some(checkpoint), ..UnitOfWork::default() }
}

/// A work row's key.
#[must_use]
pub fn work_key(kind: WorkKind, group: &str, id: &str) -> WorkKey {
    WorkKey { kind, group: group.into(), id: id.into() }
}

/// The whole log.
///
/// # Panics
/// If it can't be read.
pub async fn whole_log(store: &Arc<dyn EventStore>) -> Vec<Arc<orderflow_domain::event::Recorded>> {
    let mut log = Vec::new();
    loop {
        let after = Position(log.len() as u64);
        let page = store.read_log(after, 100).await.expect("the log is readable");
        if page.is_empty() {
            return log;
        }
        log.extend(page);
    }
}

/// Asserts that positions run from 1 without a gap, and versions within each stream, too.
///
/// # Panics
/// If they don't.
pub fn assert_gapless(log: &[Arc<orderflow_domain::event::Recorded>]) {
    let mut versions = std::collections::HashMap::new();
    for (index, event) in log.iter().enumerate() {
        assert_eq!(event.envelope.position, Position(index as u64 + 1), "a gap in the log");
        let version: &mut Version = versions.entry(event.envelope.stream.clone()).or_default();
        *version = version.next();
        assert_eq!(event.envelope.version, *version, "a gap in {}", event.envelope.stream);
    }
}
