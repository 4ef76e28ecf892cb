//! The shipment: what was asked of the carrier, and how far it has come.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ports::{EffectError, EffectKey, ShipAction, ShipAnswer, ShipCall};
use crate::shared::{
    Address, Category, Failure, Name, OrderId, OrderLine, OutletId, Reason, StepKind, StreamId, Timestamp,
};

use super::event::{
    Booked, CancelRequested, Cancelled, Delivered, DeliveryFailed, Refused, Requested, ShipmentEvent, Shipped,
};

/// One order's shipment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shipment {
    attempts: BTreeMap<u32, Parcel>,
}

#[derive(Clone, Debug, PartialEq)]
struct Parcel {
    /// None for the tombstone of an attempt that was undone before it came.
    outlet: Option<OutletId>,
    lines: Arc<[OrderLine]>,
    stage: Stage,
    undo: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// No definitive answer yet.
    Asked,
    Booked,
    Refused,
    Cancelled,
    /// The carrier has it.
    Shipped,
    /// Delivered, or brought back.
    Over,
}

impl Shipment {
    /// The stream of that order's shipment.
    #[must_use]
    pub const fn stream(order: OrderId) -> StreamId {
        StreamId::of_order(Category::Shipment, order)
    }

    /// `true` once that attempt was recorded, or undone before it came.
    #[must_use]
    pub fn knows(&self, attempt: u32) -> bool {
        self.attempts.contains_key(&attempt)
    }

    /// Hand these lines to a carrier.
    #[must_use]
    pub fn request(&self, attempt: u32, outlet: &OutletId, lines: &Arc<[OrderLine]>) -> Vec<ShipmentEvent> {
        if self.attempts.contains_key(&attempt) {
            return Vec::new();
        }
        vec![Requested { attempt, outlet: outlet.clone(), lines: lines.clone() }.into()]
    }

    /// Call it back. What was never asked or was refused is answered at once; what the carrier has is its to deliver, and `Shipped` was the
    /// answer; anything else the carrier decides.
    #[must_use]
    pub fn undo(&self, attempt: u32, reason: &Reason) -> Vec<ShipmentEvent> {
        match self.attempts.get(&attempt).map(|parcel| (parcel.stage, parcel.undo)) {
            None | Some((Stage::Refused, _)) => vec![Cancelled { attempt }.into()],
            Some((Stage::Asked | Stage::Booked, false)) => {
                vec![CancelRequested { attempt, reason: reason.clone() }.into()]
            }
            Some((Stage::Asked | Stage::Booked, true) | (Stage::Cancelled | Stage::Shipped | Stage::Over, _)) => {
                Vec::new()
            }
        }
    }

    /// The one call to the carrier that this state wants now. `address` is the order's, from where personal data is kept.
    ///
    /// A cancel is sent without waiting for the booking's answer: its key leaves a tombstone at the carrier, which a booking under way runs
    /// into.
    #[must_use]
    pub fn wants(&self, order: OrderId, address: Option<&Address>) -> Option<ShipCall> {
        self.attempts.iter().find_map(|(attempt, parcel)| {
            let action = match (parcel.stage, parcel.undo) {
                (Stage::Asked | Stage::Booked, true) => ShipAction::Cancel,
                (Stage::Asked, false) => ShipAction::Book {
                    outlet: parcel.outlet.clone()?,
                    lines: parcel.lines.clone(),
                    address: address.cloned(),
                },
                (Stage::Booked, false) | (Stage::Shipped, _) => ShipAction::Ask,
                (Stage::Refused | Stage::Cancelled | Stage::Over, _) => return None,
            };
            Some(ShipCall { key: EffectKey { order, step: StepKind::Ship, attempt: *attempt }, action })
        })
    }

    /// When, after this answer, asking again makes sense; none where it does not matter.
    #[must_use]
    pub const fn ask_at(answer: &ShipAnswer) -> Option<Timestamp> {
        match answer {
            ShipAnswer::Booked { ask_at, .. } | ShipAnswer::HandedOver { ask_at, .. } => Some(*ask_at),
            ShipAnswer::Delivered { .. }
            | ShipAnswer::Undeliverable { .. }
            | ShipAnswer::Refused { .. }
            | ShipAnswer::Cancelled => None,
        }
    }

