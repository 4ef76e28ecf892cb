//! Stock: what an outlet sells, at what price, how much of it is left, and what is held for which order.
//!
//! An order's [`Reservation`] and an item's stock, an [`Item`], are streams of their own, written in one unit: the reservation decides against
//! the items of its lines, and each event it records says through [`Reservation::shifts`] what it moves on the shelves. A shift changes the item
//! in memory only, at once, so that the next reservation of the same batch sees it; at the end of the batch [`Item::take_pending`] gives
//! what all of them came to as one event. That is how an item that everybody wants costs one write per batch.
//!
//! Stock is held for as long as its order lives. Nothing expires here: an unpaid order ends by its payment's patience, and releases.

pub mod event;

mod item;
mod pricing;
mod rejection;
mod reservation;
mod reserve;

pub use item::{Item, MAX_ON_HAND};
pub use pricing::{BASIS_POINTS, CataloguePricing, PricingPolicy, Tariff};
pub use rejection::StockRejection;
pub use reservation::{Reservation, Shift, ShiftKind};
pub use reserve::{Catalogue, InventoryPolicy};

#[cfg(test)]
mod tests;
