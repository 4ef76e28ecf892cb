//! A payment gateway as a test wants it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use orderflow_domain::ports::{EffectError, EffectKey, PaymentAction, PaymentAnswer, PaymentCall, PaymentGateway};
use orderflow_domain::shared::{Currency, Money, Name, OrderId};
use tokio::sync::Notify;

use super::Say;
use super::script::Script;

/// A gateway that a test steers. It deduplicates by key and kind of action, as real ones do.
#[derive(Debug)]
pub struct ScriptedGateway {
    in_process: bool,
    state: Mutex<State>,
    released: Notify,
}

#[derive(Debug, Default)]
struct State {
    script: Script,
    accounts: HashMap<EffectKey, Account>,
    /// Captures and refunds that took effect.
    done: HashMap<(EffectKey, &'static str), PaymentAnswer>,
}

/// The truth about one authorisation.
#[derive(Debug)]
struct Account {
    payment: Name,
    amount: Money,
    stage: Stage,
    captured: i64,
    refunded: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Declined,
    WaitsForCustomer,
    Closed,
    Held,
    Voided,
}

impl ScriptedGateway {
    /// Answers at once, in the caller's process.
    #[must_use]
    pub fn in_process() -> Self {
        Self { in_process: true, state: Mutex::default(), released: Notify::new() }
    }

    /// Answers only when called, like a gateway out there.
    #[must_use]
    pub fn remote() -> Self {
        Self { in_process: false, ..Self::in_process() }
    }

    /// What becomes of this order's next calls.
    pub fn plan(&self, order: OrderId, words: impl IntoIterator<Item = Say>) {
        self.state().script.plan(Some(order), words);
    }

    /// What becomes of the next calls of orders without a plan of their own.
    pub fn plan_all(&self, words: impl IntoIterator<Item = Say>) {
        self.state().script.plan(None, words);
    }

    /// From now on this order's calls wait, and are not done, until [`ScriptedGateway::release`].
    pub fn hold(&self, order: OrderId) {
        self.state().script.hold(order);
    }

    /// Calls that were held back go on.
    pub fn release(&self, order: OrderId) {
        self.state().script.release(order);
        self.released.notify_waiters();
    }

    /// The customer confirms all that wait for it.
    pub fn confirm(&self, order: OrderId) {
        let mut state = self.state();
        let own = state.accounts.iter_mut().filter(|(key, _)| key.order == order);
        for (_, account) in own.filter(|(_, account)| account.stage == Stage::WaitsForCustomer) {
            account.stage = Stage::Held;
        }
    }

    /// The truth: what was captured and not refunded.
    #[must_use]
    pub fn charged(&self, order: OrderId) -> Money {
        self.sum(order, |account| account.captured - account.refunded)
    }

    /// The truth: what is authorised, and neither captured nor voided.
    #[must_use]
    pub fn held(&self, order: OrderId) -> Money {
        self.sum(
            order,
            |account| {
                if account.stage == Stage::Held && account.captured == 0 { account.amount.amount } else { 0 }
            },
        )
    }

    /// How many calls of that order have arrived here, lost ones included.
    #[must_use]
    pub fn calls(&self, order: OrderId) -> usize {
        self.state().script.calls(order)
    }

