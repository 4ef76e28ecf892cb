//! What staff do to stock: list items, receive goods, correct counts.

use orderflow_domain::event::Event;
use orderflow_domain::inventory::event::{ItemListed, StockEvent};
use orderflow_domain::inventory::{Item, StockRejection};
use orderflow_domain::shared::{Actor, ItemId, OutletId, StreamId};

use super::IdempotencyKey;
use super::change::{Change, Unchanged};
use crate::aggregate::Aggregate;
use crate::engine::Engine;

/// Why stock was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StockError {
    /// It can't be changed so.
    #[error("{0}")]
    Rejected(StockRejection),
    /// The idempotency key came with another request before.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// Try later, with the same key: what could not be confirmed may have taken effect.
    #[error("not now: {0}")]
    Unavailable(String),
}

impl Engine {
    /// Lists an item at an outlet, or changes what is listed.
    ///
    /// # Errors
    /// See [`StockError`].
    pub async fn list_item(
        &self,
        listing: ItemListed,
        by: &Actor,
        key: Option<&IdempotencyKey>,
    ) -> Result<Item, StockError> {
        let stream = Item::stream(&listing.outlet, &listing.item);
        self.change_item(stream, "list", by, key, |item| item.list(listing.clone())).await
    }

    /// Pieces came in.
    ///
    /// # Errors
    /// See [`StockError`].
    pub async fn receive_stock(
        &self,
        (outlet, item): (&OutletId, &ItemId),
        quantity: u64,
        reference: Option<String>,
        by: &Actor,
        key: Option<&IdempotencyKey>,
    ) -> Result<Item, StockError> {
        let decide = |item: &Item| item.receive(quantity, reference.clone());
        self.change_item(Item::stream(outlet, item), "receive", by, key, decide).await
    }

    /// A count found another number.
    ///
    /// # Errors
    /// See [`StockError`].
    pub async fn adjust_stock(
        &self,
        (outlet, item): (&OutletId, &ItemId),
        on_hand: u64,
        reason: &str,
        by: &Actor,
        key: Option<&IdempotencyKey>,
    ) -> Result<Item, StockError> {
        let decide = |item: &Item| item.adjust(on_hand, reason);
        self.change_item(Item::stream(outlet, item), "adjust", by, key, decide).await
    }

    async fn change_item(
        &self,
        stream: StreamId,
        operation: &str,
        by: &Actor,
        key: Option<&IdempotencyKey>,
        decide: impl Fn(&Item) -> Result<Vec<StockEvent>, StockRejection> + Send + Sync,
    ) -> Result<Item, StockError> {
        let operation = format!("{operation}/{stream}");
        let decided = |state: &Aggregate, _| match state {
            Aggregate::Item(item) => Ok(decide(item)?.into_iter().map(Event::from).collect()),
            _ => Err(StockRejection::NotListed),
        };
        let changed = self.change(Change { stream, actor: by, operation, key }, decided).await;
        match changed.map(|held| held.state) {
            Ok(Aggregate::Item(item)) => Ok(*item),
            Ok(_) => Err(StockError::Rejected(StockRejection::NotListed)),
            Err(Unchanged::Refused(rejection)) => Err(StockError::Rejected(rejection)),
            Err(Unchanged::KeyReused) => Err(StockError::KeyReused),
            Err(Unchanged::Unavailable(why)) => Err(StockError::Unavailable(why)),
        }
    }
}
