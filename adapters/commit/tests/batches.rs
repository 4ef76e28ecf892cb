//! A batch is nothing but its units one after the other: the same units are admitted, refused for the same reasons, and leave the same rows.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::sync::Arc;

use orderflow_commit::{Admission, Batch, Facts, WorkWrite};
use orderflow_domain::event::Recorded;
use orderflow_domain::ordering::event::{NoteAdded, OrderEvent};
use orderflow_domain::ports::{
    Checkpoint, CheckpointMove, Claim, ClaimKey, Fingerprint, NewEvent, ReaderId, Receipt, UnitOfWork, WorkChange,
    WorkKey, WorkKind,
};
use orderflow_domain::shared::{Actor, Category, EventId, Name, Position, StreamId, Timestamp, Version};
use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};
use uuid::Uuid;

/// Rows as a store would keep them.
#[derive(Clone, Debug, Default, PartialEq)]
struct Rows {
    log: Vec<Arc<Recorded>>,
    claims: HashMap<ClaimKey, (Fingerprint, Receipt)>,
    checkpoints: HashMap<ReaderId, Checkpoint>,
    work: BTreeMap<WorkKey, (u64, Timestamp, Arc<str>)>,
}

impl Rows {
    fn of<'a>(&'a self, stream: &'a StreamId) -> impl Iterator<Item = &'a Arc<Recorded>> {
        self.log.iter().filter(move |event| event.envelope.stream == *stream)
    }

    fn write(&mut self, batch: Batch) {
        self.log.extend(batch.events);
        for (stream, version) in &batch.heads {
            assert_eq!(self.of(stream).count() as u64, version.0, "the head is the number of events");
        }
        self.claims.extend(batch.claims.into_iter().map(|claim| (claim.key, (claim.fingerprint, claim.receipt))));
        self.checkpoints.extend(batch.checkpoints);
        for write in batch.work {
            match write {
                WorkWrite::Delete(key) => {
                    self.work.remove(&key);
                }
                WorkWrite::Write { key, version, first, due, body } => {
                    let version = version.unwrap_or_else(|| self.work.get(&key).map_or(first, |row| row.0 + 1));
                    self.work.insert(key, (version, due, body));
                }
            }
        }
    }

    /// Admits the units in one batch and writes it; the verdicts as text.
    fn commit(&mut self, units: &[UnitOfWork]) -> Vec<String> {
        let mut admission = Admission::new(Position(self.log.len() as u64));
        for unit in units {
            let Ok(()) = admission.admit(self, unit.clone());
        }
        let batch = admission.finish();
        let verdicts = batch.verdicts.iter().map(|verdict| format!("{verdict:?}")).collect();
        assert_eq!(batch.head.0, (self.log.len() + batch.events.len()) as u64);
        self.write(batch);
        verdicts
    }
}

impl Facts for Rows {
    type Error = Infallible;

    fn head(&mut self, stream: &StreamId) -> Result<Version, Infallible> {
        Ok(Version(self.of(stream).count() as u64))
    }

    fn claim(&mut self, key: &ClaimKey) -> Result<Option<(Fingerprint, Receipt)>, Infallible> {
        Ok(self.claims.get(key).cloned())
    }

    fn checkpoint(&mut self, reader: &ReaderId) -> Result<Option<Checkpoint>, Infallible> {
        Ok(self.checkpoints.get(reader).copied())
    }

    fn work(&mut self, key: &WorkKey) -> Result<u64, Infallible> {
        Ok(self.work.get(key).map_or(0, |row| row.0))
    }

    fn recorded(&mut self, stream: &StreamId, version: Version) -> Result<Option<Arc<Recorded>>, Infallible> {
        Ok(self.of(stream).find(|event| event.envelope.version == version).cloned())
    }
}

fn stream(number: u8) -> StreamId {
    StreamId::named(Category::Stock, &number.to_string())
}

