//! The simulated payment gateway.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use orderflow_domain::ports::{EffectError, EffectKey, PaymentAction, PaymentAnswer, PaymentCall, PaymentGateway};
use orderflow_domain::shared::{Money, OrderId, PaymentToken};

use super::reference::Reference;
use super::token::{Behaviour, TOKENS};
use crate::memory::Recent;

/// How long an authorisation with `tok_slow` takes.
const SLOW: Duration = Duration::from_secs(10);
/// Entries of each kind that are remembered. Only tokens that misbehave are, so this is hours of testing by hand.
const REMEMBERED: usize = 10_000;

type Answer = Result<PaymentAnswer, EffectError>;

/// A gateway whose behaviour is chosen by the token; see [`TOKENS`]. It deduplicates by key: whatever it did once, it answers again.
///
/// It answers at once, without leaving the process, all but the first authorisation with `tok_slow`. Lost answers are told as such and
/// not waited for.
#[derive(Debug)]
pub struct SimulatedGateway {
    base: String,
    memory: Mutex<Memory>,
}

#[derive(Debug)]
struct Memory {
    /// Calls of a token that treats the first one differently.
    seen: Recent<Call, ()>,
    /// Authorisations that wait, or waited, for the customer, and whether they were closed.
    actions: Recent<EffectKey, Action>,
    confirmed: Recent<OrderId, ()>,
}

