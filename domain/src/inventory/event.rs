//! What can happen to stock. One order's reservation and one item's stock are streams of their own; a reservation's event answers the order.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::shared::{
    Failure, ItemId, Money, OrderId, Outcome, OutletId, PricedLine, StepKind, StepResult, Success, Totals, Undone,
    events,
};

events! {
    /// An event of a `reservation` or `stock` stream.
    StockEvent {
        201 "stock.reserved" v 1 => Reserved,
        202 "stock.rejected" v 1 => ReservationRejected,
        203 "stock.released" v 1 => Released,
        204 "stock.committed" v 1 => Committed,
        205 "stock.received" v 1 => Received,
        206 "stock.adjusted" v 1 => Adjusted,
        207 "stock.threshold_low" v 1 => ThresholdLow,
        208 "stock.item_listed" v 1 => ItemListed,
        209 "stock.moved" v 1 => Moved,
    }
}

/// Reservation: all lines are held. Answers `ReserveStock`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reserved {
    /// Which attempt of the order's step.
    pub attempt: u32,
    /// Where.
    pub outlet: OutletId,
    /// Each line with its price.
    pub lines: Arc<[PricedLine]>,
    /// What it comes to.
    pub totals: Totals,
    /// `true` where the catalogue is open: no stock is kept of these lines, so none moves, now or later.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unlimited: bool,
}

/// Reservation: nothing is held. Answers `ReserveStock`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReservationRejected {
    /// Which attempt.
    pub attempt: u32,
    /// Why, with all lines at fault.
    pub failure: Failure,
}

/// Reservation: what was held is back on sale; also the tombstone of an attempt that was never known. Answers the undo of `ReserveStock`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Released {
    /// Which attempt.
    pub attempt: u32,
}

/// Reservation: it has left the shelf. Answers `CommitStock`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Committed {
    /// Which attempt.
    pub attempt: u32,
}

/// Stock of an item: pieces came in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Received {
    /// How many.
    pub quantity: u64,
    /// A delivery note, a return.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// Stock of an item: a count found another number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adjusted {
    /// Pieces on the shelf from now on, held ones included.
    pub on_hand: u64,
    /// Why.
    pub reason: String,
}

/// Stock of an item: what is left to sell has fallen to its threshold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThresholdLow {
    /// Left to sell.
    pub available: u64,
    /// The threshold.
    pub threshold: u64,
}

/// Stock of an item: what it is, what it costs, whether it is sold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemListed {
    /// At which outlet.
    pub outlet: OutletId,
    /// Its id there.
    pub item: ItemId,
    /// For people.
    pub name: Arc<str>,
    /// Per piece.
    pub price: Money,
    /// Whether it is sold now.
    pub for_sale: bool,
    /// Ring when so few are left to sell; 0 never rings.
    #[serde(default)]
    pub threshold: u64,
}

/// Stock of an item: what a batch of orders did to it, in one event, so that a hot item costs one write per batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Newly held for orders.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub held: u64,
    /// No longer held, back on sale.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub released: u64,
    /// Held before, now off the shelf.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl StockEvent {
    /// What the order reads of it.
    #[must_use]
    pub fn outcome(&self, order: OrderId) -> Option<Outcome> {
        let answer = |step, attempt, result| Some(Outcome { order, step, attempt, result });
        match self {
            Self::Reserved(event) => answer(
                StepKind::ReserveStock,
                event.attempt,
                StepResult::Succeeded(Success::Reserved { lines: event.lines.clone(), totals: event.totals }),
            ),
            Self::ReservationRejected(event) => {
                answer(StepKind::ReserveStock, event.attempt, StepResult::Failed(event.failure.clone()))
            }
            Self::Released(event) => answer(StepKind::ReserveStock, event.attempt, StepResult::Undone(Undone::Nothing)),
            Self::Committed(event) => {
                answer(StepKind::CommitStock, event.attempt, StepResult::Succeeded(Success::Committed))
            }
            Self::Received(_) | Self::Adjusted(_) | Self::ThresholdLow(_) | Self::ItemListed(_) | Self::Moved(_) => {
                None
            }
        }
    }
}
