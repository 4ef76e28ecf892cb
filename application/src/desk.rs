//! The desk at which a reactor works through a batch: the aggregates that it touches, folded once and carried in memory, and the one unit of
//! work that the batch becomes.
//!
//! Whatever is looked at here is guarded: the unit expects the version that the decision was made from. If the commit is refused, everything
//! touched is forgotten, and the batch is worked through again on what the store says.

use std::collections::HashMap;
use std::sync::Arc;

use orderflow_domain::event::{Event, Recorded};
use orderflow_domain::inventory::{Item, Reservation};
use orderflow_domain::ordering::Order;
use orderflow_domain::payment::Payment;
use orderflow_domain::ports::{
    EventStore, Ids, NewEvent, Snapshot, StoreError, UnitOfWork, WorkChange, WorkKey, WorkRow,
};
use orderflow_domain::shared::{Actor, EventId, OrderId, StreamId, Timestamp, TraceContext, Version};
use orderflow_domain::shipping::Shipment;
use orderflow_domain::tasks::Task;
use orderflow_domain::venue::{Book, VenueOrder};

use crate::aggregate::Aggregate;
use crate::cache::{Cache, Held};
use crate::defect::Defect;

/// What led to the events that are being recorded.
#[derive(Clone, Debug, Default)]
struct Cause {
    event: Option<EventId>,
    correlation: Option<OrderId>,
    trace: Option<TraceContext>,
    actor: Option<Actor>,
}

/// See the module.
pub struct Desk {
    cache: Cache,
    store: Arc<dyn EventStore>,
    ids: Arc<dyn Ids>,
    actor: Actor,
    now: Timestamp,
    cause: Cause,
    unit: UnitOfWork,
    /// Where in the unit the change of a row is.
    rows: HashMap<WorkKey, usize>,
    /// Rows that were looked at in the store.
    seen: HashMap<WorkKey, WorkRow>,
    /// What the batch has looked at, in the order in which it did, with the versions that it found.
    touched: Vec<(StreamId, Version)>,
}

