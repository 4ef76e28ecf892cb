//! Aggregates that are in use, with their versions: a command or a batch does not read a stream again that it folded a moment ago.
//!
//! The cache is never trusted: each decision commits under the version that it was made from. What others write to a stream is folded in as
//! the log passes by, so that in the ordinary case the version holds.
//!
//! Two generations instead of a list of uses: when the young one is full it becomes the old one, and what the old one still held goes. That
//! keeps at least the last `capacity / 2` aggregates used, at the cost of one look-up.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;
use orderflow_domain::event::Recorded;
use orderflow_domain::ordering::Plans;
use orderflow_domain::ports::{EventStore, StoreError};
use orderflow_domain::shared::{Category, StreamId, Version};

use crate::aggregate::Aggregate;

/// Events read at once while a stream is folded.
const PAGE: usize = 1_000;

/// A folded stream and its version.
#[derive(Clone, Debug)]
pub struct Held {
    /// The state.
    pub state: Aggregate,
    /// After so many events.
    pub version: Version,
    /// The version of its newest snapshot.
    pub snapshot: Version,
    /// The batch under way has looked at it, and expects the version that it had then.
    pub(crate) touched: bool,
}

impl Held {
    /// Reads and folds a stream, from its snapshot on if it has one.
    ///
    /// # Errors
    /// The store's.
    pub async fn load(store: &dyn EventStore, plans: &Arc<Plans>, stream: &StreamId) -> Result<Self, StoreError> {
        let mut held = Self::from_snapshot(store, stream).await?.unwrap_or_else(|| Self::blank(plans, stream));
        loop {
            let page = store.read_stream(stream, held.version, PAGE).await?;
            let whole = page.len() == PAGE;
            for recorded in page {
                held.follow(&recorded)?;
            }
            if !whole {
                return Ok(held);
            }
        }
    }

    /// Before the first event.
    #[must_use]
    pub fn blank(plans: &Arc<Plans>, stream: &StreamId) -> Self {
        let (version, snapshot) = (Version::EMPTY, Version::EMPTY);
        Self { state: Aggregate::blank(stream.category, plans), version, snapshot, touched: false }
    }

    async fn from_snapshot(store: &dyn EventStore, stream: &StreamId) -> Result<Option<Self>, StoreError> {
        let Some(fold) = Aggregate::fold_version(stream.category) else { return Ok(None) };
        let Some(snapshot) = store.snapshot(stream, fold).await? else { return Ok(None) };
        let version = snapshot.version;
        Ok(Aggregate::restore(stream, &snapshot.body).map(|state| Self {
            state,
            version,
            snapshot: version,
            touched: false,
        }))
    }

    /// Folds the next event in.
    pub(crate) fn follow(&mut self, recorded: &Recorded) -> Result<(), StoreError> {
        let envelope = &recorded.envelope;
        if envelope.version != self.version.next() {
            return Err(StoreError::Corrupt(format!("{} has a gap after version {}", envelope.stream, self.version)));
        }
        self.state
            .apply(&recorded.event, envelope.at)
            .map_err(|defect| StoreError::Corrupt(format!("{}: {defect}", envelope.stream)))?;
        self.version = envelope.version;
        Ok(())
    }
}

/// A bounded set of aggregates.
#[derive(Debug)]
pub struct Cache {
    young: HashMap<StreamId, Held, RandomState>,
    old: HashMap<StreamId, Held, RandomState>,
    half: usize,
    plans: Arc<Plans>,
}

impl Cache {
    /// Keeps up to `capacity` aggregates.
    #[must_use]
    pub fn new(capacity: usize, plans: Arc<Plans>) -> Self {
        Self { young: HashMap::default(), old: HashMap::default(), half: (capacity / 2).max(1), plans }
    }

    /// The plans that orders are folded with.
    #[must_use]
    pub const fn plans(&self) -> &Arc<Plans> {
        &self.plans
    }

    /// Brings a stream in, if it is not here.
    ///
    /// # Errors
    /// The store's.
    pub async fn load(&mut self, store: &dyn EventStore, stream: &StreamId) -> Result<(), StoreError> {
        if self.get(stream).is_none() {
            let held = Held::load(store, &self.plans, stream).await?;
            self.young.insert(stream.clone(), held);
        }
        Ok(())
    }

    /// Takes a stream that is not here to be new, without reading it. The unit that writes it expects version 0, so if it is not new after all,
    /// the commit says so.
    pub fn presume_new(&mut self, stream: &StreamId) {
        if self.get(stream).is_none() {
            self.young.insert(stream.clone(), Held::blank(&self.plans, stream));
        }
    }

    /// One that is here.
    pub fn get(&mut self, stream: &StreamId) -> Option<&mut Held> {
        if !self.young.contains_key(stream) {
            let held = self.old.remove(stream)?;
            self.young.insert(stream.clone(), held);
        }
        self.young.get_mut(stream)
    }

    /// Whether it is here.
    #[must_use]
    pub fn holds(&self, stream: &StreamId) -> bool {
        self.young.contains_key(stream) || self.old.contains_key(stream)
    }

    /// One that is here, only to look at.
    #[must_use]
    pub fn peek(&self, stream: &StreamId) -> Option<&Held> {
        self.young.get(stream).or_else(|| self.old.get(stream))
    }

    /// Forgets a stream: its state is in doubt, or no longer needed.
    pub fn forget(&mut self, stream: &StreamId) {
        self.young.remove(stream);
        self.old.remove(stream);
    }

    /// Lets the generations change. Not while a batch is under way, whose aggregates must stay.
    pub fn age(&mut self) {
        if self.young.len() > self.half {
            self.old = std::mem::take(&mut self.young);
        }
    }

    /// Follows an event that the log shows. A stream that is new is taken up, if `fresh` says so for its kind; one that is here moves on;
    /// one with a gap is forgotten.
    pub fn observe(&mut self, recorded: &Recorded, fresh: Option<Category>) {
        let envelope = &recorded.envelope;
        if let Some(held) = self.get(&envelope.stream) {
            if envelope.version > held.version && held.follow(recorded).is_err() {
                self.forget(&envelope.stream);
            }
        } else if envelope.version == Version(1) && fresh == Some(envelope.stream.category) {
            let mut held = Held::blank(&self.plans, &envelope.stream);
            if held.follow(recorded).is_ok() {
                self.young.insert(envelope.stream.clone(), held);
            }
        }
    }
}
