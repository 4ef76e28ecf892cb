//! Runs one reactor: reads a batch of the log, has the reactor work through it at its desk, and commits what follows together with the
//! checkpoint, in one unit of work. So each message takes effect once, also after a crash at any point.
//!
//! What goes wrong is told apart: a conflict or a store that is away is tried again without end; a message that fails by itself is found, tried
//! [`ATTEMPTS`] times, and then parks with its key.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::SignedDuration;
use orderflow_domain::event::Recorded;
use orderflow_domain::ports::{CommitError, EventStore, Ids, StoreError, UnitOfWork, WorkKind};
use orderflow_domain::shared::{Actor, Failure, Position, Reason, Timestamp};

use super::parking::{self, DeadLetter, Handling};
use super::{Message, Reactor, message_for};
use crate::cache::Cache;
use crate::defect::{Defect, guarded};
use crate::desk::Desk;
use crate::status::WorkerStatus;
use crate::tail::Tail;
use crate::worker::{Next, Stall, Worker};

/// Events read at once; more share a commit, and the wait for it, than a client's patience would notice.
const BATCH: usize = 4_096;
/// Events recorded after which a batch ends where it is: one message may come to tens of thousands (a trade that meets many), and a unit of work is
/// held in memory and committed whole.
const RECORDED: usize = 16_384;
/// Deterministic failures of one message until its key parks.
const ATTEMPTS: u32 = 5;
/// Rows looked at for what an operator wants; those of other reactors are among them.
const WANTED: usize = 10_000;
/// How often parked rows are looked at for what an operator wants, besides when asked.
const REDRIVE_EVERY: SignedDuration = SignedDuration::from_millis(500);

/// Why a batch could not be worked through.
enum Trouble {
    Store(StoreError),
    Defect { index: usize, defect: Defect },
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// See the module.
pub struct ReactorWorker {
    reactor: Arc<dyn Reactor>,
    name: &'static str,
    store: Arc<dyn EventStore>,
    status: Arc<WorkerStatus>,
    pool: Option<Arc<WorkerStatus>>,
    tail: Tail,
    desk: Desk,
    parked: BTreeSet<String>,
    trying: (Position, u32),
    only: Option<usize>,
    /// Events worked through at once: fewer after a conflict, since the fewer streams a unit touches, the rarer others are faster at one of them.
    most: usize,
    /// What a stream was taken to be, new or no longer than the events read, it was not: until the next commit each is read from the store.
    reads_all: bool,
}

impl ReactorWorker {
    /// A worker for that reactor. `pool` makes the calls to the outside that it intends, and is told when there are some.
    #[must_use]
    pub fn new(
        reactor: Arc<dyn Reactor>,
        store: Arc<dyn EventStore>,
        ids: Arc<dyn Ids>,
        cache: Cache,
        status: Arc<WorkerStatus>,
        pool: Option<Arc<WorkerStatus>>,
    ) -> Self {
        let context = reactor.context().name();
        let tail = Tail::new(store.clone(), context, status.clone());
        let desk = Desk::new(store.clone(), ids, cache, Actor::system(context));
        let (parked, trying, only, most, reads_all) = (BTreeSet::new(), (Position::START, 0), None, BATCH, false);
        Self { reactor, name: context, store, status, pool, tail, desk, parked, trying, only, most, reads_all }
    }

    async fn start(&mut self) -> Result<(), Stall> {
        if self.tail.start().await? {
            self.parked = parking::parked_keys(&*self.store, self.name).await.inspect_err(|_| {
                // Without its parked keys it must not go on: all of it is read again.
                self.tail.restart();
            })?;
            self.status.set_parked(self.parked.len());
        }
        Ok(())
    }

    /// Works through the events one after the other, loading what each needs. Answers how many it came through: fewer than all if they led to much.
    async fn work_through(&mut self, events: &[Arc<Recorded>], now: Timestamp) -> Result<usize, Trouble> {
        let mut through = 0;
        for (index, recorded) in events.iter().enumerate() {
            if self.desk.recorded() >= RECORDED {
                break;
            }
            through = index + 1;
            let Some(message) = message_for(self.reactor.context(), recorded) else { continue };
            if !self.parked.is_empty() && !message.is_undo() {
                let key = message.key().to_string();
                if self.parked.contains(&key) {
                    self.desk.work(parking::park(self.name, &key, recorded, now, None));
                    continue;
                }
            }
            if !self.reads_all
                && let Some(made) = self.reactor.makes(&message)
            {
                self.desk.presume_new(&made);
            }
            let at_fault = |defect| Trouble::Defect { index, defect };
            load_needs(&*self.reactor, &message, &mut self.desk).await?.map_err(at_fault)?;
            self.desk.because_of(recorded);
            let (reactor, desk) = (&*self.reactor, &mut self.desk);
            guarded(|| reactor.react(&message, desk)).map_err(at_fault)?;
        }
        let (reactor, desk) = (&*self.reactor, &mut self.desk);
        // What sums up a batch can't be told to one message: half of the batch is tried next, down to a single one.
        guarded(|| reactor.finish(desk)).map_err(|defect| Trouble::Defect { index: through / 2, defect })?;
        Ok(through)
    }

