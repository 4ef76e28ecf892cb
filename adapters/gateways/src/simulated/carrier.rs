//! The simulated carrier.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use orderflow_domain::ports::{Carrier, Clock, EffectError, EffectKey, ShipAction, ShipAnswer, ShipCall};
use orderflow_domain::shared::{Address, Name, Timestamp};

use crate::memory::Recent;

/// The carrier does not go there.
const NOWHERE: &str = "Nowhere";
/// It takes its time there, …
const SLOWTOWN: &str = "Slowtown";
/// … this long until the hand-over, so that there is time to cancel.
const SLOWTOWN_HAND_OVER: Duration = Duration::from_secs(60);
/// Parcels that are remembered. One that is forgotten starts again as booked, and arrives all the same.
const REMEMBERED: usize = 100_000;

/// How long parcels take, everywhere but in Slowtown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CarrierDelays {
    /// From the booking to the hand-over.
    pub hand_over: Duration,
    /// From the hand-over to the door.
    pub delivery: Duration,
}

impl CarrierDelays {
    /// The booking's own answer is that it has been delivered: for benchmarks.
    pub const NONE: Self = Self { hand_over: Duration::ZERO, delivery: Duration::ZERO };
}

impl Default for CarrierDelays {
    /// An order placed by hand is seen in every status, and through within a second.
    fn default() -> Self {
        Self { hand_over: Duration::from_millis(200), delivery: Duration::from_millis(300) }
    }
}

/// A carrier that refuses parcels to `Nowhere`, takes a minute to pick up those to `Slowtown`, and delivers all else in a moment. It never waits: it
/// answers at once how far a parcel has come and when to ask again.
pub struct SimulatedCarrier {
    clock: Arc<dyn Clock>,
    delays: CarrierDelays,
    parcels: Mutex<Recent<EffectKey, Parcel>>,
}

#[derive(Clone, Copy)]
enum Parcel {
    /// Cancelled, also before it was booked.
    Cancelled,
    Moving {
        handed_over: Timestamp,
        delivered: Timestamp,
    },
}

impl SimulatedCarrier {
    /// A carrier that goes by that clock.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, delays: CarrierDelays) -> Self {
        Self { clock, delays, parcels: Mutex::new(Recent::new(REMEMBERED)) }
    }

    fn answer(&self, call: &ShipCall) -> ShipAnswer {
        if let ShipAction::Book { address: Some(address), .. } = &call.action
            && goes_to(address, NOWHERE)
        {
            return ShipAnswer::Refused { message: format!("the carrier does not go to {NOWHERE}") };
        }
        let now = self.clock.now();
        let mut parcels = self.parcels.lock().unwrap_or_else(PoisonError::into_inner);
        let known = parcels.get(&call.key).copied();
        let parcel = match (&call.action, known) {
            (ShipAction::Cancel, None) => Parcel::Cancelled,
            (ShipAction::Cancel, Some(Parcel::Moving { handed_over, .. })) if now < handed_over => Parcel::Cancelled,
            (ShipAction::Book { address, .. }, None) => self.book(address.as_ref(), now),
            // Forgotten, by a restart for example: it starts again.
            (ShipAction::Ask, None) => self.book(None, now),
            (ShipAction::Book { .. } | ShipAction::Ask | ShipAction::Cancel, Some(known)) => known,
        };
        parcels.put(call.key.clone(), parcel);
        drop(parcels);
        parcel.seen_at(now, tracking(&call.key))
    }

    fn book(&self, address: Option<&Address>, now: Timestamp) -> Parcel {
        let slow = address.is_some_and(|address| goes_to(address, SLOWTOWN));
        let hand_over = if slow { SLOWTOWN_HAND_OVER } else { self.delays.hand_over };
        let later = |from: Timestamp, delay: Duration| from.checked_add(delay).unwrap_or(Timestamp::MAX);
        let handed_over = later(now, hand_over);
        Parcel::Moving { handed_over, delivered: later(handed_over, self.delays.delivery) }
    }
}

impl Parcel {
    fn seen_at(self, now: Timestamp, tracking: Option<Name>) -> ShipAnswer {
        let Some(tracking) = tracking else {
            return ShipAnswer::Refused { message: "no number can be given to this parcel".to_owned() };
        };
        match self {
            Self::Cancelled => ShipAnswer::Cancelled,
            Self::Moving { handed_over, .. } if now < handed_over => {
                ShipAnswer::Booked { tracking, ask_at: handed_over }
            }
            Self::Moving { delivered, .. } if now < delivered => ShipAnswer::HandedOver { tracking, ask_at: delivered },
            Self::Moving { delivered, .. } => ShipAnswer::Delivered { tracking, at: delivered },
        }
    }
}

fn goes_to(address: &Address, city: &str) -> bool {
    address.city.trim().eq_ignore_ascii_case(city)
}

/// `trk_<order>_1`: the same for the same key, so that it need not be remembered.
fn tracking(key: &EffectKey) -> Option<Name> {
    Name::new(&format!("trk_{}_{:x}", key.order.0.simple(), key.attempt)).ok()
}

#[async_trait]
impl Carrier for SimulatedCarrier {
    fn name(&self) -> &'static str {
        "simulated-carrier"
    }

    fn at_once(&self, call: &ShipCall) -> Option<Result<ShipAnswer, EffectError>> {
        Some(Ok(self.answer(call)))
    }

    async fn perform(&self, call: &ShipCall) -> Result<ShipAnswer, EffectError> {
        Ok(self.answer(call))
    }
}