macro_rules! held {
    ($($(#[$doc:meta])* $get:ident -> $variant:ident($type:ty);)*) => {
        impl Desk {
            $($(#[$doc])*
            ///
            /// # Errors
            /// It was not loaded: the reactor did not say that it needs it.
            pub fn $get(&mut self, stream: &StreamId) -> Result<&mut $type, Defect> {
                match &mut self.touch(stream)?.state {
                    Aggregate::$variant(state) => Ok(state),
                    _ => Err(Defect::new(format!("{stream} is of another kind"))),
                }
            })*
        }
    };
}

held! {
    /// An order; the unit is guarded by its version.
    order -> Order(Order);
    /// A reservation; the unit is guarded by its version.
    reservation -> Reservation(Reservation);
    /// The stock of an item; the unit is guarded by its version.
    item -> Item(Item);
    /// A payment; the unit is guarded by its version.
    payment -> Payment(Payment);
    /// A shipment; the unit is guarded by its version.
    shipment -> Shipment(Shipment);
    /// An order on the venue; the unit is guarded by its version.
    venue_order -> VenueOrder(VenueOrder);
    /// A book; the unit is guarded by its version.
    book -> Book(Book);
    /// An own participant's work; the unit is guarded by its version.
    task -> Task(Task);
}

impl Desk {
    /// An empty desk. `actor` is who all events recorded here are by.
    #[must_use]
    pub fn new(store: Arc<dyn EventStore>, ids: Arc<dyn Ids>, cache: Cache, actor: Actor) -> Self {
        let (cause, unit, touched) = (Cause::default(), UnitOfWork::default(), Vec::new());
        let (rows, seen) = (HashMap::new(), HashMap::new());
        Self { cache, store, ids, actor, now: Timestamp::UNIX_EPOCH, cause, unit, rows, seen, touched }
    }

    /// The time of the batch.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Begins a batch.
    pub fn begin(&mut self, now: Timestamp) {
        self.cache.age();
        self.seen.clear();
        self.now = now;
    }

    /// Follows what the log shows of streams that are cached here; see [`Cache::observe`].
    pub fn observe(&mut self, recorded: &Recorded, fresh: Option<orderflow_domain::shared::Category>) {
        self.cache.observe(recorded, fresh);
    }

    /// From here on, events are recorded because of this one.
    pub fn because_of(&mut self, recorded: &Recorded) {
        let envelope = &recorded.envelope;
        let (event, trace) = (Some(envelope.id), envelope.trace.clone());
        self.cause = Cause { event, correlation: envelope.correlation, trace, actor: None };
    }

    /// From here on, events are recorded for this order because a clock, a person or an answer from outside came.
    pub fn on_behalf_of(&mut self, order: Option<OrderId>) {
        self.cause = Cause { correlation: order, ..Cause::default() };
    }

    /// Until the next cause, what is recorded is by this actor.
    pub fn by(&mut self, actor: Actor) {
        self.cause.actor = Some(actor);
    }

    /// Brings a stream in.
    ///
    /// # Errors
    /// The store's.
    pub async fn load(&mut self, stream: &StreamId) -> Result<(), StoreError> {
        self.cache.load(&*self.store, stream).await
    }

    /// Takes a stream to be new; see [`Cache::presume_new`].
    pub fn presume_new(&mut self, stream: &StreamId) {
        self.cache.presume_new(stream);
    }

    /// Whether a stream is here.
    #[must_use]
    pub fn holds(&self, stream: &StreamId) -> bool {
        self.cache.holds(stream)
    }

    /// A state to look at before deciding what else is needed; not guarded.
    #[must_use]
    pub fn peek(&self, stream: &StreamId) -> Option<&Aggregate> {
        self.cache.peek(stream).map(|held| &held.state)
    }

    fn touch(&mut self, stream: &StreamId) -> Result<&mut Held, Defect> {
        let held = self.cache.get(stream).ok_or_else(|| Defect::new(format!("{stream} was not loaded")))?;
        if !held.touched {
            held.touched = true;
            self.touched.push((stream.clone(), held.version));
        }
        Ok(held)
    }

    /// Records an event and folds it in.
    ///
    /// # Errors
    /// The stream was not loaded, or is of another context.
    pub fn record(&mut self, stream: &StreamId, event: impl Into<Event>) -> Result<(), Defect> {
        let event = event.into();
        let at = self.now;
        let held = self.touch(stream)?;
        held.state.apply(&event, at)?;
        held.version = held.version.next();
        self.append(stream, event);
        Ok(())
    }

    /// Records an event whose effect the state already shows (what a batch did to an item, summed up at its end).
    ///
    /// # Errors
    /// The stream was not loaded.
    pub fn record_applied(&mut self, stream: &StreamId, event: impl Into<Event>) -> Result<(), Defect> {
        let held = self.touch(stream)?;
        held.version = held.version.next();
        self.append(stream, event.into());
        Ok(())
    }

    fn append(&mut self, stream: &StreamId, event: Event) {
        self.unit.events.push(NewEvent {
            id: EventId(self.ids.next(self.now)),
            stream: stream.clone(),
            at: self.now,
            correlation: stream.order_id().or(self.cause.correlation),
            causation: self.cause.event,
            actor: self.cause.actor.as_ref().unwrap_or(&self.actor).clone(),
            trace: self.cause.trace.clone(),
            event,
        });
    }

    /// Adds a change of a work row; a later one of the same row takes the place of an earlier one.
    pub fn work(&mut self, change: WorkChange) {
        let end = self.unit.work.len();
        let place = *self.rows.entry(key_of(&change).clone()).or_insert(end);
        match self.unit.work.get_mut(place) {
            Some(earlier) => *earlier = change,
            None => self.unit.work.push(change),
        }
    }

    /// Looks at a row in the store, once per batch.
    ///
    /// # Errors
    /// The store's.
    pub async fn look_at(&mut self, row: &WorkKey) -> Result<(), StoreError> {
        if !self.seen.contains_key(row)
            && let Some(found) = self.store.work(row).await?
        {
            self.seen.insert(row.clone(), found);
        }
        Ok(())
    }

    /// A row that was looked at and is there.
    #[must_use]
    pub fn seen(&self, row: &WorkKey) -> Option<&WorkRow> {
        self.seen.get(row)
    }

    /// The change of a row that this batch has come to so far.
    #[must_use]
    pub fn planned(&self, row: &WorkKey) -> Option<&WorkChange> {
        self.rows.get(row).and_then(|place| self.unit.work.get(*place))
    }

    /// The streams of one kind that the batch has touched.
    pub fn touched(&self, category: orderflow_domain::shared::Category) -> Vec<StreamId> {
        self.touched.iter().map(|(stream, _)| stream).filter(|stream| stream.category == category).cloned().collect()
    }

    /// `true` if the batch looked at nothing and changes nothing. What was looked at is committed even without events: a decision to do nothing
    /// is guarded by its version like any other.
    #[must_use]
    pub fn is_untouched(&self) -> bool {
        self.touched.is_empty() && self.is_clean()
    }

    /// `true` if committing the batch would change nothing.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.unit.events.is_empty() && self.unit.work.is_empty()
    }

    /// How many events the batch has come to so far.
    #[must_use]
    pub fn recorded(&self) -> usize {
        self.unit.events.len()
    }

    /// Forgets a stream, so that it is read again.
    pub fn forget(&mut self, stream: &StreamId) {
        self.cache.forget(stream);
    }

    /// The unit of work that the batch has become. Follow with [`Desk::settled`] or [`Desk::refused`].
    pub fn take_unit(&mut self) -> UnitOfWork {
        self.rows.clear();
        let mut unit = std::mem::take(&mut self.unit);
        unit.expect.clone_from(&self.touched);
        unit
    }

    /// The unit is committed. Answers the snapshots that are due.
    pub fn settled(&mut self) -> Vec<Snapshot> {
        let mut due = Vec::new();
        for (stream, _) in std::mem::take(&mut self.touched) {
            let Some(held) = self.cache.get(&stream) else { continue };
            held.touched = false;
            if held.state.is_at_rest() {
                self.cache.forget(&stream);
                continue;
            }
            let Some(fold) = Aggregate::fold_version(stream.category) else { continue };
            if held.version.0 - held.snapshot.0 >= held.state.snapshot_every()
                && let Some(body) = held.state.snapshot()
            {
                held.snapshot = held.version;
                due.push(Snapshot { version: held.version, stream, fold, body: body.into() });
            }
        }
        due
    }

    /// The unit was refused, or is given up: what it touched is in doubt.
    pub fn refused(&mut self) {
        self.unit = UnitOfWork::default();
        self.rows.clear();
        for (stream, _) in std::mem::take(&mut self.touched) {
            self.cache.forget(&stream);
        }
    }
}

fn key_of(change: &WorkChange) -> &WorkKey {
    match change {
        WorkChange::Put { key, .. }
        | WorkChange::Delete { key, .. }
        | WorkChange::Set { key, .. }
        | WorkChange::Clear { key } => key,
    }
}
