//! Goods: lines as they are asked for, and as they are sold.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::shared::{ItemId, Money, OutletId};

/// One line as the customer asked for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderLine {
    /// What.
    pub item: ItemId,
    /// How many, 1 to 10,000.
    pub quantity: u32,
    /// The price that the client says; only an engine with an open catalogue takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_price: Option<Money>,
}

/// Hold these lines at one outlet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reserve {
    /// Where.
    pub outlet: OutletId,
    /// What.
    pub lines: Arc<[OrderLine]>,
    /// If given, another total is PRICE_CHANGED.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_total: Option<Money>,
}

/// One line as it is sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PricedLine {
    /// What.
    pub item: ItemId,
    /// Its name at the time.
    pub name: Arc<str>,
    /// How many.
    pub quantity: u32,
    /// Per piece.
    pub unit_price: Money,
    /// Per line.
    pub total: Money,
}

/// The break-down of an order's price, all in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Sum of the lines.
    pub items: Money,
    /// Taken off.
    pub discount: Money,
    /// Delivery fee.
    pub delivery: Money,
    /// Tax that comes on top.
    pub tax: Money,
    /// What is paid.
    pub total: Money,
}