/// Calls are told apart by key and kind.
type Call = (EffectKey, &'static str);

#[derive(Clone, Copy, Debug)]
struct Action {
    amount: Money,
    closed: bool,
}

impl SimulatedGateway {
    /// `base` is where a browser reaches this engine, such as `http://127.0.0.1:8080`: payments with `tok_action` are confirmed at
    /// `<base>/simulator/confirm/<order>`.
    #[must_use]
    pub fn new(base: &str) -> Self {
        let memory = Memory {
            seen: Recent::new(REMEMBERED),
            actions: Recent::new(REMEMBERED),
            confirmed: Recent::new(REMEMBERED),
        };
        Self { base: base.trim_end_matches('/').to_owned(), memory: Mutex::new(memory) }
    }

    /// The customer confirms the payment of that order. Said before the payment asks for it, or twice, it holds all the same.
    pub fn confirm(&self, order: OrderId) {
        self.memory().confirmed.put(order, ());
    }

    /// Where the customer of that order confirms.
    #[must_use]
    pub fn confirmation_url(&self, order: OrderId) -> String {
        format!("{}/simulator/confirm/{order}", self.base)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // Entries are written whole, so a panic elsewhere leaves nothing half done.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `true` the first time that this call comes.
    fn first(&self, key: &EffectKey, kind: &'static str) -> bool {
        self.memory().seen.first((key.clone(), kind))
    }

    fn authorise(&self, key: &EffectKey, amount: Money, token: &PaymentToken) -> Answer {
        let declined = |message: String| Ok(PaymentAnswer::Declined { message });
        let Some(behaviour) = Behaviour::of_token(token.as_str()) else {
            return declined(format!(
                "unknown payment token {token}; the simulated gateway knows {}",
                TOKENS.join(", ")
            ));
        };
        match behaviour {
            Behaviour::Fine | Behaviour::CaptureFailsOnce | Behaviour::CaptureFails | Behaviour::Slow => {
                held(key, behaviour, amount)
            }
            Behaviour::Declined => declined("the card was declined".to_owned()),
            Behaviour::InsufficientFunds => declined("insufficient funds".to_owned()),
            // Charged or lost makes a difference only for whoever asks, and nobody can: both are sent again, and end up charged once.
            Behaviour::TimeoutCharged | Behaviour::TimeoutLost if self.first(key, "authorise") => {
                Err(EffectError::Unknown("the simulated gateway did not answer".to_owned()))
            }
            Behaviour::TimeoutCharged | Behaviour::TimeoutLost => held(key, behaviour, amount),
            Behaviour::Action => {
                let mut memory = self.memory();
                if memory.actions.get(key).is_none() {
                    memory.actions.put(key.clone(), Action { amount, closed: false });
                }
                drop(memory);
                self.action(key)
            }
        }
    }

    /// Where an authorisation that waits for the customer has come to.
    fn action(&self, key: &EffectKey) -> Answer {
        let memory = self.memory();
        match memory.actions.get(key) {
            None => Ok(PaymentAnswer::NotFound),
            Some(Action { closed: true, .. }) => Ok(PaymentAnswer::Voided),
            Some(action) if memory.confirmed.get(&key.order).is_some() => held(key, Behaviour::Action, action.amount),
            Some(_) => Ok(PaymentAnswer::ActionRequired { url: self.confirmation_url(key.order) }),
        }
    }

    /// Closes what the customer has not confirmed.
    fn cancel(&self, key: &EffectKey) -> Answer {
        let mut memory = self.memory();
        if let Some(action) = memory.actions.get(key).copied()
            && memory.confirmed.get(&key.order).is_none()
        {
            memory.actions.put(key.clone(), Action { closed: true, ..action });
        }
        drop(memory);
        self.action(key)
    }

    fn capture(&self, key: &EffectKey, reference: Reference, amount: Money) -> PaymentAnswer {
        let refused = |message: &str| PaymentAnswer::Refused { message: message.to_owned() };
        if amount.currency != reference.amount.currency || amount.amount > reference.amount.amount {
            return refused("more than was authorised");
        }
        match reference.behaviour {
            Behaviour::CaptureFails => refused("the simulated gateway refuses every capture of this token"),
            Behaviour::CaptureFailsOnce if self.first(key, "capture") => {
                refused("the simulated gateway refuses the first capture of this token")
            }
            Behaviour::Fine
            | Behaviour::Declined
            | Behaviour::InsufficientFunds
            | Behaviour::TimeoutCharged
            | Behaviour::TimeoutLost
            | Behaviour::CaptureFailsOnce
            | Behaviour::Action
            | Behaviour::Slow => PaymentAnswer::Captured,
        }
    }

    fn answer(&self, call: &PaymentCall) -> Answer {
        let (payment, amount) = match &call.action {
            PaymentAction::Authorise { amount, token, .. } => return self.authorise(&call.key, *amount, token),
            PaymentAction::Ask => return self.action(&call.key),
            PaymentAction::Cancel => return self.cancel(&call.key),
            PaymentAction::Void { payment } => (payment, None),
            PaymentAction::Capture { payment, amount } | PaymentAction::Refund { payment, amount } => {
                (payment, Some(*amount))
            }
        };
        let Some(reference) = Reference::read(payment) else {
            return Ok(PaymentAnswer::Refused { message: format!("the simulated gateway knows no payment {payment}") });
        };
        let amount = amount.unwrap_or(reference.amount);
        Ok(match &call.action {
            PaymentAction::Capture { .. } => self.capture(&call.key, reference, amount),
            PaymentAction::Void { .. } => PaymentAnswer::Voided,
            PaymentAction::Refund { .. } if amount.amount > reference.amount.amount => {
                PaymentAnswer::Refused { message: "more than was paid".to_owned() }
            }
            PaymentAction::Refund { .. } => PaymentAnswer::Refunded,
            PaymentAction::Authorise { .. } | PaymentAction::Ask | PaymentAction::Cancel => PaymentAnswer::NotFound,
        })
    }
}

/// Authorises an authorisation with `tok_slow` that has not been seen yet?
fn is_slow(call: &PaymentCall) -> bool {
    matches!(&call.action, PaymentAction::Authorise { token, .. } if Behaviour::of_token(token.as_str()) == Some(Behaviour::Slow))
}

fn held(key: &EffectKey, behaviour: Behaviour, amount: Money) -> Answer {
    Ok(Reference { behaviour, amount }.write(key).map_or_else(
        || PaymentAnswer::Declined { message: "the amount can't be paid".to_owned() },
        |payment| PaymentAnswer::Authorised { payment },
    ))
}

#[async_trait]
impl PaymentGateway for SimulatedGateway {
    fn name(&self) -> &'static str {
        "simulated-gateway"
    }

    fn at_once(&self, call: &PaymentCall) -> Option<Answer> {
        let waits = is_slow(call) && self.memory().seen.get(&(call.key.clone(), "slow")).is_none();
        if waits { None } else { Some(self.answer(call)) }
    }

    async fn perform(&self, call: &PaymentCall) -> Answer {
        // Sent again after a time-out it answers definitively: the first call has taken effect meanwhile.
        if is_slow(call) && self.first(&call.key, "slow") {
            tokio::time::sleep(SLOW).await;
        }
        self.answer(call)
    }
}