    /// Records what came of a call. An answer that changes nothing gives no events; then the same call is to be sent again after a while.
    /// `Err(NotSent)` must mean that no try under this key was ever sent.
    #[must_use]
    pub fn answered(&self, call: &ShipCall, answer: &Result<ShipAnswer, EffectError>) -> Vec<ShipmentEvent> {
        let attempt = call.key.attempt;
        let Some(parcel) = self.attempts.get(&attempt) else { return Vec::new() };
        let waiting = matches!(parcel.stage, Stage::Asked | Stage::Booked);
        let under_way = parcel.stage == Stage::Shipped;
        let is_booking = matches!(call.action, ShipAction::Book { .. });
        let shipped = |tracking: Option<&Name>| {
            let event = Shipped { attempt, tracking: tracking.cloned() };
            waiting.then(|| event.into())
        };
        let ended = |first: Option<ShipmentEvent>, last: ShipmentEvent| {
            if waiting || under_way { first.into_iter().chain([last]).collect() } else { Vec::new() }
        };
        match answer {
            Ok(ShipAnswer::Booked { tracking, .. }) if parcel.stage == Stage::Asked => {
                vec![Booked { attempt, tracking: tracking.clone() }.into()]
            }
            Ok(ShipAnswer::HandedOver { tracking, .. }) => shipped(Some(tracking)).into_iter().collect(),
            Ok(ShipAnswer::Delivered { tracking, at }) => {
                ended(shipped(Some(tracking)), Delivered { when: *at }.into())
            }
            Ok(ShipAnswer::Undeliverable { message }) => {
                let failure = Failure::definitive(Reason::DeliveryFailed, message);
                ended(shipped(None), DeliveryFailed { failure }.into())
            }
            Ok(ShipAnswer::Refused { message }) if waiting => {
                vec![not_shipped(attempt, parcel.undo, Failure::definitive(Reason::CarrierRefused, message))]
            }
            // Without having been asked to: another booking may do.
            Ok(ShipAnswer::Cancelled) if waiting => {
                let failure = Failure::retriable(Reason::CarrierRefused, "the carrier cancelled the booking");
                vec![not_shipped(attempt, parcel.undo, failure)]
            }
            // Only of a booking does it mean that the carrier knows nothing: a cancel that was not sent says nothing of the booking before it.
            Err(EffectError::NotSent(_)) if is_booking && parcel.stage == Stage::Asked && parcel.undo => {
                vec![Cancelled { attempt }.into()]
            }
            Ok(ShipAnswer::Booked { .. } | ShipAnswer::Refused { .. } | ShipAnswer::Cancelled) | Err(_) => Vec::new(),
        }
    }

    /// Takes an event in.
    pub fn apply(&mut self, event: &ShipmentEvent) {
        match event {
            ShipmentEvent::Requested(event) => {
                let parcel = self.parcel(event.attempt);
                parcel.outlet = Some(event.outlet.clone());
                parcel.lines = event.lines.clone();
                parcel.stage = Stage::Asked;
            }
            ShipmentEvent::Booked(event) => self.parcel(event.attempt).stage = Stage::Booked,
            ShipmentEvent::Refused(event) => self.parcel(event.attempt).stage = Stage::Refused,
            ShipmentEvent::Shipped(event) => self.parcel(event.attempt).stage = Stage::Shipped,
            ShipmentEvent::CancelRequested(event) => self.parcel(event.attempt).undo = true,
            ShipmentEvent::Cancelled(event) => self.parcel(event.attempt).stage = Stage::Cancelled,
            ShipmentEvent::Delivered(_) | ShipmentEvent::DeliveryFailed(_) => {
                // Only what the carrier has can arrive, and of an order that is one parcel.
                for parcel in self.attempts.values_mut().filter(|parcel| parcel.stage == Stage::Shipped) {
                    parcel.stage = Stage::Over;
                }
            }
        }
    }

    fn parcel(&mut self, attempt: u32) -> &mut Parcel {
        self.attempts.entry(attempt).or_insert_with(|| Parcel {
            outlet: None,
            lines: Arc::from([]),
            stage: Stage::Cancelled,
            undo: false,
        })
    }
}

fn not_shipped(attempt: u32, undo: bool, failure: Failure) -> ShipmentEvent {
    if undo { Cancelled { attempt }.into() } else { Refused { attempt, failure }.into() }
}
