//! One side of a book: what rests there, best price first, then first come first served.

use std::collections::BTreeMap;

use crate::shared::{CustomerId, Decimal, OrderId, Price, Quantity, Side};

/// An order that rests, with what its next trade needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resting {
    /// Which.
    pub order: OrderId,
    /// Whose.
    pub customer: CustomerId,
    /// Its limit.
    pub price: Price,
    /// What is left to fill.
    pub remaining: Quantity,
    /// What was filled.
    pub filled: Quantity,
    /// Sum of price times quantity of what was filled, in 10⁻¹⁶.
    pub notional: i128,
}

/// All that rests at one price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// The price.
    pub price: Price,
    /// The sum of what is left to fill.
    pub quantity: Quantity,
    /// How many orders.
    pub orders: u32,
}

/// Where an order stands on its side: by price from the best, then by arrival.
pub(super) type Place = (i64, u64);

/// One side.
///
/// One ordered map holds all orders of the side and not a queue per price: the first is the best, and a cancel in the middle of a long queue
/// costs as little as one at its end.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Ladder {
    queue: BTreeMap<Place, Resting>,
    levels: BTreeMap<i64, Level>,
}

/// Lower is better: the price of an ask, the negative of a bid's.
pub(super) const fn rank(side: Side, price: Price) -> i64 {
    match side {
        Side::Buy => -price.units(),
        Side::Sell => price.units(),
    }
}

impl Ladder {
    /// All that rests, in the order in which it trades.
    pub(super) fn queue(&self) -> impl Iterator<Item = (&Place, &Resting)> {
        self.queue.iter()
    }

    /// All prices, the best first.
    pub(super) fn levels(&self) -> impl Iterator<Item = &Level> {
        self.levels.values()
    }

    /// What rests at one price.
    pub(super) fn level(&self, rank: i64) -> Option<&Level> {
        self.levels.get(&rank)
    }

    pub(super) fn get(&self, place: Place) -> Option<&Resting> {
        self.queue.get(&place)
    }

    pub(super) fn insert(&mut self, place: Place, resting: Resting) {
        let empty = Level { price: resting.price, quantity: Decimal::ZERO, orders: 0 };
        let level = self.levels.entry(place.0).or_insert(empty);
        level.orders += 1;
        level.quantity = plus(level.quantity, resting.remaining);
        self.queue.insert(place, resting);
    }

    pub(super) fn remove(&mut self, place: Place) {
        let Some(resting) = self.queue.remove(&place) else { return };
        let Some(level) = self.levels.get_mut(&place.0) else { return };
        level.orders -= 1;
        level.quantity = minus(level.quantity, resting.remaining);
        if level.orders == 0 {
            self.levels.remove(&place.0);
        }
    }

    /// A part of an order traded, at its limit; `true` if nothing of it is left, in which case it is gone.
    pub(super) fn fill(&mut self, place: Place, quantity: Quantity) -> bool {
        let Some(resting) = self.queue.get_mut(&place) else { return false };
        let traded = quantity.min(resting.remaining);
        resting.remaining = minus(resting.remaining, traded);
        resting.filled = plus(resting.filled, traded);
        resting.notional += resting.price.notional(traded);
        let gone = resting.remaining.is_zero();
        if let Some(level) = self.levels.get_mut(&place.0) {
            level.quantity = minus(level.quantity, traded);
        }
        if gone {
            self.remove(place);
        }
        gone
    }
}

/// Sums of a book stay within what can be written, because [`super::submit`] refuses what would go beyond; a fold has no way to refuse.
pub(super) const fn plus(a: Quantity, b: Quantity) -> Quantity {
    Decimal::from_units(a.units().saturating_add(b.units()))
}

pub(super) const fn minus(a: Quantity, b: Quantity) -> Quantity {
    Decimal::from_units(a.units().saturating_sub(b.units()))
}
