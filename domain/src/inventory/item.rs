//! One item at one outlet: what it is and how many there are. Shared between orders, so it has a stream of its own.

use serde::{Deserialize, Serialize};

use crate::shared::{Category, ItemId, Money, OutletId, StreamId, limits};

use super::event::{Adjusted, ItemListed, Moved, Received, StockEvent, ThresholdLow};
use super::{ShiftKind, StockRejection};

/// Largest number of pieces on a shelf: 2^53 - 1, which every JSON reader keeps exactly.
pub const MAX_ON_HAND: u64 = (1 << 53) - 1;

/// The stock of one item. Always `held <= on hand`, so nothing is promised that is not there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Item {
    listing: Option<ItemListed>,
    on_hand: u64,
    held: u64,
    /// It has rung since it was last above its threshold.
    low: bool,
    /// What shifts did since the last [`Item::take_pending`]; in the tallies already.
    #[serde(skip)]
    pending: Moved,
}

impl Item {
    /// Version of the fold, for snapshots.
    pub const FOLD: u32 = 1;

    /// The stream of that item's stock.
    #[must_use]
    pub fn stream(outlet: &OutletId, item: &ItemId) -> StreamId {
        StreamId::named(Category::Stock, &format!("{outlet}/{item}"))
    }

    /// What it is; none if it was never listed.
    #[must_use]
    pub const fn listing(&self) -> Option<&ItemListed> {
        self.listing.as_ref()
    }

    /// Price per piece, if it is listed.
    #[must_use]
    pub fn price(&self) -> Option<Money> {
        self.listing.as_ref().map(|listing| listing.price)
    }

    /// Pieces on the shelf, held ones included.
    #[must_use]
    pub const fn on_hand(&self) -> u64 {
        self.on_hand
    }

    /// Pieces held for orders.
    #[must_use]
    pub const fn held(&self) -> u64 {
        self.held
    }

    /// Pieces left to sell.
    #[must_use]
    pub const fn available(&self) -> u64 {
        self.on_hand.saturating_sub(self.held)
    }

    /// Takes an event in. Never apply what [`Item::take_pending`] returned to the item that returned it: it is in there already.
    pub fn apply(&mut self, event: &StockEvent) {
        match event {
            StockEvent::ItemListed(event) => {
                self.listing = Some(event.clone());
                // Listed with less than its threshold: nothing has fallen, so nothing rings until it was above.
                self.low = self.available() <= event.threshold;
            }
            StockEvent::Received(event) => self.on_hand = self.on_hand.saturating_add(event.quantity),
            StockEvent::Adjusted(event) => self.on_hand = event.on_hand,
            StockEvent::Moved(event) => {
                let gone = event.released.saturating_add(event.left);
                self.held = self.held.saturating_add(event.held).saturating_sub(gone);
                self.on_hand = self.on_hand.saturating_sub(event.left);
            }
            StockEvent::ThresholdLow(_) => self.low = true,
            StockEvent::Reserved(_)
            | StockEvent::ReservationRejected(_)
            | StockEvent::Released(_)
            | StockEvent::Committed(_) => {}
        }
        self.rearm();
    }

    // ---- the shelf's keeper ------------------------------------------------------------------------------------------

    /// Creates or changes the listing. The same listing again gives no events.
    ///
    /// # Errors
    /// A price or name outside the limits.
    pub fn list(&self, listing: ItemListed) -> Result<Vec<StockEvent>, StockRejection> {
        if !(0..=limits::MAX_AMOUNT).contains(&listing.price.amount) {
            return Err(StockRejection::Price);
        }
        if listing.name.trim().is_empty() || listing.name.chars().count() > limits::MAX_TEXT {
            return Err(StockRejection::Name);
        }
        let same = self.listing.as_ref() == Some(&listing);
        Ok(if same { Vec::new() } else { vec![listing.into()] })
    }

    /// Pieces come in.
    ///
    /// # Errors
    /// Not listed, a quantity of 0, or more than can be counted.
    pub fn receive(&self, quantity: u64, reference: Option<String>) -> Result<Vec<StockEvent>, StockRejection> {
        self.listing.as_ref().ok_or(StockRejection::NotListed)?;
        if quantity == 0 {
            return Err(StockRejection::NothingReceived);
        }
        if reference.as_ref().is_some_and(|text| text.chars().count() > limits::MAX_TEXT) {
            return Err(StockRejection::Text);
        }
        let total = self.on_hand.checked_add(quantity).ok_or(StockRejection::TooMany)?;
        if total > MAX_ON_HAND {
            return Err(StockRejection::TooMany);
        }
        Ok(vec![Received { quantity, reference }.into()])
    }

