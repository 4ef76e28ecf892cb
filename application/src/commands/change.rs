//! The shape that all commands on one stream share: load, decide, commit under the version, and again if someone was faster.

use std::sync::Arc;

use orderflow_domain::event::Event;
use orderflow_domain::ordering::{Command, Order, Rejection, decide};
use orderflow_domain::ports::{Claim, ClaimKey, CommitError, Committed, Fingerprint, NewEvent, Receipt, UnitOfWork};
use orderflow_domain::shared::{Actor, EventId, OrderId, StreamId, Timestamp, TraceContext};

use crate::aggregate::Aggregate;
use crate::cache::Held;
use crate::engine::{Access, Engine};
use crate::views::OrderView;

/// Tries while others write to the same stream.
const TRIES: u32 = 20;

/// Tries of one and the same unit while its outcome is unknown.
const SURELY: u32 = 3;

/// An idempotency key with the fingerprint of the request that it came with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// As the client sent it.
    pub key: Arc<str>,
    /// SHA-256 of the canonical request.
    pub fingerprint: Fingerprint,
}

impl IdempotencyKey {
    pub(crate) fn claim(&self, actor: &Actor, operation: &str, stream: &StreamId) -> Claim {
        let key = ClaimKey { key: self.key.clone(), principal: actor.to_string().into(), operation: operation.into() };
        Claim { key, fingerprint: self.fingerprint, receipt: Receipt { stream: stream.clone() } }
    }
}

/// Why a command on an order was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// There is no such order, or it is not the caller's.
    #[error("there is no such order")]
    NotFound,
    /// The order's state does not allow it.
    #[error("{0}")]
    Rejected(Rejection),
    /// The idempotency key came with another request before.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// Try later, with the same key: what could not be confirmed may have taken effect.
    #[error("not now: {0}")]
    Unavailable(String),
}

/// What a change is, besides its decision.
pub(crate) struct Change<'a> {
    pub(crate) stream: StreamId,
    pub(crate) actor: &'a Actor,
    pub(crate) operation: String,
    pub(crate) key: Option<&'a IdempotencyKey>,
}

/// Why a change was not made.
pub(crate) enum Unchanged<E> {
    Refused(E),
    KeyReused,
    Unavailable(String),
}

impl Engine {
    /// Decides on a stream and commits. What is read is the newest state; if someone else was faster, it is read and decided again.
    pub(crate) async fn change<E>(
        &self,
        change: Change<'_>,
        decide: impl Fn(&Aggregate, Timestamp) -> Result<Vec<Event>, E> + Send + Sync,
    ) -> Result<Held, Unchanged<E>> {
        let unavailable = |error: &dyn std::fmt::Display| Unchanged::Unavailable(error.to_string());
        for _ in 0..TRIES {
            let mut held =
                Held::load(&**self.store(), self.plans(), &change.stream).await.map_err(|error| unavailable(&error))?;
            if self.was_claimed(&change).await.map_err(|error| unavailable(&error))?.is_some_and(|same| !same) {
                return Err(Unchanged::KeyReused);
            }
            let now = self.now();
            let decided = match decide(&held.state, now) {
                Ok(events) => events,
                Err(refused) => match self.was_claimed(&change).await.map_err(|error| unavailable(&error))? {
                    // What this very request did before may be what forbids it now.
                    Some(true) => return Ok(held),
                    Some(false) => return Err(Unchanged::KeyReused),
                    None => return Err(Unchanged::Refused(refused)),
                },
            };
            let claim = change.key.map(|key| key.claim(change.actor, &change.operation, &change.stream));
            if decided.is_empty() && claim.is_none() {
                return Ok(held);
            }
            let events = self.new_events(&change.stream, change.actor, None, now, decided);
            let unit = UnitOfWork {
                expect: vec![(change.stream.clone(), held.version)],
                events,
                claim,
                ..UnitOfWork::default()
            };
            match self.commit_surely(unit).await {
                Ok(committed) => {
                    self.acknowledge(committed.position);
                    for recorded in &committed.events {
                        held.follow(recorded).map_err(|error| unavailable(&error))?;
                    }
                    return Ok(held);
                }
                Err(CommitError::Conflict { .. }) => {}
                Err(CommitError::AlreadyClaimed(_)) => {
                    let held = Held::load(&**self.store(), self.plans(), &change.stream)
                        .await
                        .map_err(|error| unavailable(&error))?;
                    return Ok(held);
                }
                Err(CommitError::ClaimMismatch) => return Err(Unchanged::KeyReused),
                Err(error) => return Err(unavailable(&error)),
            }
        }
        Err(Unchanged::Unavailable("it keeps changing".to_owned()))
    }

    /// Commits a unit; if its outcome is unknown, the same unit is submitted again, with the same event ids, so that it takes effect once.
    pub(crate) async fn commit_surely(&self, unit: UnitOfWork) -> Result<Committed, CommitError> {
        for _ in 1..SURELY {
            match self.store().commit(unit.clone()).await {
                Err(CommitError::Unknown(_)) => {}
                settled => return settled,
            }
        }
        self.store().commit(unit).await
    }

    /// Whether the change's key is taken: by the same request, or by another.
    async fn was_claimed(&self, change: &Change<'_>) -> Result<Option<bool>, orderflow_domain::ports::StoreError> {
        let Some(key) = change.key else { return Ok(None) };
        let claim = key.claim(change.actor, &change.operation, &change.stream);
        let taken = self.store().claim(&claim.key).await?;
        Ok(taken.map(|(fingerprint, _)| fingerprint == key.fingerprint))
    }

    pub(crate) fn new_events(
        &self,
        stream: &StreamId,
        actor: &Actor,
        trace: Option<&TraceContext>,
        now: Timestamp,
        events: Vec<impl Into<Event>>,
    ) -> Vec<NewEvent> {
        let made = |event: Event| NewEvent {
            id: EventId(self.ids().next(now)),
            stream: stream.clone(),
            at: now,
            correlation: stream.order_id(),
            causation: None,
            actor: actor.clone(),
            trace: trace.cloned(),
            event,
        };
        events.into_iter().map(|event| made(event.into())).collect()
    }

    /// A command on an order that the caller sees.
    pub(crate) async fn command(
        &self,
        order: OrderId,
        access: &Access,
        by: &Actor,
        operation: &str,
        key: Option<&IdempotencyKey>,
        command: Command,
    ) -> Result<OrderView, CommandError> {
        let stream = StreamId::order(order);
        let change = Change { stream, actor: by, operation: format!("{operation}/{order}"), key };
        let decided = |state: &Aggregate, now| {
            let order = visible(state, access).ok_or(CommandError::NotFound)?;
            let events = decide(order, command.clone(), now, self.settings()).map_err(CommandError::Rejected)?;
            Ok(events.into_iter().map(Into::into).collect())
        };
        let held = self.change(change, decided).await.map_err(|unchanged| match unchanged {
            Unchanged::Refused(error) => error,
            Unchanged::KeyReused => CommandError::KeyReused,
            Unchanged::Unavailable(why) => CommandError::Unavailable(why),
        })?;
        match visible(&held.state, access) {
            Some(order) => Ok(self.view_of(order, held.version).await),
            None => Err(CommandError::NotFound),
        }
    }
}

fn visible<'a>(state: &'a Aggregate, access: &Access) -> Option<&'a Order> {
    match state {
        Aggregate::Order(order) if order.exists() && order.customer().is_some_and(|owner| access.sees(owner)) => {
            Some(order)
        }
        _ => None,
    }
}