    async fn commit(&mut self, events: &[Arc<Recorded>]) -> Result<Next, Stall> {
        let Some(last) = events.last() else { return Ok(Next::Now) };
        if self.desk.is_untouched() {
            self.tail.passed(last);
            self.tail.flush_if_far().await?;
            return Ok(Next::Now);
        }
        let mut unit = self.desk.take_unit();
        unit.checkpoint = Some(self.tail.move_to(last));
        match self.submit(unit).await {
            Ok(()) => {}
            // Others keep writing to the orders of a large batch; a smaller one is another try, so it does not wait.
            Err(CommitError::Conflict { .. }) if events.len() > 1 => {
                self.most = events.len() / 2;
                return Ok(Next::Now);
            }
            Err(error) => return Err(error.into()),
        }
        self.most = self.most.saturating_mul(2).min(BATCH);
        self.tail.moved(last);
        self.trying = (Position::START, 0);
        Ok(Next::Now)
    }

    async fn submit(&mut self, unit: UnitOfWork) -> Result<(), CommitError> {
        let intends = !unit.work.is_empty();
        match self.store.commit(unit).await {
            Ok(_) => {
                self.reads_all = false;
                if let (true, Some(pool)) = (intends, &self.pool) {
                    pool.nudge();
                }
                for snapshot in self.desk.settled() {
                    // A snapshot is a short cut; without it the next one is only further away.
                    if let Err(error) = self.store.save_snapshot(snapshot).await {
                        tracing::warn!(%error, "snapshot not kept");
                    }
                }
                Ok(())
            }
            Err(error) => {
                self.desk.refused();
                self.reads_all |= matches!(error, CommitError::Conflict { .. });
                metrics::counter!("orderflow_reactor_retries_total", "reactor" => self.name).increment(1);
                if matches!(
                    error,
                    CommitError::CheckpointMoved { .. } | CommitError::WorkMoved { .. } | CommitError::Unknown(_)
                ) {
                    self.tail.restart();
                }
                Err(error)
            }
        }
    }

    /// A message failed by itself. Those before it are committed first; then it is tried alone, and at last parked.
    async fn failed(
        &mut self,
        events: &[Arc<Recorded>],
        index: usize,
        defect: Defect,
        now: Timestamp,
    ) -> Result<Next, Stall> {
        self.desk.refused();
        if index > 0 {
            self.only = Some(index);
            return Ok(Next::Now);
        }
        let Some(recorded) = events.first() else { return Ok(Next::Now) };
        let position = recorded.envelope.position;
        let attempts = if self.trying.0 == position { self.trying.1 + 1 } else { 1 };
        self.trying = (position, attempts);
        self.only = Some(1);
        if attempts < ATTEMPTS {
            return Err(Stall::Passing(format!("position {position}, attempt {attempts}: {defect}")));
        }
        self.park(recorded, &defect, attempts, now).await
    }

    async fn park(
        &mut self,
        recorded: &Arc<Recorded>,
        defect: &Defect,
        attempts: u32,
        now: Timestamp,
    ) -> Result<Next, Stall> {
        let Some(message) = message_for(self.reactor.context(), recorded) else {
            return Err(Stall::Lasting(format!("position {}: {defect}", recorded.envelope.position)));
        };
        let key = parking::queue(&message);
        tracing::error!(reactor = %self.name, %key, position = %recorded.envelope.position, error = %defect, "parked");
        let error = defect.to_string();
        let earlier = self.store.work_list(WorkKind::Parked, Some(&parking::group(self.name, &key)), None, 1).await?;
        let row = match earlier.first().filter(|_| message.is_undo()) {
            // The same undo, asked for again: it waits once.
            Some(row) => DeadLetter::read(row)?.failed_again(now, &error, attempts),
            None => parking::park(self.name, &key, recorded, now, Some((&error, attempts))),
        };
        let checkpoint = Some(self.tail.move_to(recorded));
        self.submit(UnitOfWork { work: vec![row], checkpoint, ..UnitOfWork::default() }).await?;
        self.tail.moved(recorded);
        self.parked.insert(key);
        self.status.set_parked(self.parked.len());
        self.trying = (Position::START, 0);
        Ok(Next::Now)
    }

