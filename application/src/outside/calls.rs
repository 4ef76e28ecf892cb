//! The pool of calls of one context: takes intents that are due, makes the calls, and commits what each led to together with the intent's removal.
//!
//! - An intent is leased before its call: another process leaves it alone, and if this one dies, the lease runs out and the same call is made
//!   again under the same key (or only asked about, where the far end does not deduplicate).
//! - An answer is recorded on the newest state and under its version, also if the lease was lost: an answer is never thrown away.
//! - At most [`super::CallPolicy::concurrency`] calls are under way; a breaker holds them back while the far end fails.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
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
use crate::defect::{Defect, guarded, panic_text};
use crate::desk::Desk;
use crate::reactors::runtime::bounded;
use crate::status::WorkerStatus;
use crate::worker::{Next, Stall, Worker};

/// How often intents are looked for, besides when one was written by this process.
const LOOK_EVERY: jiff::SignedDuration = jiff::SignedDuration::from_millis(500);
/// Tries to record an answer while others write to the same order.
const TRIES: u32 = 20;

/// A call to be made, under the version of its row.
struct Due {
    errand: Errand,
    row: WorkRow,
    intent: Intent,
    /// What is wanted, by the label of the call; `call` may only ask about it.
    wanted: String,
    call: Call,
    address: Option<Address>,
}

/// What the row is to the call that was made for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    /// Leased for it, with this version.
    Leased(u64),
    /// No longer there.
    Gone,
    /// Written since: by whoever took the lease over, or because the order wants something new. They look at the newest state.
    Taken,
}

