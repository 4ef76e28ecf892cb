//! Inventory's part: holds, releases and commits stock. Reservations decide one by one against items in memory; what a batch comes to is one
//! event per item.

use std::sync::Arc;

use orderflow_domain::inventory::event::{ReservationRejected, StockEvent};
use orderflow_domain::inventory::{Catalogue, Item, Reservation, Shift};
use orderflow_domain::shared::{Ask, Category, Context, Failure, OrderId, Published, StepKind, StreamId};

use super::{Message, Reactor};
use crate::aggregate::Aggregate;
use crate::defect::Defect;
use crate::desk::Desk;
use crate::outside::Outside;

/// See the module.
pub struct InventoryReactor {
    outside: Arc<Outside>,
}

impl InventoryReactor {
    /// With the policy that `outside` carries.
    #[must_use]
    pub const fn new(outside: Arc<Outside>) -> Self {
        Self { outside }
    }

    fn decide(&self, message: &Message<'_>, desk: &mut Desk) -> Result<(StreamId, Vec<StockEvent>), Defect> {
        let order = order_of(message);
        let stream = Reservation::stream(order);
        let events = match &message.says {
            Published::Request(request) => match &request.ask {
                Ask::ReserveStock(ask) => {
                    let items = self.item_streams(&stream, message, desk);
                    for item in &items {
                        desk.item(item)?;
                    }
                    let items: Vec<&Item> = items.iter().filter_map(|stream| item(desk, stream)).collect();
                    let Some(Aggregate::Reservation(reservation)) = desk.peek(&stream) else {
                        return Err(Defect::new(format!("{stream} was not loaded")));
                    };
                    let events = reservation.reserve(request.attempt, ask, &items, &self.outside.inventory);
                    desk.reservation(&stream)?;
                    events
                }
                Ask::CommitStock { .. } => desk.reservation(&stream)?.commit(request.attempt),
                other => return Err(Defect::new(format!("inventory does not know how to {other:?}"))),
            },
            Published::Undo(undo) if undo.step == StepKind::ReserveStock => {
                desk.reservation(&stream)?.release(undo.attempt)
            }
            Published::Undo(_) | Published::Outcome(_) => Vec::new(),
        };
        Ok((stream, events))
    }

    /// The items that a message is about: those of the lines to reserve (an open catalogue has none), or those that the reservation holds.
    fn item_streams(&self, stream: &StreamId, message: &Message<'_>, desk: &Desk) -> Vec<StreamId> {
        let of_shift = |shift: &Shift| Item::stream(&shift.outlet, &shift.item);
        let Some(reservation) = reservation(desk, stream) else { return Vec::new() };
        let moved = |events: &[StockEvent]| {
            events.iter().flat_map(|event| reservation.shifts(event)).map(|shift| of_shift(&shift)).collect()
        };
        let open = self.outside.inventory.catalogue == Catalogue::Open;
        match &message.says {
            Published::Request(request) => match &request.ask {
                Ask::ReserveStock(_) if open || reservation.knows(request.attempt) => Vec::new(),
                Ask::ReserveStock(ask) => ask.lines.iter().map(|line| Item::stream(&ask.outlet, &line.item)).collect(),
                Ask::CommitStock { .. } => moved(&reservation.commit(request.attempt)),
                _ => Vec::new(),
            },
            Published::Undo(undo) if undo.step == StepKind::ReserveStock => moved(&reservation.release(undo.attempt)),
            Published::Undo(_) | Published::Outcome(_) => Vec::new(),
        }
    }
}

fn order_of(message: &Message<'_>) -> OrderId {
    match &message.says {
        Published::Request(request) => request.order,
        Published::Undo(undo) => undo.order,
        Published::Outcome(outcome) => outcome.order,
    }
}

fn item<'a>(desk: &'a Desk, stream: &StreamId) -> Option<&'a Item> {
    match desk.peek(stream)? {
        Aggregate::Item(item) => Some(item),
        _ => None,
    }
}

fn reservation<'a>(desk: &'a Desk, stream: &StreamId) -> Option<&'a Reservation> {
    match desk.peek(stream)? {
        Aggregate::Reservation(reservation) => Some(reservation),
        _ => None,
    }
}

impl Reactor for InventoryReactor {
    fn context(&self) -> Context {
        Context::Inventory
    }

    fn takes_up(&self) -> Option<Category> {
        None
    }

    fn needs(&self, message: &Message<'_>, desk: &Desk) -> Vec<StreamId> {
        let stream = Reservation::stream(order_of(message));
        if !desk.holds(&stream) {
            return vec![stream];
        }
        self.item_streams(&stream, message, desk)
    }

    fn makes(&self, message: &Message<'_>) -> Option<StreamId> {
        message.first_ask(&StepKind::ReserveStock).map(Reservation::stream)
    }

    fn react(&self, message: &Message<'_>, desk: &mut Desk) -> Result<(), Defect> {
        let (stream, events) = self.decide(message, desk)?;
        for event in events {
            for shift in desk.reservation(&stream)?.shifts(&event) {
                let item = desk.item(&Item::stream(&shift.outlet, &shift.item))?;
                item.shift(shift.kind, shift.quantity)
                    .map_err(|rejection| Defect::new(format!("{}: {rejection}", shift.item)))?;
            }
            desk.record(&stream, event)?;
        }
        Ok(())
    }

    fn finish(&self, desk: &mut Desk) -> Result<(), Defect> {
        desk.on_behalf_of(None);
        for stream in desk.touched(Category::Stock) {
            for event in desk.item(&stream)?.take_pending() {
                desk.record_applied(&stream, event)?;
            }
        }
        Ok(())
    }

    fn discard(&self, message: &Message<'_>, failure: &Failure, desk: &mut Desk) -> Result<(), Defect> {
        match &message.says {
            Published::Request(request) if request.step == StepKind::ReserveStock => {
                let stream = Reservation::stream(request.order);
                if desk.reservation(&stream)?.knows(request.attempt) {
                    return Ok(());
                }
                let event = ReservationRejected { attempt: request.attempt, failure: failure.clone() };
                desk.record(&stream, StockEvent::from(event))
            }
            _ => Err(Defect::new(
                "only a reservation can be given up: what was sold has left, and what is undone must be",
            )),
        }
    }
}
