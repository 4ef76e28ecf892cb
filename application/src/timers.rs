//! Durable timers: derived from the log, kept in memory, and stored only if they outlive the next save. Most steps end long before, so a timer
//! costs nothing; and after a crash the rows and the log since their checkpoint give all of them back.
//!
//! What is due becomes a tick on the stream that wanted it. A tick names the attempt that it is about, so one that is late or comes twice does
//! nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use jiff::SignedDuration;
use orderflow_domain::event::Recorded;
use orderflow_domain::ports::{EventStore, UnitOfWork, WorkChange, WorkKey, WorkKind};
use orderflow_domain::shared::{StepKind, StreamId, TimerChange, TimerLabel, Timestamp};
use serde::{Deserialize, Serialize};

use crate::status::WorkerStatus;
use crate::tail::Tail;
use crate::ticks::Ticks;
use crate::worker::{Next, Stall, Worker};

/// Events read at once.
const BATCH: usize = 4_096;
/// Rows read at once.
const PAGE: usize = 1_000;
/// Timers that fire in one step.
const FIRE: usize = 256;
/// When a timer that came to nothing by a defect rings again.
const AGAIN: SignedDuration = SignedDuration::from_mins(5);
/// Timers younger than this are not stored.
const SAVE_EVERY: SignedDuration = SignedDuration::from_secs(1);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Key {
    stream: StreamId,
    label: TimerLabel,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Armed {
    due: Timestamp,
    attempt: u32,
}

#[derive(Serialize, Deserialize)]
struct Row {
    key: Key,
    attempt: u32,
}

/// See the module.
pub struct Timers {
    store: Arc<dyn EventStore>,
    status: Arc<WorkerStatus>,
    tail: Tail,
    ticks: Ticks,
    armed: BTreeMap<Key, Armed>,
    by_due: BTreeSet<(Timestamp, Key)>,
    stored: BTreeSet<Key>,
    changed: BTreeSet<Key>,
    save_at: Option<Timestamp>,
}

impl Timers {
    /// Its name as a reader of the log.
    pub const NAME: &str = "timers";

    /// On that store; what is due goes to `ticks`.
    #[must_use]
    pub fn new(store: Arc<dyn EventStore>, ticks: Ticks, status: Arc<WorkerStatus>) -> Self {
        let tail = Tail::new(store.clone(), Self::NAME, status.clone());
        let (armed, by_due) = (BTreeMap::new(), BTreeSet::new());
        let (stored, changed) = (BTreeSet::new(), BTreeSet::new());
        Self { store, status, tail, ticks, armed, by_due, stored, changed, save_at: None }
    }

    async fn start(&mut self) -> Result<(), Stall> {
        if !self.tail.start().await? {
            return Ok(());
        }
        let read = self.read_rows().await;
        if read.is_err() {
            // Half of the timers are none: all of them are read again.
            self.tail.restart();
        }
        read
    }

    async fn read_rows(&mut self) -> Result<(), Stall> {
        (self.armed, self.by_due, self.stored, self.changed) = Default::default();
        let mut after = None;
        loop {
            let rows = self.store.work_list(WorkKind::Timer, None, after.as_ref(), PAGE).await?;
            let whole = rows.len() == PAGE;
            for row in &rows {
                let kept: Row = serde_json::from_str(&row.body)
                    .map_err(|error| Stall::Lasting(format!("timer {}: {error}", row.key.id)))?;
                self.stored.insert(kept.key.clone());
                self.arm(kept.key, Armed { due: row.due, attempt: kept.attempt });
            }
            after = rows.into_iter().last().map(|row| row.key);
            if !whole {
                self.changed.clear();
                return Ok(());
            }
        }
    }

    fn follow(&mut self, recorded: &Recorded) {
        let Some(change) = recorded.event.timer() else { return };
        let stream = &recorded.envelope.stream;
        match change {
            TimerChange::Set { label, attempt, due } => {
                self.arm(Key { stream: stream.clone(), label }, Armed { due, attempt });
            }
            TimerChange::Clear(label) => self.disarm(&Key { stream: stream.clone(), label }),
            TimerChange::ClearAll => self.of(stream).iter().for_each(|key| self.disarm(key)),
        }
    }

    fn of(&self, stream: &StreamId) -> Vec<Key> {
        // The least label there is, so that the range begins at the stream's first timer.
        let first = TimerLabel { step: StepKind::AdmitTrade, undo: false };
        let from = Key { stream: stream.clone(), label: first };
        self.armed.range(from..).map(|(key, _)| key).take_while(|key| key.stream == *stream).cloned().collect()
    }

    fn arm(&mut self, key: Key, armed: Armed) {
        if let Some(before) = self.armed.insert(key.clone(), armed) {
            self.by_due.remove(&(before.due, key.clone()));
        }
        self.by_due.insert((armed.due, key.clone()));
        self.changed.insert(key);
    }

    fn disarm(&mut self, key: &Key) {
        if let Some(before) = self.armed.remove(key) {
            self.by_due.remove(&(before.due, key.clone()));
            self.changed.insert(key.clone());
        }
    }

    /// Stores what has changed and still matters, with the checkpoint, in one unit.
    async fn save(&mut self) -> Result<(), Stall> {
        self.save_at = None;
        let work: Vec<_> = self.changed.iter().filter_map(|key| self.change(key)).collect();
        if work.is_empty() {
            self.changed.clear();
            return self.tail.flush_if_far().await;
        }
        let unit = UnitOfWork { work, checkpoint: self.tail.guarded_move(), ..UnitOfWork::default() };
        if let Err(error) = self.store.commit(unit).await {
            self.tail.restart();
            return Err(error.into());
        }
        self.tail.flushed();
        for key in std::mem::take(&mut self.changed) {
            if self.armed.contains_key(&key) {
                self.stored.insert(key);
            } else {
                self.stored.remove(&key);
            }
        }
        Ok(())
    }

    fn change(&self, key: &Key) -> Option<WorkChange> {
        match self.armed.get(key) {
            Some(armed) => {
                let row = Row { key: key.clone(), attempt: armed.attempt };
                let body = serde_json::to_string(&row).unwrap_or_default().into();
                Some(WorkChange::Set { key: row_key(key), due: armed.due, body })
            }
            None => self.stored.contains(key).then(|| WorkChange::Clear { key: row_key(key) }),
        }
    }

    async fn fire(&mut self, now: Timestamp) -> Result<bool, Stall> {
        let due: Vec<_> = self.by_due.iter().take_while(|(due, _)| *due <= now).take(FIRE).cloned().collect();
        for (_, key) in &due {
            let Some(armed) = self.armed.get(key).copied() else { continue };
            if !self.ticks.tick(&key.stream, &key.label, armed.attempt, now).await? {
                self.arm(key.clone(), Armed { due: now + AGAIN, ..armed });
                continue;
            }
            // If the tick led to anything, the log says so, and sets the timer again if it is to ring again.
            self.disarm(key);
        }
        Ok(!due.is_empty())
    }
}

fn row_key(key: &Key) -> WorkKey {
    let undo = if key.label.undo { "/undo" } else { "" };
    WorkKey {
        kind: WorkKind::Timer,
        group: key.stream.category.name().into(),
        id: format!("{}/{}{undo}", key.stream, key.label.step).into(),
    }
}

#[async_trait]
impl Worker for Timers {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    async fn step(&mut self, now: Timestamp) -> Result<Next, Stall> {
        self.start().await?;
        if self.status.is_paused() {
            return Ok(Next::When(None));
        }
        let events = self.tail.read(BATCH).await?;
        for recorded in &events {
            self.follow(recorded);
        }
        if let Some(last) = events.last() {
            self.tail.passed(last);
            let save_at = *self.save_at.get_or_insert(now + SAVE_EVERY);
            if now >= save_at {
                self.save().await?;
            }
            if events.len() == BATCH {
                return Ok(Next::Now);
            }
        }
        // Also while the log keeps growing: what is due does not wait for a quiet moment.
        if self.fire(now).await? {
            self.save_at.get_or_insert(now + SAVE_EVERY);
            return Ok(Next::Now);
        }
        if !events.is_empty() {
            return Ok(Next::Now);
        }
        if self.save_at.is_some_and(|at| now >= at) {
            self.save().await?;
        }
        let next = self.by_due.first().map(|(due, _)| *due);
        Ok(Next::When(next.into_iter().chain(self.save_at).min()))
    }

    async fn ready(&mut self) {
        tokio::select! {
            () = self.tail.ready() => {}
            () = self.status.nudged() => {}
        }
    }
}
