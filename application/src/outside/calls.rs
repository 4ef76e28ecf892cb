//! The pool of calls of one context: takes intents that are due, makes the calls, and commits what each led to together with the intent's removal.
//!
//! - An intent is leased before its call: another process leaves it alone, and if this one dies, the lease runs out and the same call is made
//!   again under the same key (or only asked about, where the far end does not deduplicate).
//! - An answer is recorded on the newest state and under its version, also if the lease was lost: an answer is never thrown away.
//! - At most [`super::CallPolicy::concurrency`] calls are under way; a breaker holds them back while the far end fails.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use futures_util::{FutureExt, future};
use orderflow_domain::ports::{CommitError, EffectError, EventStore, Ids, UnitOfWork, WorkChange, WorkKind, WorkRow};
use orderflow_domain::shared::{Actor, Address, Context, Timestamp};

use super::Outside;
use super::breaker::Breaker;
use super::errand::{Answer, Call, Errand, Intent, address_of, contact_key};
use super::pursue::Left;
use crate::cache::Cache;
use crate::desk::Desk;
use crate::reactors::runtime::bounded;
use crate::status::WorkerStatus;
use crate::worker::{Next, Stall, Worker};

/// How often intents are looked for, besides when one was written by this process.
const LOOK_EVERY: jiff::SignedDuration = jiff::SignedDuration::from_millis(500);
/// Tries to record an answer while others write to the same order.
const TRIES: u32 = 20;

/// A call that is made.
struct Done {
    errand: Errand,
    row: WorkRow,
    intent: Intent,
    call: Call,
    answer: Answer,
    address: Option<Address>,
}

/// See the module.
pub struct Calls {
    name: &'static str,
    context: Context,
    outside: Arc<Outside>,
    store: Arc<dyn EventStore>,
    status: Arc<WorkerStatus>,
    desk: Desk,
    under_way: FuturesUnordered<BoxFuture<'static, Done>>,
    done: Vec<Done>,
    breaker: Breaker,
}

/// The worker that makes the calls of a context; none for contexts without an outside.
#[must_use]
pub const fn pool_name(context: Context) -> Option<&'static str> {
    match context {
        Context::Payment => Some("payment-calls"),
        Context::Shipping => Some("shipping-calls"),
        Context::Tasks => Some("tasks-calls"),
        Context::Ordering | Context::Inventory | Context::Outlets | Context::Delivery | Context::Venue => None,
    }
}

impl Calls {
    /// The pool of a context; none for contexts without an outside.
    #[must_use]
    pub fn new(
        context: Context,
        outside: Arc<Outside>,
        store: Arc<dyn EventStore>,
        ids: Arc<dyn Ids>,
        cache: Cache,
        status: Arc<WorkerStatus>,
    ) -> Option<Self> {
        let name = pool_name(context)?;
        let desk = Desk::new(store.clone(), ids, cache, Actor::system(context.name()));
        let (under_way, done, breaker) = (FuturesUnordered::new(), Vec::new(), Breaker::default());
        Some(Self { name, context, outside, store, status, desk, under_way, done, breaker })
    }

    fn collect(&mut self) {
        while let Some(Some(done)) = self.under_way.next().now_or_never() {
            self.done.push(done);
        }
    }

