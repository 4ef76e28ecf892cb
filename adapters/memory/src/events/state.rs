//! The maps.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::ops::Bound;
use std::sync::Arc;

use orderflow_commit::{Admission, Batch, Facts, Verdict, WorkWrite};
use orderflow_domain::event::Recorded;
use orderflow_domain::ports::{
    Checkpoint, ClaimKey, CommitError, Committed, Fingerprint, ReaderId, Receipt, Snapshot, UnitOfWork, WorkKey,
    WorkKind, WorkRow,
};
use orderflow_domain::shared::{Position, StreamId, Version};

/// All that the store holds.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) log: Vec<Arc<Recorded>>,
    pub(super) streams: HashMap<StreamId, Vec<Arc<Recorded>>>,
    pub(super) claims: HashMap<ClaimKey, (Fingerprint, Receipt)>,
    pub(super) checkpoints: BTreeMap<ReaderId, Checkpoint>,
    pub(super) work: BTreeMap<WorkKey, WorkRow>,
    pub(super) snapshots: HashMap<StreamId, Snapshot>,
}

impl State {
    pub(super) fn last(&self) -> Position {
        Position(self.log.len() as u64)
    }

    /// A unit alone: in memory there is nothing to gain from batches.
    pub(super) fn commit(&mut self, unit: UnitOfWork) -> Result<Committed, CommitError> {
        let mut admission = Admission::new(self.last());
        let Ok(()) = admission.admit(self, unit);
        let mut batch = admission.finish();
        let verdict = batch.verdicts.pop();
        self.write(batch);
        verdict.map_or_else(|| Err(CommitError::Unavailable("no verdict".to_owned())), Verdict::into_answer)
    }

    fn write(&mut self, batch: Batch) {
        for event in batch.events {
            self.streams.entry(event.envelope.stream.clone()).or_default().push(event.clone());
            self.log.push(event);
        }
        self.claims.extend(batch.claims.into_iter().map(|claim| (claim.key, (claim.fingerprint, claim.receipt))));
        self.checkpoints.extend(batch.checkpoints);
        for write in batch.work {
            match write {
                WorkWrite::Delete(key) => {
                    self.work.remove(&key);
                }
                WorkWrite::Write { key, version, first, due, body } => {
                    let version = version.unwrap_or_else(|| self.work.get(&key).map_or(first, |row| row.version + 1));
                    self.work.insert(key.clone(), WorkRow { key, version, due, body });
                }
            }
        }
    }

    fn version_of(&self, key: &WorkKey) -> u64 {
        self.work.get(key).map_or(0, |row| row.version)
    }

    /// The rows of a kind (and group), in the order of (group, id).
    pub(super) fn rows<'a>(&'a self, kind: WorkKind, group: Option<&'a str>) -> impl Iterator<Item = &'a WorkRow> {
        let from = WorkKey { kind, group: group.unwrap_or_default().into(), id: "".into() };
        self.work
            .range((Bound::Included(from), Bound::Unbounded))
            .map(|(_, row)| row)
            .take_while(move |row| row.key.kind == kind && group.is_none_or(|group| *row.key.group == *group))
    }
}

impl Facts for State {
    type Error = Infallible;

    fn head(&mut self, stream: &StreamId) -> Result<Version, Infallible> {
        Ok(self.streams.get(stream).map_or(Version::EMPTY, |events| Version(events.len() as u64)))
    }

    fn claim(&mut self, key: &ClaimKey) -> Result<Option<(Fingerprint, Receipt)>, Infallible> {
        Ok(self.claims.get(key).cloned())
    }

    fn checkpoint(&mut self, reader: &ReaderId) -> Result<Option<Checkpoint>, Infallible> {
        Ok(self.checkpoints.get(reader).copied())
    }

    fn work(&mut self, key: &WorkKey) -> Result<u64, Infallible> {
        Ok(self.version_of(key))
    }

    fn recorded(&mut self, stream: &StreamId, version: Version) -> Result<Option<Arc<Recorded>>, Infallible> {
        let place = version.0.checked_sub(1).and_then(|place| usize::try_from(place).ok());
        Ok(place.and_then(|place| self.streams.get(stream)?.get(place).cloned()))
    }
}
