//! What is held for one order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::shared::{Category, ItemId, OrderId, OutletId, PricedLine, StreamId};

use super::event::{Committed, Released, StockEvent};

/// One order's reservation: its attempts, each of which was rejected, or is held, released or gone from the shelf.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reservation {
    attempts: BTreeMap<u32, Attempt>,
    /// Attempts of `CommitStock` that were answered.
    committed: BTreeSet<u32>,
}

#[derive(Clone, Debug, PartialEq)]
struct Attempt {
    state: State,
    outlet: Option<OutletId>,
    /// What it holds on the shelves: none if nothing was ever held, or the catalogue is open.
    lines: Arc<[PricedLine]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Rejected,
    Held,
    /// Also the tombstone of an attempt that was undone before it came.
    Released,
    Left,
}

/// What an event of a reservation moves on one item's shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Where.
    pub outlet: OutletId,
    /// What.
    pub item: ItemId,
    /// How.
    pub kind: ShiftKind,
    /// How many.
    pub quantity: u64,
}

/// How stock moves for an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShiftKind {
    /// On sale, now held.
    Hold,
    /// Held, now on sale again.
    Release,
    /// Held, now off the shelf.
    Leave,
}

impl Reservation {
    /// The stream of that order's reservation.
    #[must_use]
    pub const fn stream(order: OrderId) -> StreamId {
        StreamId::of_order(Category::Reservation, order)
    }

    /// `true` once that attempt was answered, or undone before it came: asking again changes nothing, so its items need not be loaded.
    #[must_use]
    pub fn knows(&self, attempt: u32) -> bool {
        self.attempts.contains_key(&attempt)
    }

    /// Undoes an attempt: releases what it holds. One that is unknown leaves a tombstone, one that was rejected has nothing to give back; both
    /// are answered all the same, once.
    ///
    /// What has left the shelf can't be released: stock is committed only after the pivot, whose success ended all undoing of goods, so such an undo is
    /// one that the order has given up. `Committed` stands on this stream and is the answer; goods that come back are a new receipt.
    #[must_use]
    pub fn release(&self, attempt: u32) -> Vec<StockEvent> {
        match self.attempts.get(&attempt).map(|known| known.state) {
            None | Some(State::Held | State::Rejected) => vec![Released { attempt }.into()],
            Some(State::Released | State::Left) => Vec::new(),
        }
    }

    /// What is held has left the shelf. `attempt` is that of `CommitStock`. Where nothing is held (an operator resolved the reservation by hand) the
    /// answer is the same and moves nothing, since the order will ask for ever.
    #[must_use]
    pub fn commit(&self, attempt: u32) -> Vec<StockEvent> {
        if self.committed.contains(&attempt) { Vec::new() } else { vec![Committed { attempt }.into()] }
    }

    /// What an event, not applied yet, moves on the shelves; one shift per line.
    #[must_use]
    pub fn shifts(&self, event: &StockEvent) -> Vec<Shift> {
        match event {
            StockEvent::Reserved(event) if event.unlimited => Vec::new(),
            StockEvent::Reserved(event) => shifts(ShiftKind::Hold, Some(&event.outlet), &event.lines),
            StockEvent::Released(event) => self
                .attempts
                .get(&event.attempt)
                .filter(|known| known.state == State::Held)
                .map_or_else(Vec::new, |known| shifts(ShiftKind::Release, known.outlet.as_ref(), &known.lines)),
            StockEvent::Committed(_) => self
                .held()
                .and_then(|attempt| self.attempts.get(&attempt))
                .map_or_else(Vec::new, |known| shifts(ShiftKind::Leave, known.outlet.as_ref(), &known.lines)),
            StockEvent::ReservationRejected(_)
            | StockEvent::Received(_)
            | StockEvent::Adjusted(_)
            | StockEvent::ThresholdLow(_)
            | StockEvent::ItemListed(_)
            | StockEvent::Moved(_) => Vec::new(),
        }
    }

    /// Takes an event in.
    pub fn apply(&mut self, event: &StockEvent) {
        match event {
            StockEvent::Reserved(event) => {
                let lines = if event.unlimited { Arc::from([]) } else { event.lines.clone() };
                let attempt = Attempt { state: State::Held, outlet: Some(event.outlet.clone()), lines };
                self.attempts.insert(event.attempt, attempt);
            }
            StockEvent::ReservationRejected(event) => self.close(event.attempt, State::Rejected),
            StockEvent::Released(event) => self.close(event.attempt, State::Released),
            StockEvent::Committed(event) => {
                self.committed.insert(event.attempt);
                if let Some(held) = self.held() {
                    self.close(held, State::Left);
                }
            }
            StockEvent::Received(_)
            | StockEvent::Adjusted(_)
            | StockEvent::ThresholdLow(_)
            | StockEvent::ItemListed(_)
            | StockEvent::Moved(_) => {}
        }
    }

    fn close(&mut self, attempt: u32, state: State) {
        self.attempts.insert(attempt, Attempt { state, outlet: None, lines: Arc::from([]) });
    }

    /// The attempt that holds stock: the newest, should an earlier one not be released yet.
    fn held(&self) -> Option<u32> {
        self.attempts.iter().rev().find(|(_, known)| known.state == State::Held).map(|(attempt, _)| *attempt)
    }
}

fn shifts(kind: ShiftKind, outlet: Option<&OutletId>, lines: &[PricedLine]) -> Vec<Shift> {
    let of = |outlet: &OutletId| {
        lines
            .iter()
            .map(|line| Shift {
                outlet: outlet.clone(),
                item: line.item.clone(),
                kind,
                quantity: u64::from(line.quantity),
            })
            .collect()
    };
    outlet.map_or_else(Vec::new, of)
}