    fn sum(&self, order: OrderId, of: impl Fn(&Account) -> i64) -> Money {
        let state = self.state();
        let own = state.accounts.iter().filter(|(key, _)| key.order == order).map(|(_, account)| account);
        own.fold(Money::zero(Currency::EUR), |sum, account| {
            Money::new(sum.amount + of(account), account.amount.currency)
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_held(&self, order: OrderId) -> bool {
        self.state().script.is_held(order)
    }

    fn answer(&self, call: &PaymentCall) -> Result<PaymentAnswer, EffectError> {
        let mut state = self.state();
        let word = state.script.next(call.key.order);
        let unknown = || Err(EffectError::Unknown("the script lost it".to_owned()));
        match word {
            Say::NotSent => Err(EffectError::NotSent("the script says so".to_owned())),
            Say::LoseCall => unknown(),
            Say::LoseAnswer => {
                state.perform(call, &Say::Answer);
                unknown()
            }
            Say::Answer | Say::Refuse | Say::AskCustomer | Say::BringBack => Ok(state.perform(call, &word)),
        }
    }
}

impl State {
    fn perform(&mut self, call: &PaymentCall, word: &Say) -> PaymentAnswer {
        match &call.action {
            PaymentAction::Authorise { amount, .. } => {
                self.authorise(&call.key, *amount, word);
                self.stage(&call.key)
            }
            PaymentAction::Ask => self.stage(&call.key),
            PaymentAction::Cancel => {
                let waits = |account: &&mut Account| account.stage == Stage::WaitsForCustomer;
                if let Some(account) = self.accounts.get_mut(&call.key).filter(waits) {
                    account.stage = Stage::Closed;
                }
                self.stage(&call.key)
            }
            PaymentAction::Void { payment } => self.once(call, "void", word, |state| {
                let account = state.account(payment).filter(|account| account.captured == 0)?;
                account.stage = Stage::Voided;
                Some(PaymentAnswer::Voided)
            }),
            PaymentAction::Capture { payment, amount } => self.once(call, "capture", word, |state| {
                let fits = |account: &&mut Account| account.captured + amount.amount <= account.amount.amount;
                state.account(payment).filter(fits)?.captured += amount.amount;
                Some(PaymentAnswer::Captured)
            }),
            PaymentAction::Refund { payment, amount } => self.once(call, "refund", word, |state| {
                let fits = |account: &&mut Account| account.refunded + amount.amount <= account.captured;
                state.account(payment).filter(fits)?.refunded += amount.amount;
                Some(PaymentAnswer::Refunded)
            }),
        }
    }

    fn authorise(&mut self, key: &EffectKey, amount: Money, word: &Say) {
        let stage = match word {
            Say::Refuse => Stage::Declined,
            Say::AskCustomer => Stage::WaitsForCustomer,
            Say::Answer | Say::LoseAnswer | Say::LoseCall | Say::NotSent | Say::BringBack => Stage::Held,
        };
        if let Ok(payment) = Name::new(&format!("scripted_{}_{}", key.order.0.simple(), key.attempt)) {
            let account = Account { payment, amount, stage, captured: 0, refunded: 0 };
            self.accounts.entry(key.clone()).or_insert(account);
        }
    }

    fn stage(&self, key: &EffectKey) -> PaymentAnswer {
        let Some(account) = self.accounts.get(key) else { return PaymentAnswer::NotFound };
        match account.stage {
            Stage::Declined => PaymentAnswer::Declined { message: "the script says so".to_owned() },
            Stage::WaitsForCustomer => PaymentAnswer::ActionRequired { url: "http://127.0.0.1/confirm".to_owned() },
            Stage::Closed => PaymentAnswer::Voided,
            // Voided, too: the same key is answered as it was.
            Stage::Held | Stage::Voided => PaymentAnswer::Authorised { payment: account.payment.clone() },
        }
    }

    /// Money moves at most once under a key.
    fn once(
        &mut self,
        call: &PaymentCall,
        kind: &'static str,
        word: &Say,
        effect: impl FnOnce(&mut Self) -> Option<PaymentAnswer>,
    ) -> PaymentAnswer {
        let key = (call.key.clone(), kind);
        if let Some(done) = self.done.get(&key) {
            return done.clone();
        }
        let refused = |message: &str| PaymentAnswer::Refused { message: message.to_owned() };
        if *word == Say::Refuse {
            return refused("the script says so");
        }
        let Some(answer) = effect(self) else { return refused("there is not so much on this payment") };
        self.done.insert(key, answer.clone());
        answer
    }

    fn account(&mut self, payment: &Name) -> Option<&mut Account> {
        self.accounts.values_mut().find(|account| account.payment == *payment && account.stage == Stage::Held)
    }
}

#[async_trait]
impl PaymentGateway for ScriptedGateway {
    fn name(&self) -> &'static str {
        "scripted-gateway"
    }

    fn at_once(&self, call: &PaymentCall) -> Option<Result<PaymentAnswer, EffectError>> {
        (self.in_process && !self.is_held(call.key.order)).then(|| self.answer(call))
    }

    async fn perform(&self, call: &PaymentCall) -> Result<PaymentAnswer, EffectError> {
        loop {
            // Registered before looking, so that a release in between is not missed.
            let released = self.released.notified();
            tokio::pin!(released);
            released.as_mut().enable();
            if !self.is_held(call.key.order) {
                return self.answer(call);
            }
            released.await;
        }
    }
}
