//! Shipping's part: books and cancels parcels, through the carrier.

use std::sync::Arc;

use orderflow_domain::ports::WorkKey;
use orderflow_domain::shared::{Ask, Context, Failure, Published, StepKind, StreamId};
use orderflow_domain::shipping::Shipment;
use orderflow_domain::shipping::event::{Refused, ShipmentEvent};

use super::{Message, Reactor};
use crate::defect::Defect;
use crate::desk::Desk;
use crate::outside::{Errand, Outside};

/// See the module.
pub struct ShippingReactor {
    outside: Arc<Outside>,
}

impl ShippingReactor {
    /// With the carrier that `outside` carries.
    #[must_use]
    pub const fn new(outside: Arc<Outside>) -> Self {
        Self { outside }
    }
}

impl Reactor for ShippingReactor {
    fn context(&self) -> Context {
        Context::Shipping
    }

    fn needs(&self, message: &Message<'_>, _desk: &Desk) -> Vec<StreamId> {
        message.order().map(Shipment::stream).into_iter().collect()
    }

    fn makes(&self, message: &Message<'_>) -> Option<StreamId> {
        message.first_ask(&StepKind::Ship).map(Shipment::stream)
    }

    fn row(&self, message: &Message<'_>, desk: &Desk) -> Option<WorkKey> {
        Errand::shipment(message.order()?).outstanding_row(desk)
    }

    fn react(&self, message: &Message<'_>, desk: &mut Desk) -> Result<(), Defect> {
        let Some(order) = message.order() else { return Ok(()) };
        let stream = Shipment::stream(order);
        let errand = Errand::shipment(order);
        let outstanding = errand.wants(desk, None);
        let shipment = desk.shipment(&stream)?;
        let (events, addressed) = match &message.says {
            Published::Request(request) => match &request.ask {
                Ask::Ship { outlet, lines, addressed } => {
                    (shipment.request(request.attempt, outlet, lines), *addressed)
                }
                other => return Err(Defect::new(format!("shipping does not know how to {other:?}"))),
            },
            Published::Undo(undo) => (shipment.undo(undo.attempt, &undo.reason), false),
            Published::Outcome(_) => (Vec::new(), false),
        };
        if events.is_empty() {
            return Ok(());
        }
        for event in events {
            desk.record(&stream, event)?;
        }
        if addressed {
            // The address is a document that has to be read first: that is for the pool.
            errand.intend(desk.now(), outstanding.as_ref(), None, desk);
            return Ok(());
        }
        self.outside.pursue(&errand, outstanding.as_ref(), desk)
    }

    fn discard(&self, message: &Message<'_>, failure: &Failure, desk: &mut Desk) -> Result<(), Defect> {
        match &message.says {
            Published::Request(request) => {
                let stream = Shipment::stream(request.order);
                if desk.shipment(&stream)?.knows(request.attempt) {
                    return Ok(());
                }
                let event = Refused { attempt: request.attempt, failure: failure.clone() };
                desk.record(&stream, ShipmentEvent::from(event))
            }
            Published::Undo(_) | Published::Outcome(_) => Err(Defect::new("only a request to ship can be given up")),
        }
    }
}
