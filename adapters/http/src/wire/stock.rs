//! What outlets sell, and how much of it there is.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Money;

/// An item to list, or to change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListItem {
    /// For people.
    #[schema(min_length = 1, max_length = 256)]
    pub name: String,
    /// Per piece.
    pub price: Money,
    /// Whether it is sold now; `true` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub for_sale: Option<bool>,
    /// Ring when so few are left to sell; 0, the default, never rings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub threshold: Option<u64>,
}

/// An item of an outlet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Item {
    /// Where.
    pub outlet_id: String,
    /// What.
    pub product_id: String,
    /// For people.
    pub name: String,
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

/// Items of an outlet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ItemList {
    /// By name.
    pub items: Vec<Item>,
    /// Where the list goes on; absent at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_cursor: Option<String>,
    /// The page, from 0, if pages were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub page: Option<u64>,
    /// Its size, if pages were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub size: Option<u64>,
    /// All items that match, if pages were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub total_items: Option<u64>,
    /// How many pages that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub total_pages: Option<u64>,
}

/// Pieces that came in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Receive {
    /// How many.
    #[schema(minimum = 1)]
    pub quantity: u64,
    /// A delivery note, a return.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 256)]
    pub reference: Option<String>,
}

/// What a count found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Adjust {
    /// Pieces on the shelf, held ones included.
    pub on_hand: u64,
    /// Why.
    #[schema(min_length = 1, max_length = 256)]
    pub reason: String,
}
