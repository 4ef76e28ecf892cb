//! What becomes of the next calls.

use std::collections::{HashMap, HashSet, VecDeque};

use orderflow_domain::shared::OrderId;

/// What a far end does with one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Say {
    /// Does it and answers. The default.
    Answer,
    /// Does it, and the answer is lost.
    LoseAnswer,
    /// The call itself is lost: nothing is done, but the caller can't know.
    LoseCall,
    /// The call could not be sent, and the caller knows.
    NotSent,
    /// Says no: declines an authorisation, refuses anything else.
    Refuse,
    /// A gateway wants the customer to confirm an authorisation. For any other call as `Answer`.
    AskCustomer,
    /// A carrier could not deliver, and brings the parcel back. Before it has it, as `Answer`.
    BringBack,
}

/// Queues of words, and the calls that were counted and held back.
#[derive(Debug, Default)]
pub(super) struct Script {
    all: VecDeque<Say>,
    of: HashMap<OrderId, VecDeque<Say>>,
    calls: HashMap<OrderId, usize>,
    held: HashSet<OrderId>,
}

impl Script {
    pub(super) fn plan(&mut self, order: Option<OrderId>, words: impl IntoIterator<Item = Say>) {
        match order {
            Some(order) => self.of.entry(order).or_default().extend(words),
            None => self.all.extend(words),
        }
    }

    /// The word for a call that arrives now.
    pub(super) fn next(&mut self, order: OrderId) -> Say {
        *self.calls.entry(order).or_default() += 1;
        let own = self.of.get_mut(&order).and_then(VecDeque::pop_front);
        own.or_else(|| self.all.pop_front()).unwrap_or(Say::Answer)
    }

    pub(super) fn calls(&self, order: OrderId) -> usize {
        self.calls.get(&order).copied().unwrap_or_default()
    }

    pub(super) fn hold(&mut self, order: OrderId) {
        self.held.insert(order);
    }

    pub(super) fn release(&mut self, order: OrderId) {
        self.held.remove(&order);
    }

    pub(super) fn is_held(&self, order: OrderId) -> bool {
        self.held.contains(&order)
    }
}