/// A call that was made.
struct Done {
    due: Due,
    held: Row,
    answer: Answer,
    judged: bool,
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
    done: VecDeque<Done>,
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
        let (under_way, done, breaker) = (FuturesUnordered::new(), VecDeque::new(), Breaker::default());
        Some(Self { name, context, outside, store, status, desk, under_way, done, breaker })
    }

    fn collect(&mut self) {
        while let Some(Some(done)) = self.under_way.next().now_or_never() {
            self.done.push_back(done);
        }
    }

    /// Leases what is due, as far as there is room, and sends it off. Answers how many intents it looked at.
    async fn send(&mut self, now: Timestamp) -> Result<usize, Stall> {
        let room = self.outside.calls.concurrency.saturating_sub(self.under_way.len());
        if room == 0 {
            return Ok(0);
        }
        let rows = self.store.work_due(WorkKind::Intent, Some(self.context.name()), now, room).await?;
        let looked_at = rows.len();
        let mut wanted = Vec::with_capacity(looked_at);
        for row in rows {
            wanted.extend(self.prepare(row, now).await?);
        }
        let until = now + self.outside.calls.lease;
        let leased = future::join_all(wanted.iter().map(|due| lease(&*self.store, due, until))).await;
        let mut failed = None;
        for (due, lease) in wanted.into_iter().zip(leased) {
            match lease {
                // From here on nothing stands between the lease and the call, so that a lease without a call means a crash.
                Ok(()) => self.start(due),
                // Someone else has it.
                Err(CommitError::WorkMoved { .. }) => {}
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(looked_at), |error| Err(error.into()))
    }

    /// What is wanted now, from the newest state; none if nothing is, or nothing that may be sent.
    async fn prepare(&mut self, row: WorkRow, now: Timestamp) -> Result<Option<Due>, Stall> {
        let Some(errand) = Errand::read(self.context, &row.key) else {
            return Err(Stall::Lasting(format!("intent {} names no order", row.key.id)));
        };
        let stream = errand.stream();
        self.desk.begin(now);
        // Others write to the stream, and a pool does not follow the log: what it remembers may be what was wanted before.
        self.desk.forget(&stream);
        self.desk.load(&stream).await?;
        let address = match self.store.work(&contact_key(errand.order)).await? {
            Some(contact) if self.context == Context::Shipping => address_of(&contact.body),
            _ => None,
        };
        let Some(call) = errand.wants(&self.desk, address.as_ref()) else {
            let nothing = WorkChange::Delete { key: row.key, expected: row.version };
            return change(&*self.store, nothing).await.map(|()| None);
        };
        let intent = Intent::read(&row);
        let wanted = call.label();
        let unanswered = intent.may_have_sent(&wanted);
        // A lease that ran out may have sent its call.
        let intent = Intent { sent: intent.sent.or(intent.leased), leased: None, ..intent };
        if !unanswered || self.outside.deduplicates(self.context) {
            return Ok(Some(Due { errand, row, intent, wanted, call, address }));
        }
        match call.only_asking() {
            Some(call) => Ok(Some(Due { errand, row, intent, wanted, call, address })),
            None => {
                tracing::error!(order = %errand.order, %wanted, "may have been done, and can't be asked about: for an operator");
                let due = self.later(&errand, &intent, now);
                change(&*self.store, put(&row, row.version, due, intent)).await.map(|()| None)
            }
        }
    }

    fn start(&mut self, due: Due) {
        let outside = self.outside.clone();
        let limit = outside.calls.timeout;
        let held = Row::Leased(due.row.version + 1);
        self.under_way.push(Box::pin(async move {
            let performed = AssertUnwindSafe(outside.perform(&due.call)).catch_unwind();
            let unknown = |why: String| due.call.unanswered(EffectError::Unknown(why));
            let answer = match bounded(limit, performed).await {
                Some(Ok(answer)) => answer,
                Some(Err(panic)) => unknown(panic_text(&*panic)),
                None => unknown("no answer in time".to_owned()),
            };
            Done { due, held, answer, judged: false }
        }));
    }

    /// Records what a call led to. Conflicts are tried again on the newest state.
    async fn settle(&mut self, done: &mut Done, now: Timestamp) -> Result<(), Stall> {
        self.judge(done, now);
        for _ in 0..TRIES {
            self.desk.begin(now);
            self.desk.load(&done.due.errand.stream()).await?;
            self.desk.on_behalf_of(Some(done.due.errand.order));
            match guarded(|| self.follow_up(done, now)) {
                Ok(Some(row)) => self.desk.work(row),
                Ok(None) => {}
                Err(defect) => return self.give_up(done, &defect, now).await,
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
                        // The answer still counts.
                        CommitError::WorkMoved { actual: 0 } => done.held = Row::Gone,
                        CommitError::WorkMoved { .. } => done.held = Row::Taken,
                        other => return Err(other.into()),
                    }
                }
            }
        }
        Err(Stall::Passing("the order keeps changing".to_owned()))
    }

    /// An answer that can't be recorded: the call is made again later, under the same key, so that the answer comes again.
    async fn give_up(&mut self, done: &Done, defect: &Defect, now: Timestamp) -> Result<(), Stall> {
        self.desk.refused();
        let Due { errand, row, intent, wanted, .. } = &done.due;
        tracing::error!(order = %errand.order, call = %wanted, error = %defect, "an answer can't be recorded");
        let Row::Leased(version) = done.held else { return Ok(()) };
        let next = Intent { tries: intent.tries.saturating_add(1), sent: Some(wanted.clone()), leased: None };
        let due = self.later(errand, intent, now);
        change(&*self.store, put(row, version, due, next)).await
    }

    /// Counts the call, and keeps "not sent" to what was never sent: a cancel that was not says nothing about the booking before it.
    fn judge(&mut self, done: &mut Done, now: Timestamp) {
        if std::mem::replace(&mut done.judged, true) {
            return;
        }
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
        if done.due.intent.sent.is_some() {
            done.answer = done.answer.clone().after_an_earlier_try(&done.due.call);
        }
    }

    /// Records the answer, makes what is answered at once, and says what becomes of the intent.
    fn follow_up(&mut self, done: &Done, now: Timestamp) -> Result<Option<WorkChange>, Defect> {
        let Done { due: Due { errand, row, intent, wanted, call, address }, held, answer, .. } = done;
        let led_on = errand.answered(call, answer, &mut self.desk)?;
        let left = if led_on && answer.ask_at().is_none() {
            self.outside.run(errand, address.as_ref(), Some(call), &mut self.desk)?
        } else if errand.wants(&self.desk, address.as_ref()).is_some() {
            Left::Wants { due: now, unanswered: None }
        } else {
            Left::Done
        };
        let version = match held {
            Row::Leased(version) => *version,
            Row::Gone => 0,
            Row::Taken => return Ok(None),
        };
        let Left::Wants { due, unanswered } = left else {
            let key = row.key.clone();
            return Ok((version > 0).then_some(WorkChange::Delete { key, expected: version }));
        };
        let sent = if led_on {
            unanswered
        } else {
            let unsent = matches!(answer.error(), Some(EffectError::NotSent(_)));
            if unsent { intent.sent.clone() } else { Some(wanted.clone()) }
        };
        let tries = if led_on { 0 } else { intent.tries.saturating_add(1) };
        let hint = answer.ask_at().or_else(|| errand.patience(&self.desk).map(|wait| now + wait));
        let due = hint.unwrap_or_else(|| if led_on { due } else { self.later(errand, intent, now) });
        Ok(Some(put(row, version, due, Intent { tries, sent, leased: None })))
    }

    /// When to try again after one more try in vain.
    fn later(&self, errand: &Errand, intent: &Intent, now: Timestamp) -> Timestamp {
        now + self.outside.calls.backoff.after(intent.tries.saturating_add(1), errand.order.0.as_bytes())
    }
}

/// Takes an intent for this process until then.
async fn lease(store: &dyn EventStore, due: &Due, until: Timestamp) -> Result<(), CommitError> {
    let intent = Intent { leased: Some(due.wanted.clone()), ..due.intent.clone() };
    let lease = put(&due.row, due.row.version, until, intent);
    store.commit(UnitOfWork { work: vec![lease], ..UnitOfWork::default() }).await.map(|_| ())
}

fn put(row: &WorkRow, expected: u64, due: Timestamp, intent: Intent) -> WorkChange {
    WorkChange::Put { key: row.key.clone(), expected, due, body: intent.body() }
}

/// Changes a row, unless it was changed in the meantime: then it is someone else's, or something new is wanted.
async fn change(store: &dyn EventStore, change: WorkChange) -> Result<(), Stall> {
    match store.commit(UnitOfWork { work: vec![change], ..UnitOfWork::default() }).await {
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
        while let Some(mut done) = self.done.pop_front() {
            if let Err(stall) = self.settle(&mut done, now).await {
                // An answer is never thrown away; the others get their turn before it.
                self.done.push_back(done);
                return Err(stall);
            }
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
