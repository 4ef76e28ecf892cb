//! What workers show of themselves, and the switch that pauses them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use orderflow_domain::shared::Position;
use tokio::sync::{Notify, watch};

/// What one worker shows of itself.
#[derive(Debug)]
pub struct WorkerStatus {
    name: &'static str,
    position: watch::Sender<Position>,
    follows: AtomicBool,
    parked: AtomicU64,
    paused: AtomicBool,
    stopped: Mutex<Option<String>>,
    nudge: Notify,
}

impl WorkerStatus {
    fn new(name: &'static str) -> Self {
        let position = watch::Sender::new(Position::START);
        let (follows, parked, paused) = (AtomicBool::new(false), AtomicU64::new(0), AtomicBool::new(false));
        Self { name, position, follows, parked, paused, stopped: Mutex::new(None), nudge: Notify::new() }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Up to where it has gone through the log.
    #[must_use]
    pub fn position(&self) -> Position {
        *self.position.borrow()
    }

    /// How many events it is behind the head of the log; none for a worker that does not follow the log.
    #[must_use]
    pub fn lag(&self, head: Position) -> Option<u64> {
        self.follows.load(Ordering::Relaxed).then(|| head.0.saturating_sub(self.position().0))
    }

    /// Returns once it has gone so far.
    pub async fn reached(&self, position: Position) {
        let mut watched = self.position.subscribe();
        // The sender lives as long as `self`, so waiting can't fail.
        let _ = watched.wait_for(|at| *at >= position).await;
    }

    pub(crate) fn at(&self, position: Position) {
        self.follows.store(true, Ordering::Relaxed);
        self.position.send_replace(position);
    }

    /// How many route keys are parked.
    #[must_use]
    pub fn parked(&self) -> u64 {
        self.parked.load(Ordering::Relaxed)
    }

    pub(crate) fn set_parked(&self, keys: usize) {
        self.parked.store(keys as u64, Ordering::Relaxed);
        metrics::gauge!("orderflow_parked_keys", "reactor" => self.name).set(u32::try_from(keys).unwrap_or(u32::MAX));
    }

    /// Whether an operator has paused it.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Relaxed)
    }

    /// Pauses it, or lets it go on.
    pub fn pause(&self, paused: bool) {
        self.paused.store(paused, Ordering::Relaxed);
        self.nudge.notify_one();
    }

    /// Why it has stopped for good, if it has.
    #[must_use]
    pub fn stopped(&self) -> Option<String> {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// It has stopped for good: readiness turns red.
    pub fn stop(&self, why: String) {
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
    }

    /// Asks it to look for work now.
    pub fn nudge(&self) {
        self.nudge.notify_one();
    }

    pub(crate) async fn nudged(&self) {
        self.nudge.notified().await;
    }
}

/// All workers of this process, by name.
#[derive(Clone, Debug, Default)]
pub struct Statuses(Arc<Mutex<BTreeMap<&'static str, Arc<WorkerStatus>>>>);

impl Statuses {
    /// The status of that name, made if it is new.
    #[must_use]
    pub fn of(&self, name: &'static str) -> Arc<WorkerStatus> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(name).or_insert_with(|| Arc::new(WorkerStatus::new(name))).clone()
    }

    /// The status of that name, if there is one.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Arc<WorkerStatus>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// All of them, by name.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<WorkerStatus>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}
