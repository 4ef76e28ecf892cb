//! A carrier as a test wants it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use orderflow_domain::ports::{Carrier, Clock, EffectError, EffectKey, ShipAction, ShipAnswer, ShipCall};
use orderflow_domain::shared::{Name, OrderId};
use tokio::sync::Notify;

use super::Say;
use super::script::Script;

/// A carrier that a test steers. A parcel comes one stage further with each call that asks for it: booked, handed over, delivered; it is always
/// worth asking again at once.
pub struct ScriptedCarrier {
    clock: Arc<dyn Clock>,
    in_process: bool,
    state: Mutex<State>,
    released: Notify,
}

#[derive(Default)]
struct State {
    script: Script,
    parcels: HashMap<EffectKey, Stage>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Booked,
    HandedOver,
    Delivered,
    BroughtBack,
    Refused,
    Cancelled,
}

impl ScriptedCarrier {
    /// Answers at once, in the caller's process.
    #[must_use]
    pub fn in_process(clock: Arc<dyn Clock>) -> Self {
        Self { clock, in_process: true, state: Mutex::default(), released: Notify::new() }
    }

    /// Answers only when called, like a carrier out there.
    #[must_use]
    pub fn remote(clock: Arc<dyn Clock>) -> Self {
        Self { in_process: false, ..Self::in_process(clock) }
    }

    /// What becomes of this order's next calls.
    pub fn plan(&self, order: OrderId, words: impl IntoIterator<Item = Say>) {
        self.state().script.plan(Some(order), words);
    }

    /// What becomes of the next calls of orders without a plan of their own.
    pub fn plan_all(&self, words: impl IntoIterator<Item = Say>) {
        self.state().script.plan(None, words);
    }

    /// From now on this order's calls wait, and are not done, until [`ScriptedCarrier::release`].
    pub fn hold(&self, order: OrderId) {
        self.state().script.hold(order);
    }

    /// Calls that were held back go on.
    pub fn release(&self, order: OrderId) {
        self.state().script.release(order);
        self.released.notify_waiters();
    }

    /// The truth: how many parcels of that order left the shelf for good (delivered or on their way; not those that were brought back).
    #[must_use]
    pub fn shipped(&self, order: OrderId) -> usize {
        self.count(order, |stage| matches!(stage, Stage::HandedOver | Stage::Delivered))
    }

    /// The truth: how many parcels of that order are booked, so that the carrier will come for them.
    #[must_use]
    pub fn booked(&self, order: OrderId) -> usize {
        self.count(order, |stage| stage == Stage::Booked)
    }

    /// How many calls of that order have arrived here, lost ones included.
    #[must_use]
    pub fn calls(&self, order: OrderId) -> usize {
        self.state().script.calls(order)
    }

    fn count(&self, order: OrderId, of: impl Fn(Stage) -> bool) -> usize {
        self.state().parcels.iter().filter(|(key, stage)| key.order == order && of(**stage)).count()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_held(&self, order: OrderId) -> bool {
        self.state().script.is_held(order)
    }

    fn answer(&self, call: &ShipCall) -> Result<ShipAnswer, EffectError> {
        let mut state = self.state();
        let word = state.script.next(call.key.order);
        let unknown = || Err(EffectError::Unknown("the script lost it".to_owned()));
        match word {
            Say::NotSent => return Err(EffectError::NotSent("the script says so".to_owned())),
            Say::LoseCall => return unknown(),
            Say::Answer | Say::LoseAnswer | Say::Refuse | Say::AskCustomer | Say::BringBack => {}
        }
        let known = state.parcels.get(&call.key).copied();
        let stage = moved(known, &call.action, &word);
        state.parcels.insert(call.key.clone(), stage);
        drop(state);
        if word == Say::LoseAnswer { unknown() } else { self.told(&call.key, stage) }
    }

    fn told(&self, key: &EffectKey, stage: Stage) -> Result<ShipAnswer, EffectError> {
        let now = self.clock.now();
        let tracking = Name::new(&format!("scripted_{}_{}", key.order.0.simple(), key.attempt))
            .map_err(|error| EffectError::Unknown(error.to_string()))?;
        let says_so = || "the script says so".to_owned();
        Ok(match stage {
            Stage::Booked => ShipAnswer::Booked { tracking, ask_at: now },
            Stage::HandedOver => ShipAnswer::HandedOver { tracking, ask_at: now },
            Stage::Delivered => ShipAnswer::Delivered { tracking, at: now },
            Stage::BroughtBack => ShipAnswer::Undeliverable { message: says_so() },
            Stage::Refused => ShipAnswer::Refused { message: says_so() },
            Stage::Cancelled => ShipAnswer::Cancelled,
        })
    }
}

/// Where a call takes a parcel.
fn moved(known: Option<Stage>, action: &ShipAction, word: &Say) -> Stage {
    match (action, known) {
        (ShipAction::Cancel, None | Some(Stage::Booked)) if *word == Say::Refuse => Stage::HandedOver,
        (ShipAction::Cancel, None | Some(Stage::Booked)) => Stage::Cancelled,
        (ShipAction::Book { .. } | ShipAction::Ask, None) if *word == Say::Refuse => Stage::Refused,
        (ShipAction::Book { .. } | ShipAction::Ask, None) => Stage::Booked,
        (ShipAction::Ask, Some(Stage::Booked)) => Stage::HandedOver,
        (ShipAction::Ask, Some(Stage::HandedOver)) if *word == Say::BringBack => Stage::BroughtBack,
        (ShipAction::Ask, Some(Stage::HandedOver)) => Stage::Delivered,
        (ShipAction::Book { .. } | ShipAction::Ask | ShipAction::Cancel, Some(known)) => known,
    }
}

#[async_trait]
impl Carrier for ScriptedCarrier {
    fn name(&self) -> &'static str {
        "scripted-carrier"
    }

    fn at_once(&self, call: &ShipCall) -> Option<Result<ShipAnswer, EffectError>> {
        (self.in_process && !self.is_held(call.key.order)).then(|| self.answer(call))
    }

    async fn perform(&self, call: &ShipCall) -> Result<ShipAnswer, EffectError> {
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
