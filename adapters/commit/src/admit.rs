//! Step 2 of a commit: a queue of units, admitted in order and in memory. Units of one batch see each other; a refused unit leaves nothing
//! behind, not even its claim, and its neighbours go on.
//!
//! A unit that was committed before (its caller got no answer and submits it again) is known by the id of its first event at the place
//! where it would stand. That is looked up only when something else already speaks against the unit, so it costs new units nothing.

use std::sync::Arc;

use foldhash::HashMap;
use orderflow_domain::event::Recorded;
use orderflow_domain::ports::{
    Checkpoint, CheckpointMove, Claim, ClaimKey, CommitError, Committed, Fingerprint, NewEvent, ReaderId, Receipt,
    UnitOfWork, WorkChange, WorkKey,
};
use orderflow_domain::shared::{Envelope, Position, StreamId, Version};

use crate::batch::{Batch, Verdict, WorkWrite};
use crate::check::well_formed;
use crate::overlay::{Overlay, after};
use crate::to_microsecond;

/// What the store holds, before the batch. Each is asked for at most when a unit touches it.
pub trait Facts {
    /// Why the store could not be asked.
    type Error;

    /// The version of a stream; [`Version::EMPTY`] if there is none.
    ///
    /// # Errors
    /// The store's.
    fn head(&mut self, stream: &StreamId) -> Result<Version, Self::Error>;

    /// A claim.
    ///
    /// # Errors
    /// The store's.
    fn claim(&mut self, key: &ClaimKey) -> Result<Option<(Fingerprint, Receipt)>, Self::Error>;

    /// A reader's checkpoint.
    ///
    /// # Errors
    /// The store's.
    fn checkpoint(&mut self, reader: &ReaderId) -> Result<Option<Checkpoint>, Self::Error>;

    /// The version of a work row; 0 if there is none.
    ///
    /// # Errors
    /// The store's.
    fn work(&mut self, key: &WorkKey) -> Result<u64, Self::Error>;

    /// The event at a place of a stream.
    ///
    /// # Errors
    /// The store's.
    fn recorded(&mut self, stream: &StreamId, version: Version) -> Result<Option<Arc<Recorded>>, Self::Error>;
}

/// Why a unit is not admitted: it is refused, or the store could not be asked.
enum Stop<E> {
    Refused(CommitError),
    Store(E),
}

impl<E> From<CommitError> for Stop<E> {
    fn from(error: CommitError) -> Self {
        Self::Refused(error)
    }
}