    /// A count found `on_hand` pieces on the shelf, held ones included. The number that is known already gives no events.
    ///
    /// # Errors
    /// Not listed, fewer than are held for orders, or more than can be counted.
    pub fn adjust(&self, on_hand: u64, reason: &str) -> Result<Vec<StockEvent>, StockRejection> {
        self.listing.as_ref().ok_or(StockRejection::NotListed)?;
        if on_hand > MAX_ON_HAND {
            return Err(StockRejection::TooMany);
        }
        if on_hand < self.held {
            return Err(StockRejection::BelowHeld { held: self.held });
        }
        if reason.chars().count() > limits::MAX_TEXT {
            return Err(StockRejection::Text);
        }
        if on_hand == self.on_hand {
            return Ok(Vec::new());
        }
        let adjusted = StockEvent::from(Adjusted { on_hand, reason: reason.to_owned() });
        let mut after = self.clone();
        after.apply(&adjusted);
        Ok(std::iter::once(adjusted).chain(after.falls_low()).collect())
    }

    // ---- reservations, in memory -------------------------------------------------------------------------------------

    /// Holds, releases or lets leave, as [`super::Reservation::shifts`] says.
    ///
    /// # Errors
    /// As [`Item::hold`], [`Item::release`] and [`Item::leave`].
    pub fn shift(&mut self, kind: ShiftKind, quantity: u64) -> Result<(), StockRejection> {
        match kind {
            ShiftKind::Hold => self.hold(quantity),
            ShiftKind::Release => self.release(quantity),
            ShiftKind::Leave => self.leave(quantity),
        }
    }

    /// Holds so many for an order.
    ///
    /// # Errors
    /// Fewer are left to sell.
    pub fn hold(&mut self, quantity: u64) -> Result<(), StockRejection> {
        let available = self.available();
        if quantity > available {
            return Err(StockRejection::OutOfStock { available });
        }
        self.pending.held = self.pending.held.checked_add(quantity).ok_or(StockRejection::TooMany)?;
        self.held += quantity;
        Ok(())
    }

    /// So many are no longer held and back on sale.
    ///
    /// # Errors
    /// Fewer are held.
    pub fn release(&mut self, quantity: u64) -> Result<(), StockRejection> {
        let held = self.held.checked_sub(quantity).ok_or(StockRejection::NotHeld { held: self.held })?;
        self.pending.released = self.pending.released.checked_add(quantity).ok_or(StockRejection::TooMany)?;
        self.held = held;
        self.rearm();
        Ok(())
    }

    /// So many that were held have left the shelf.
    ///
    /// # Errors
    /// Fewer are held.
    pub fn leave(&mut self, quantity: u64) -> Result<(), StockRejection> {
        let held = self.held.checked_sub(quantity).ok_or(StockRejection::NotHeld { held: self.held })?;
        let on_hand = self.on_hand.checked_sub(quantity).ok_or(StockRejection::NotHeld { held: self.held })?;
        self.pending.left = self.pending.left.checked_add(quantity).ok_or(StockRejection::TooMany)?;
        (self.held, self.on_hand) = (held, on_hand);
        Ok(())
    }

    /// What the shifts since the last time came to: one `stock.moved`, and `stock.threshold_low` if they took the item to its threshold; nothing if
    /// there were none. To be recorded, not applied: the tallies hold it already.
    pub fn take_pending(&mut self) -> Vec<StockEvent> {
        let moved = std::mem::take(&mut self.pending);
        if moved == Moved::default() {
            return Vec::new();
        }
        let low = self.falls_low();
        self.low |= low.is_some();
        std::iter::once(StockEvent::from(moved)).chain(low).collect()
    }

    fn threshold(&self) -> u64 {
        self.listing.as_ref().map_or(0, |listing| listing.threshold)
    }

    fn falls_low(&self) -> Option<StockEvent> {
        let (available, threshold) = (self.available(), self.threshold());
        let falls = threshold > 0 && available <= threshold && !self.low;
        falls.then(|| ThresholdLow { available, threshold }.into())
    }

    /// Above its threshold it may ring again.
    fn rearm(&mut self) {
        self.low &= self.available() <= self.threshold();
    }
}
