//! The stock of an item at an outlet.

use std::sync::Arc;

use orderflow_domain::inventory::Item;
use orderflow_domain::shared::{ItemId, Money, OutletId};
use serde::{Deserialize, Serialize};

/// What an outlet sells, at what price, and how much of it there is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StockView {
    /// Where.
    pub outlet_id: OutletId,
    /// What.
    pub product_id: ItemId,
    /// For people.
    pub name: Arc<str>,
    /// Per piece.
    pub price: Money,
    /// Pieces on the shelf, held ones included.
    pub on_hand: u64,
    /// Pieces held for orders.
    pub held: u64,
    /// Pieces left to sell.
    pub available: u64,
    /// Whether it is sold now.
    pub for_sale: bool,
}

impl StockView {
    /// Of an item; none if it was never listed.
    #[must_use]
    pub fn of(item: &Item) -> Option<Self> {
        let listing = item.listing()?;
        Some(Self {
            outlet_id: listing.outlet.clone(),
            product_id: listing.item.clone(),
            name: listing.name.clone(),
            price: listing.price,
            on_hand: item.on_hand(),
            held: item.held(),
            available: item.available(),
            for_sale: listing.for_sale,
        })
    }
}