/// What a unit expects. A reactor's unit has thousands of streams, each of which is asked for; a command's has one.
enum Expected<'a> {
    Few(&'a [(StreamId, Version)]),
    Many(HashMap<&'a StreamId, Version>),
}

impl<'a> Expected<'a> {
    fn new(expect: &'a [(StreamId, Version)]) -> Self {
        match expect.len() {
            0..=8 => Self::Few(expect),
            _ => Self::Many(expect.iter().map(|(stream, version)| (stream, *version)).collect()),
        }
    }

    fn version(&self, stream: &StreamId) -> Version {
        let found = match self {
            Self::Few(expect) => expect.iter().find(|(one, _)| one == stream).map(|(_, version)| version),
            Self::Many(expect) => expect.get(stream),
        };
        found.copied().unwrap_or(Version::EMPTY)
    }
}

/// An admission under way.
#[derive(Debug)]
pub struct Admission {
    overlay: Overlay,
    batch: Batch,
}

impl Admission {
    /// Starts at the head of the log.
    #[must_use]
    pub fn new(head: Position) -> Self {
        Self { overlay: Overlay::default(), batch: Batch { head, ..Batch::default() } }
    }

    /// Admits or refuses the next unit of the queue.
    ///
    /// # Errors
    /// The store could not be asked: the whole batch is to be given up.
    pub fn admit<F: Facts>(&mut self, facts: &mut F, unit: UnitOfWork) -> Result<(), F::Error> {
        let verdict = match self.check(facts, &unit) {
            Ok(()) => Verdict::Admitted(self.apply(unit)),
            Err(Stop::Refused(error @ CommitError::Malformed(_))) => Verdict::Refused(error),
            Err(Stop::Refused(error)) => match self.already_in(facts, &unit)? {
                Some(committed) => Verdict::AlreadyIn(committed),
                None => Verdict::Refused(error),
            },
            Err(Stop::Store(error)) => return Err(error),
        };
        self.batch.verdicts.push(verdict);
        Ok(())
    }

    /// What is to be written.
    #[must_use]
    pub fn finish(self) -> Batch {
        let (heads, checkpoints) = self.overlay.into_parts();
        Batch { heads, checkpoints, ..self.batch }
    }

    /// A claim speaks first: if the operation took effect before, its caller is told so, and not that the stream has moved on.
    fn check<F: Facts>(&self, facts: &mut F, unit: &UnitOfWork) -> Result<(), Stop<F::Error>> {
        well_formed(unit)?;
        if let Some(claim) = &unit.claim {
            match self.overlay.claim(facts, &claim.key).map_err(Stop::Store)? {
                Some((taken, receipt)) if taken == claim.fingerprint => {
                    return Err(CommitError::AlreadyClaimed(receipt).into());
                }
                Some(_) => return Err(CommitError::ClaimMismatch.into()),
                None => {}
            }
        }
        if let Some(step) = &unit.checkpoint {
            let at = self.overlay.checkpoint(facts, &step.reader).map_err(Stop::Store)?;
            let actual = at.map_or(Position::START, |checkpoint| checkpoint.position);
            if actual != step.from {
                return Err(CommitError::CheckpointMoved { actual }.into());
            }
        }
        for (stream, expected) in &unit.expect {
            let actual = self.overlay.head(facts, stream).map_err(Stop::Store)?;
            if actual != *expected {
                return Err(CommitError::Conflict { stream: stream.clone(), expected: *expected, actual }.into());
            }
        }
        unit.work.iter().try_for_each(|change| self.check_work(facts, change))
    }

    fn check_work<F: Facts>(&self, facts: &mut F, change: &WorkChange) -> Result<(), Stop<F::Error>> {
        let (WorkChange::Put { key, expected, .. } | WorkChange::Delete { key, expected }) = change else {
            return Ok(());
        };
        let actual = self.overlay.work(facts, key).map_err(Stop::Store)?;
        if actual == *expected { Ok(()) } else { Err(CommitError::WorkMoved { actual }.into()) }
    }

    /// The same unit, if it is in already: by its first event, or, without events, by a checkpoint that stands exactly where it would put it.
    /// (A claim without events needs nothing more: `AlreadyClaimed` says that it took effect.)
    fn already_in<F: Facts>(&self, facts: &mut F, unit: &UnitOfWork) -> Result<Option<Committed>, F::Error> {
        let Some(first) = unit.events.first() else { return self.already_moved(facts, unit) };
        let place = |event: &NewEvent| unit.expect.iter().find(|(stream, _)| *stream == event.stream);
        let Some((stream, expected)) = place(first) else { return Ok(None) };
        if let Some(earlier) = self.overlay.first(stream, expected.next(), first.id) {
            let earlier = self.batch.verdicts.get(earlier);
            return Ok(earlier.and_then(|verdict| verdict.clone().into_answer().ok()));
        }
        let mut events: Vec<Arc<Recorded>> = Vec::with_capacity(unit.events.len());
        let mut versions: std::collections::HashMap<&StreamId, Version> =
            unit.expect.iter().map(|(stream, version)| (stream, *version)).collect();
        for event in &unit.events {
            let Some(version) = versions.get_mut(&event.stream) else { return Ok(None) };
            *version = version.next();
            match facts.recorded(&event.stream, *version)? {
                Some(recorded) if recorded.envelope.id == event.id => events.push(recorded),
                _ => return Ok(None),
            }
        }
        let position = events.last().map_or(self.batch.head, |event| event.envelope.position);
        Ok(Some(Committed { events, position }))
    }

    fn already_moved<F: Facts>(&self, facts: &mut F, unit: &UnitOfWork) -> Result<Option<Committed>, F::Error> {
        let Some(step) = unit.checkpoint.as_ref().filter(|_| unit.claim.is_none()) else { return Ok(None) };
        let at = self.overlay.checkpoint(facts, &step.reader)?;
        let there = step.from != step.to && at == Some(Checkpoint { position: step.to, event: step.event });
        Ok(there.then(|| Committed { events: Vec::new(), position: self.batch.head }))
    }

    /// Takes in a unit that has passed every check; from here nothing can refuse it.
    fn apply(&mut self, unit: UnitOfWork) -> Committed {
        let index = self.batch.verdicts.len();
        let mut events = Vec::with_capacity(unit.events.len());
        let expected = Expected::new(&unit.expect);
        for event in unit.events {
            let recorded = self.record(event, &expected);
            if events.is_empty() {
                let Envelope { stream, version, id, .. } = &recorded.envelope;
                self.overlay.set_first(stream.clone(), *version, *id, index);
            }
            events.push(recorded);
        }
        self.batch.events.extend(events.iter().cloned());
        if let Some(Claim { key, fingerprint, receipt }) = unit.claim {
            self.overlay.set_claim(key.clone(), fingerprint, receipt.clone());
            self.batch.claims.push(Claim { key, fingerprint, receipt });
        }
        if let Some(CheckpointMove { reader, to, event, .. }) = unit.checkpoint {
            self.overlay.set_checkpoint(reader, Checkpoint { position: to, event });
        }
        for change in unit.work {
            self.apply_work(change);
        }
        Committed { events, position: self.batch.head }
    }

    fn record(&mut self, new: NewEvent, expected: &Expected<'_>) -> Arc<Recorded> {
        let version = self.overlay.grow(&new.stream, || expected.version(&new.stream));
        self.batch.head = self.batch.head.next();
        let envelope = Envelope {
            id: new.id,
            position: self.batch.head,
            stream: new.stream,
            version,
            at: to_microsecond(new.at),
            correlation: new.correlation,
            causation: new.causation,
            actor: new.actor,
            trace: new.trace,
        };
        Arc::new(Recorded { envelope, event: new.event })
    }

    fn apply_work(&mut self, change: WorkChange) {
        let first = first_version(self.batch.head);
        let write = match change {
            WorkChange::Put { key, expected, due, body } => {
                let version = after(expected, first);
                self.overlay.set_work(key.clone(), version);
                WorkWrite::Write { key, version: Some(version), first, due: to_microsecond(due), body }
            }
            WorkChange::Set { key, due, body } => {
                let version = self.overlay.write_over(&key, first);
                WorkWrite::Write { key, version, first, due: to_microsecond(due), body }
            }
            WorkChange::Delete { key, .. } | WorkChange::Clear { key } => {
                self.overlay.set_work(key.clone(), 0);
                WorkWrite::Delete(key)
            }
        };
        self.batch.work.push(write);
    }
}

/// Writes of one row, without a single event in the log meanwhile, until a row that takes its place could meet its versions.
const WRITES: u64 = 1 << 16;

/// The version that a row begins with. Between the life of a row and that of the next one of its name the log grows (what is wanted anew is wanted
/// because something happened), so versions that grow with the log keep the two apart, and nothing has to be kept of rows that are gone.
const fn first_version(head: Position) -> u64 {
    head.0.saturating_mul(WRITES) + 1
}