fn new_event(on: u8, id: u128) -> NewEvent {
    NewEvent {
        id: EventId(Uuid::from_u128(id)),
        stream: stream(on),
        at: Timestamp::UNIX_EPOCH,
        correlation: None,
        causation: None,
        actor: Actor::system("ordering"),
        trace: None,
        event: OrderEvent::from(NoteAdded { text: "x".to_owned() }).into(),
    }
}

fn work() -> impl Strategy<Value = WorkChange> {
    let key = |id: u8| WorkKey { kind: WorkKind::Timer, group: "g".into(), id: id.to_string().into() };
    let (due, body) = (Timestamp::UNIX_EPOCH, Arc::<str>::from("{}"));
    (0..2_u8, 0..4_u64, 0..4_u8).prop_map(move |(id, expected, form)| match form {
        0 => WorkChange::Put { key: key(id), expected, due, body: body.clone() },
        1 => WorkChange::Delete { key: key(id), expected },
        2 => WorkChange::Set { key: key(id), due, body: body.clone() },
        _ => WorkChange::Clear { key: key(id) },
    })
}

/// Units over few streams, keys and versions, so that they meet; also malformed ones.
fn unit() -> impl Strategy<Value = UnitOfWork> {
    let expect = prop::collection::vec((0..3_u8, 0..4_u64), 0..3);
    let events = prop::collection::vec((0..3_u8, any::<u128>()), 0..3);
    let claim = prop_oneof![2 => Just(None), 1 => (0..2_u8, 0..2_u8).prop_map(Some)];
    let checkpoint = prop_oneof![2 => Just(None), 1 => (0..3_u64, 0..3_u64).prop_map(Some)];
    let work = prop::collection::vec(work(), 0..2);
    (expect, events, claim, checkpoint, work).prop_map(|(expect, events, claim, checkpoint, work)| {
        let mut expect: Vec<_> = expect.into_iter().map(|(on, version)| (stream(on), Version(version))).collect();
        // Mostly well-formed: streams of events are expected.
        for (on, id) in &events {
            if id % 8 != 0 && !expect.iter().any(|(expected, _)| *expected == stream(*on)) {
                expect.push((stream(*on), Version(u64::try_from(id % 3).expect("small"))));
            }
        }
        let key = |key: u8| ClaimKey { key: key.to_string().into(), principal: "p".into(), operation: "o".into() };
        UnitOfWork {
            expect,
            events: events.into_iter().map(|(on, id)| new_event(on, id)).collect(),
            claim: claim.map(|(of, request)| Claim {
                key: key(of),
                fingerprint: [request; 32],
                receipt: Receipt { stream: stream(0) },
            }),
            checkpoint: checkpoint.map(|(from, to)| CheckpointMove {
                reader: ReaderId { name: Name::new("r").expect("a name"), partition: 0 },
                from: Position(from),
                to: Position(to),
                event: EventId(Uuid::from_u128(u128::from(to))),
            }),
            work,
        }
    })
}

proptest! {
    /// Some units come twice, as after a lost answer.
    #[test]
    fn a_batch_is_its_units_one_after_the_other(
        units in prop::collection::vec(unit(), 1..12),
        again in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut queue = units.clone();
        queue.extend(again.iter().map(|index| index.get(&units).clone()));
        let (mut one_by_one, mut at_once, mut in_two) = (Rows::default(), Rows::default(), Rows::default());
        let verdicts: Vec<_> = queue.iter().flat_map(|unit| one_by_one.commit(std::slice::from_ref(unit))).collect();
        assert_eq!(at_once.commit(&queue), verdicts);
        let (first, second) = queue.split_at(cut.index(queue.len()));
        assert_eq!([in_two.commit(first), in_two.commit(second)].concat(), verdicts);
        assert_eq!(one_by_one, at_once);
        assert_eq!(one_by_one, in_two);
        for (index, event) in at_once.log.iter().enumerate() {
            assert_eq!(event.envelope.position, Position(index as u64 + 1));
        }
    }
}