    /// Does what an operator wants done with a parked message, if there is one: always the first of its key, so that order is kept. When it is
    /// done, the next of the key follows by itself.
    async fn redrive(&mut self, now: Timestamp) -> Result<bool, Stall> {
        let due = self.store.work_due(WorkKind::Parked, None, now, WANTED).await?;
        let mine = |group: &str| group.split_once('/').is_some_and(|(name, _)| name == self.name);
        let Some(wanted) = due.into_iter().find(|row| mine(&row.key.group)) else { return Ok(false) };
        let queue = self.store.work_list(WorkKind::Parked, Some(&wanted.key.group), None, 2).await?;
        let mut letters = queue.iter().map(DeadLetter::read).collect::<Result<Vec<_>, _>>()?.into_iter();
        let Some(mut letter) = letters.next() else { return Ok(false) };
        let handling = letter.parked.handling.take();
        let by = match &handling {
            Some(Handling::Redrive { by } | Handling::Discard { by, .. }) => by.clone(),
            None => Actor::system(self.name),
        };
        self.desk.begin(now);
        match self.handle(&letter, handling.as_ref(), &by).await {
            Ok(()) => {
                self.desk.work(letter.delete());
                let next = letters.next();
                let last = next.is_none();
                if let Some(mut next) = next {
                    next.parked.handling.get_or_insert(Handling::Redrive { by });
                    self.desk.work(next.put());
                }
                let unit = self.desk.take_unit();
                self.submit(unit).await?;
                if last {
                    self.parked.remove(&letter.parked.key);
                    self.status.set_parked(self.parked.len());
                }
            }
            Err(Trouble::Store(error)) => {
                self.desk.refused();
                return Err(error.into());
            }
            Err(Trouble::Defect { defect, .. }) => {
                self.desk.refused();
                letter.parked.failed(now, by, &defect.to_string(), 1);
                self.submit(UnitOfWork { work: vec![letter.put()], ..UnitOfWork::default() }).await?;
            }
        }
        Ok(true)
    }

    async fn handle(&mut self, letter: &DeadLetter, handling: Option<&Handling>, by: &Actor) -> Result<(), Trouble> {
        let before = Position(letter.parked.position.0.saturating_sub(1));
        let events = self.store.read_log(before, 1).await?;
        let at_fault = |defect| Trouble::Defect { index: 0, defect };
        let message = events.first().and_then(|recorded| message_for(self.reactor.context(), recorded));
        let Some(message) = message else { return Err(at_fault(Defect::new("the log holds no such message"))) };
        load_needs(&*self.reactor, &message, &mut self.desk).await?.map_err(at_fault)?;
        self.desk.because_of(message.recorded);
        if let Some(Handling::Discard { .. }) = handling {
            self.desk.by(by.clone());
        }
        let (reactor, desk) = (&*self.reactor, &mut self.desk);
        guarded(|| {
            match handling {
                Some(Handling::Discard { reason, .. }) => {
                    reactor.discard(&message, &Failure::definitive(Reason::Discarded, reason.clone()), desk)?;
                }
                Some(Handling::Redrive { .. }) | None => reactor.react(&message, desk)?,
            }
            reactor.finish(desk)
        })
        .map_err(at_fault)
    }
}

/// Loads until the reactor names nothing more. To name it, it looks at what is there, so that can fail like a decision.
async fn load_needs(
    reactor: &dyn Reactor,
    message: &Message<'_>,
    desk: &mut Desk,
) -> Result<Result<(), Defect>, StoreError> {
    loop {
        let needs = match guarded(|| Ok(reactor.needs(message, desk))) {
            Ok(needs) => needs,
            Err(defect) => return Ok(Err(defect)),
        };
        let missing: Vec<_> = needs.into_iter().filter(|stream| !desk.holds(stream)).collect();
        if missing.is_empty() {
            let row = guarded(|| Ok(reactor.row(message, desk)));
            if let Ok(Some(row)) = &row {
                desk.look_at(row).await?;
            }
            return Ok(row.map(|_| ()));
        }
        for stream in missing {
            desk.load(&stream).await?;
        }
    }
}

#[async_trait]
impl Worker for ReactorWorker {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn step(&mut self, now: Timestamp) -> Result<Next, Stall> {
        self.start().await?;
        if self.status.is_paused() {
            return Ok(Next::When(None));
        }
        // One at a time, so that a long queue does not keep other keys waiting.
        let redriven = !self.parked.is_empty() && self.redrive(now).await?;
        let mut events = self.tail.read(BATCH).await?;
        if events.is_empty() && redriven {
            return Ok(Next::Now);
        }
        if events.is_empty() {
            return Ok(Next::When((!self.parked.is_empty()).then(|| now + REDRIVE_EVERY)));
        }
        self.desk.begin(now);
        // A stream that begins in these events may go on beyond them, where the reader has not come to yet.
        let takes_up = self.reactor.takes_up().filter(|_| !self.reads_all);
        for recorded in &events {
            self.desk.observe(recorded, takes_up);
        }
        events.truncate(self.only.take().unwrap_or(self.most).min(self.most));
        match self.work_through(&events, now).await {
            Ok(through) => {
                events.truncate(through);
                self.commit(&events).await
            }
            Err(Trouble::Defect { index, defect }) => self.failed(&events, index, defect, now).await,
            Err(Trouble::Store(error)) => {
                self.desk.refused();
                Err(error.into())
            }
        }
    }

    async fn ready(&mut self) {
        tokio::select! {
            () = self.tail.ready() => {}
            () = self.status.nudged() => {}
        }
    }
}