    /// Leases what is due, as far as there is room, and sends it off. Answers how many intents it looked at.
    async fn send(&mut self, now: Timestamp) -> Result<usize, Stall> {
        let room = self.outside.calls.concurrency.saturating_sub(self.under_way.len());
        if room == 0 {
            return Ok(0);
        }
        let rows = self.store.work_due(WorkKind::Intent, Some(self.context.name()), now, room).await?;
        let until = now + self.outside.calls.lease;
        let leases = rows.iter().map(|row| lease(&*self.store, row, until));
        let leased = future::join_all(leases).await;
        let looked_at = rows.len();
        for (row, lease) in rows.into_iter().zip(leased) {
            match lease {
                Ok(intent) => self.start(row, intent, now).await?,
                // Someone else has it.
                Err(CommitError::WorkMoved { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(looked_at)
    }

    async fn start(&mut self, mut row: WorkRow, intent: Intent, now: Timestamp) -> Result<(), Stall> {
        row.version += 1;
        let Some(errand) = Errand::read(self.context, &row.key) else {
            return Err(Stall::Lasting(format!("intent {} names no order", row.key.id)));
        };
        let stream = errand.stream();
        self.desk.begin(now);
        self.desk.load(&stream).await?;
        let address = match self.store.work(&contact_key(errand.order)).await? {
            Some(contact) if self.context == Context::Shipping => address_of(&contact.body),
            _ => None,
        };
        let Some(mut call) = errand.wants(&self.desk, address.as_ref()) else {
            return forget(&*self.store, &row).await;
        };
        if intent.sent && !self.outside.deduplicates(self.context) {
            call = call.only_asking();
        }
        let outside = self.outside.clone();
        let limit = outside.calls.timeout;
        self.under_way.push(Box::pin(async move {
            let answer = bounded(limit, outside.perform(&call)).await;
            let answer =
                answer.unwrap_or_else(|| call.unanswered(EffectError::Unknown("no answer in time".to_owned())));
            Done { errand, row, intent, call, answer, address }
        }));
        Ok(())
    }

    /// Records what a call led to. Conflicts are tried again on the newest state.
    async fn settle(&mut self, mut done: Done, now: Timestamp) -> Result<(), Stall> {
        self.judge(&mut done, now);
        let mut keeps_row = true;
        for _ in 0..TRIES {
            self.desk.begin(now);
            self.desk.load(&done.errand.stream()).await?;
            self.desk.on_behalf_of(Some(done.errand.order));
            let row = self.follow_up(&done, now).map_err(|defect| Stall::Passing(defect.to_string()))?;
            if keeps_row {
                self.desk.work(row);
            }
            let unit = self.desk.take_unit();
            match self.store.commit(unit).await {
                Ok(_) => {
                    self.desk.settled();
                    return Ok(());
                }
                Err(error) => {
                    self.desk.refused();
                    match error {
                        CommitError::Conflict { .. } => {}
                        // The lease is lost, or the order wants something new: the row is someone else's now, the answer still counts.
                        CommitError::WorkMoved { .. } => keeps_row = false,
                        other => {
                            self.done.push(done);
                            return Err(other.into());
                        }
                    }
                }
            }
        }
        self.done.push(done);
        Err(Stall::Passing("the order keeps changing".to_owned()))
    }

    /// Counts the call, and keeps "not sent" to what was never sent.
    fn judge(&mut self, done: &mut Done, now: Timestamp) {
        let answered = done.answer.error().is_none();
        let outcome = match done.answer.error() {
            None => "answered",
            Some(EffectError::NotSent(_)) => "not_sent",
            Some(EffectError::Unknown(_)) => "unknown",
        };
        metrics::counter!("orderflow_outside_calls_total", "context" => self.context.name(), "outcome" => outcome)
            .increment(1);
        if self.breaker.record(now, answered) {
            tracing::warn!(context = self.context.name(), "half of the calls fail: resting");
        }
        if let (true, Some(EffectError::NotSent(why))) = (done.intent.sent, done.answer.error()) {
            done.answer = done.call.unanswered(EffectError::Unknown(why.clone()));
        }
    }

    /// Records the answer, makes what is answered at once, and says what becomes of the intent.
    fn follow_up(&mut self, done: &Done, now: Timestamp) -> Result<WorkChange, crate::defect::Defect> {
        let Done { errand, row, intent, call, answer, address } = done;
        let led_on = errand.answered(call, answer, &mut self.desk)?;
        let left = if led_on && answer.ask_at().is_none() {
            self.outside.run(errand, address.as_ref(), &mut self.desk)?
        } else if errand.wants(&self.desk, address.as_ref()).is_some() {
            Left::Wants { due: now }
        } else {
            Left::Done
        };
        let (key, expected) = (row.key.clone(), row.version);
        let Left::Wants { due } = left else { return Ok(WorkChange::Delete { key, expected }) };
        let unsent = matches!(answer.error(), Some(EffectError::NotSent(_)));
        let tries = if led_on { 0 } else { intent.tries.saturating_add(1) };
        let next = Intent { tries, sent: !led_on && (intent.sent || !unsent), leased: false };
        let wait = self.outside.calls.backoff.after(tries.max(1), errand.order.0.as_bytes());
        let hint = answer.ask_at().or_else(|| errand.patience(&self.desk).map(|wait| now + wait));
        let due = if led_on { hint.unwrap_or(due) } else { hint.unwrap_or(now + wait) };
        Ok(WorkChange::Put { key, expected, due, body: next.body() })
    }
}

/// Takes an intent for this process until then.
async fn lease(store: &dyn EventStore, row: &WorkRow, until: Timestamp) -> Result<Intent, CommitError> {
    let before: Intent = serde_json::from_str(&row.body).unwrap_or_default();
    let intent = Intent { sent: before.sent || before.leased, leased: true, ..before };
    let lease = WorkChange::Put { key: row.key.clone(), expected: row.version, due: until, body: intent.body() };
    store.commit(UnitOfWork { work: vec![lease], ..UnitOfWork::default() }).await.map(|_| intent)
}

/// Nothing is wanted any more.
async fn forget(store: &dyn EventStore, row: &WorkRow) -> Result<(), Stall> {
    let work = vec![WorkChange::Delete { key: row.key.clone(), expected: row.version }];
    match store.commit(UnitOfWork { work, ..UnitOfWork::default() }).await {
        // Wanted again in the meantime.
        Ok(_) | Err(CommitError::WorkMoved { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[async_trait]
impl Worker for Calls {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn step(&mut self, now: Timestamp) -> Result<Next, Stall> {
        self.collect();
        while let Some(done) = self.done.pop() {
            self.settle(done, now).await?;
        }
        if self.status.is_paused() {
            return Ok(Next::When(None));
        }
        if let Some(open_until) = self.breaker.open_at(now) {
            return Ok(Next::When(Some(open_until)));
        }
        if self.send(now).await? > 0 {
            return Ok(Next::Now);
        }
        let next = self.store.work_due(WorkKind::Intent, Some(self.context.name()), Timestamp::MAX, 1).await?;
        let due = next.first().map(|row| row.due).filter(|due| *due > now);
        Ok(Next::When(Some(due.map_or(now + LOOK_EVERY, |due| due.min(now + LOOK_EVERY)))))
    }

    async fn ready(&mut self) {
        if self.under_way.is_empty() {
            return self.status.nudged().await;
        }
        tokio::select! {
            done = self.under_way.next() => self.done.extend(done),
            () = self.status.nudged() => {}
        }
    }
}
