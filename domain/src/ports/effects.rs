//! The outside: money and parcels. Each call carries a stable key, (order, step, attempt), under which the far end deduplicates.
//!
//! A call ends in one of three ways, and the difference decides what may be done next: an *answer* is definitive; *not sent* means that the
//! far end knows nothing; *unknown* means that it may or may not have happened, so the same call is sent again under the same key.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

use crate::shared::{
    Address, CustomAsk, Failure, Money, Name, OrderId, OrderLine, OutletId, PaymentMethod, PaymentToken, StepKind,
    Timestamp,
};

/// The key of a piece of work at the far end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EffectKey {
    /// For which order.
    pub order: OrderId,
    /// For which step.
    pub step: StepKind,
    /// For which attempt.
    pub attempt: u32,
}

impl std::fmt::Display for EffectKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.order, self.step, self.attempt)
    }
}

/// Why a call brought no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EffectError {
    /// Nothing was sent: the far end knows nothing of it. Said only if no earlier try under this key can have been sent either; otherwise it
    /// is unknown.
    #[error("not sent: {0}")]
    NotSent(String),
    /// It may or may not have happened. Send the same again under the same key.
    #[error("no answer: {0}")]
    Unknown(String),
}

/// A call to a payment gateway.
#[derive(Clone, Debug, PartialEq)]
pub struct PaymentCall {
    /// Under which the gateway deduplicates, for each kind of action apart; of the step that wants it, so a capture has another key than its
    /// authorisation, which shares its own with its void.
    pub key: EffectKey,
    /// What to do.
    pub action: PaymentAction,
}

/// What a payment gateway can do.
#[derive(Clone, Debug, PartialEq)]
pub enum PaymentAction {
    /// Hold this much.
    Authorise {
        /// How much.
        amount: Money,
        /// How.
        method: PaymentMethod,
        /// From whom.
        token: PaymentToken,
    },
    /// What became of the authorisation under this key?
    Ask,
    /// Close the authorisation under this key before the customer confirms it, so that it never can be. Answered `Voided`, or `Authorised` if the
    /// customer was faster.
    Cancel,
    /// Take what is held.
    Capture {
        /// The authorisation, as the gateway named it.
        payment: Name,
        /// At most what is held.
        amount: Money,
    },
    /// Let go of what is held.
    Void {
        /// The authorisation.
        payment: Name,
    },
    /// Give back what was taken.
    Refund {
        /// The authorisation.
        payment: Name,
        /// At most what was taken.
        amount: Money,
    },
}

/// A gateway's definitive answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentAnswer {
    /// Held.
    Authorised {
        /// The gateway's name for it.
        payment: Name,
    },
    /// Not held, and never will be under this key.
    Declined {
        /// For people.
        message: String,
    },
    /// The customer has to confirm first; ask again.
    ActionRequired {
        /// Where.
        url: String,
    },
    /// It has never heard of this key. No answer to "was it charged?": the first call may still be on its way.
    NotFound,
    /// Taken.
    Captured,
    /// Let go.
    Voided,
    /// Given back.
    Refunded,
    /// It will not do it (now).
    Refused {
        /// For people.
        message: String,
    },
}

/// Moves money.
#[async_trait]
pub trait PaymentGateway: Send + Sync {
    /// Its name in configuration, metrics and intents.
    fn name(&self) -> &'static str;

    /// Whether the same key sent twice takes effect once. If not, an unanswered call is never sent again by itself.
    fn deduplicates(&self) -> bool {
        true
    }

    /// The answer, if it can be had without waiting for anything (a gateway that lives in this process). It must deduplicate by key, since
    /// the caller may crash before it records the answer.
    fn at_once(&self, call: &PaymentCall) -> Option<Result<PaymentAnswer, EffectError>> {
        let _ = call;
        None
    }

    /// Performs the call. The caller bounds its time.
    ///
    /// # Errors
    /// Not sent, or unknown.
    async fn perform(&self, call: &PaymentCall) -> Result<PaymentAnswer, EffectError>;
}

/// A call to a carrier.
#[derive(Clone, Debug, PartialEq)]
pub struct ShipCall {
    /// Under which the carrier deduplicates.
    pub key: EffectKey,
    /// What to do.
    pub action: ShipAction,
}

/// What a carrier can do.
#[derive(Clone, Debug, PartialEq)]
pub enum ShipAction {
    /// Come for these lines.
    Book {
        /// From where.
        outlet: OutletId,
        /// What.
        lines: Arc<[OrderLine]>,
        /// Where to; none where the carrier's default applies.
        address: Option<Address>,
    },
    /// What became of it?
    Ask,
    /// Do not come.
    Cancel,
}

/// A carrier's definitive answer: how far it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShipAnswer {
    /// Will come.
    Booked {
        /// Its number.
        tracking: Name,
        /// When asking again makes sense.
        ask_at: Timestamp,
    },
    /// Has it: too late to cancel.
    HandedOver {
        /// Its number.
        tracking: Name,
        /// When asking again makes sense.
        ask_at: Timestamp,
    },
    /// In the customer's hands.
    Delivered {
        /// Its number.
        tracking: Name,
        /// When.
        at: Timestamp,
    },
    /// Brought back: it could not be delivered.
    Undeliverable {
        /// For people.
        message: String,
    },
    /// Will not come, ever.
    Refused {
        /// For people.
        message: String,
    },
    /// Will not come, as was asked.
    Cancelled,
}

/// Takes parcels to customers.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Its name in configuration, metrics and intents.
    fn name(&self) -> &'static str;

    /// Whether the same key sent twice takes effect once.
    fn deduplicates(&self) -> bool {
        true
    }

    /// As [`PaymentGateway::at_once`].
    fn at_once(&self, call: &ShipCall) -> Option<Result<ShipAnswer, EffectError>> {
        let _ = call;
        None
    }

    /// Performs the call. The caller bounds its time.
    ///
    /// # Errors
    /// Not sent, or unknown.
    async fn perform(&self, call: &ShipCall) -> Result<ShipAnswer, EffectError>;
}

/// A call to an embedding program's own participant.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskCall {
    /// Under which the participant deduplicates.
    pub key: EffectKey,
    /// What to do; none to undo it.
    pub ask: Option<CustomAsk>,
}

/// An embedding program's own participant: carries out the steps of one name.
#[async_trait]
pub trait Participant: Send + Sync {
    /// Does the step; may be called again with the same key, and must then answer the same.
    ///
    /// # Errors
    /// A definitive failure, `Ok(Err(…))`; or [`EffectError`] when it can't tell.
    async fn perform(&self, call: &TaskCall) -> Result<Result<BTreeMap<String, String>, Failure>, EffectError>;
}
