//! What lies outside, as the reactors and the pools of calls share it: gateways, carriers, own participants, and the policies of the contexts
//! that work with them.

mod breaker;
mod calls;
mod errand;
mod pursue;
mod take_over;

pub use calls::{Calls, pool_name};
pub(crate) use errand::{Errand, contact_key};

use std::collections::HashMap;
use std::sync::Arc;

use jiff::SignedDuration;
use orderflow_domain::inventory::InventoryPolicy;
use orderflow_domain::ports::{Carrier, Participant, PaymentGateway};
use orderflow_domain::shared::{Backoff, Name};

/// See the module.
pub struct Outside {
    /// Moves money.
    pub gateway: Arc<dyn PaymentGateway>,
    /// Takes parcels to customers.
    pub carrier: Arc<dyn Carrier>,
    /// An embedding program's own participants, by the name of the step that each carries out.
    pub participants: HashMap<Name, Arc<dyn Participant>>,
    /// How lines are priced, and whether unlisted items are sold.
    pub inventory: InventoryPolicy,
    /// How calls are made.
    pub calls: CallPolicy,
}

/// How calls to the outside are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallPolicy {
    /// Calls to one gateway that are under way at once.
    pub concurrency: usize,
    /// How long a call may take: less than half of `lease`.
    pub timeout: SignedDuration,
    /// For how long a process has a call for itself.
    pub lease: SignedDuration,
    /// Waits between calls that brought no answer.
    pub backoff: Backoff,
    /// How long a customer may take to pay.
    pub payment_patience: SignedDuration,
}

impl Default for CallPolicy {
    fn default() -> Self {
        Self {
            concurrency: 32,
            timeout: SignedDuration::from_secs(12),
            lease: SignedDuration::from_secs(30),
            backoff: Backoff::STEPS,
            payment_patience: SignedDuration::from_mins(15),
        }
    }
}
