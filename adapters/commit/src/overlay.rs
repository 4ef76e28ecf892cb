//! What the units admitted so far have changed, seen by those behind them in the queue.

use foldhash::HashMap;
use orderflow_domain::ports::{Checkpoint, ClaimKey, Fingerprint, ReaderId, Receipt, WorkKey};
use orderflow_domain::shared::{EventId, StreamId, Version};

use crate::Facts;

/// The version of a work row within the batch.
#[derive(Clone, Copy, Debug)]
enum RowVersion {
    /// So much; 0: no such row.
    At(u64),
    /// Written so many times over whatever was there, which nobody has asked for yet.
    Above {
        /// How many times.
        writes: u64,
        /// The version that the first of them gave it, if nothing was there.
        first: u64,
    },
}

/// The version after this one; `first` if there is no row.
pub(crate) const fn after(version: u64, first: u64) -> u64 {
    if version == 0 { first } else { version + 1 }
}

/// Changes on top of what the store knows.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    heads: HashMap<StreamId, Version>,
    claims: HashMap<ClaimKey, (Fingerprint, Receipt)>,
    checkpoints: HashMap<ReaderId, Checkpoint>,
    work: HashMap<WorkKey, RowVersion>,
    /// First events of admitted units, to find a unit that was queued twice.
    firsts: HashMap<(StreamId, Version), (EventId, usize)>,
}

impl Overlay {
    pub(crate) fn head<F: Facts>(&self, facts: &mut F, stream: &StreamId) -> Result<Version, F::Error> {
        self.heads.get(stream).map_or_else(|| facts.head(stream), |version| Ok(*version))
    }

    pub(crate) fn claim<F: Facts>(
        &self,
        facts: &mut F,
        key: &ClaimKey,
    ) -> Result<Option<(Fingerprint, Receipt)>, F::Error> {
        self.claims.get(key).map_or_else(|| facts.claim(key), |claim| Ok(Some(claim.clone())))
    }

    pub(crate) fn checkpoint<F: Facts>(
        &self,
        facts: &mut F,
        reader: &ReaderId,
    ) -> Result<Option<Checkpoint>, F::Error> {
        self.checkpoints.get(reader).map_or_else(|| facts.checkpoint(reader), |checkpoint| Ok(Some(*checkpoint)))
    }

    pub(crate) fn work<F: Facts>(&self, facts: &mut F, key: &WorkKey) -> Result<u64, F::Error> {
        match self.work.get(key) {
            Some(RowVersion::At(version)) => Ok(*version),
            Some(RowVersion::Above { writes, first }) => Ok(after(facts.work(key)?, *first) + writes - 1),
            None => facts.work(key),
        }
    }

    /// Which admitted unit began with that event at that place.
    pub(crate) fn first(&self, stream: &StreamId, version: Version, id: EventId) -> Option<usize> {
        self.firsts.get(&(stream.clone(), version)).filter(|(first, _)| *first == id).map(|(_, unit)| *unit)
    }

    pub(crate) fn set_first(&mut self, stream: StreamId, version: Version, id: EventId, unit: usize) {
        self.firsts.insert((stream, version), (id, unit));
    }

    /// The next version of a stream; `expected` is where its unit found it, asked for only if no unit of the batch grew it before.
    pub(crate) fn grow(&mut self, stream: &StreamId, expected: impl FnOnce() -> Version) -> Version {
        if let Some(version) = self.heads.get_mut(stream) {
            *version = version.next();
            return *version;
        }
        let version = expected().next();
        self.heads.insert(stream.clone(), version);
        version
    }

    pub(crate) fn set_claim(&mut self, key: ClaimKey, fingerprint: Fingerprint, receipt: Receipt) {
        self.claims.insert(key, (fingerprint, receipt));
    }

    pub(crate) fn set_checkpoint(&mut self, reader: ReaderId, checkpoint: Checkpoint) {
        self.checkpoints.insert(reader, checkpoint);
    }

    pub(crate) fn set_work(&mut self, key: WorkKey, version: u64) {
        self.work.insert(key, RowVersion::At(version));
    }

    /// Writes a row over whatever is there; the new version, where it is known without asking the store. `first` is that of a new row.
    pub(crate) fn write_over(&mut self, key: &WorkKey, first: u64) -> Option<u64> {
        match self.work.get_mut(key) {
            Some(RowVersion::At(version)) => {
                *version = after(*version, first);
                Some(*version)
            }
            Some(RowVersion::Above { writes, .. }) => {
                *writes += 1;
                None
            }
            None => {
                self.work.insert(key.clone(), RowVersion::Above { writes: 1, first });
                None
            }
        }
    }

    pub(crate) fn into_parts(self) -> (HashMap<StreamId, Version>, HashMap<ReaderId, Checkpoint>) {
        (self.heads, self.checkpoints)
    }
}
