//! Shelves: what is on them, and what is held there for orders.

use std::collections::BTreeMap;

use orderflow_domain::event::{Event, Recorded};
use orderflow_domain::inventory::event::StockEvent;
use orderflow_domain::inventory::{Item, Shift, ShiftKind};
use orderflow_domain::shared::{Category, StreamId};

use super::report::{Check, Report};

/// One item's stock by its own stream, and by the reservations of orders.
#[derive(Clone, Copy, Debug, Default)]
struct Shelf {
    on_hand: i128,
    held: i128,
    left: i128,
    orders_hold: i128,
    orders_took: i128,
}

#[derive(Default)]
pub(super) struct Shelves(BTreeMap<StreamId, Shelf>);

impl Shelves {
    /// An event of an item.
    pub(super) fn take(&mut self, recorded: &Recorded) {
        let (Event::Stock(event), Category::Stock) = (&recorded.event, recorded.envelope.stream.category) else {
            return;
        };
        let shelf = self.0.entry(recorded.envelope.stream.clone()).or_default();
        match event {
            StockEvent::Received(event) => shelf.on_hand += i128::from(event.quantity),
            StockEvent::Adjusted(event) => shelf.on_hand = event.on_hand.into(),
            StockEvent::Moved(event) => {
                shelf.held += i128::from(event.held) - i128::from(event.released) - i128::from(event.left);
                shelf.on_hand -= i128::from(event.left);
                shelf.left += i128::from(event.left);
            }
            StockEvent::Reserved(_)
            | StockEvent::ReservationRejected(_)
            | StockEvent::Released(_)
            | StockEvent::Committed(_)
            | StockEvent::ThresholdLow(_)
            | StockEvent::ItemListed(_) => {}
        }
    }

    /// Nothing is held that is not there.
    pub(super) fn bounded(&self, recorded: &Recorded, report: &mut Report) {
        let (stream, position) = (&recorded.envelope.stream, Some(recorded.envelope.position));
        let Some(Shelf { on_hand, held, .. }) = self.0.get(stream) else { return };
        if *held < 0 || on_hand < held {
            report.find(Check::Stock, stream, position, format!("{on_hand} on hand, {held} of them held"));
        }
    }

    /// What an order's reservation moves.
    pub(super) fn shift(&mut self, shift: &Shift) {
        let shelf = self.0.entry(Item::stream(&shift.outlet, &shift.item)).or_default();
        let quantity = i128::from(shift.quantity);
        match shift.kind {
            ShiftKind::Hold => shelf.orders_hold += quantity,
            ShiftKind::Release => shelf.orders_hold -= quantity,
            ShiftKind::Leave => {
                shelf.orders_hold -= quantity;
                shelf.orders_took += quantity;
            }
        }
    }

    /// At the end: items and orders say the same. A unit of work writes both, so at the end of any unit they do.
    pub(super) fn check(&self, report: &mut Report) {
        for (stream, shelf) in &self.0 {
            if shelf.held != shelf.orders_hold {
                let message = format!("{} are held there, {} by orders", shelf.held, shelf.orders_hold);
                report.find(Check::Stock, stream, None, message);
            }
            if shelf.left != shelf.orders_took {
                let message = format!("{} have left for orders, which took {}", shelf.left, shelf.orders_took);
                report.find(Check::Stock, stream, None, message);
            }
        }
    }
}
