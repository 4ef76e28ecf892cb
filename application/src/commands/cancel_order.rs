//! Cancelling an order.

use orderflow_domain::ordering::Command;
use orderflow_domain::shared::{Actor, OrderId, Reason};

use super::{CommandError, IdempotencyKey};
use crate::engine::{Access, Engine};
use crate::views::OrderView;

/// Cancel this order.
#[derive(Clone, Debug)]
pub struct CancelOrder {
    /// Which.
    pub order: OrderId,
    /// What the caller may see.
    pub access: Access,
    /// Who wants it.
    pub by: Actor,
    /// Why, in words.
    pub comment: Option<String>,
    /// The same key again changes nothing.
    pub key: Option<IdempotencyKey>,
}

impl Engine {
    /// Asks for an order to be cancelled. It is cancelled once all that was done for it is undone; the answer shows how far that is.
    ///
    /// # Errors
    /// Not found; rejected as too late; key reused; unavailable.
    pub async fn cancel(&self, cancel: CancelOrder) -> Result<OrderView, CommandError> {
        let CancelOrder { order, access, by, comment, key } = cancel;
        let command = Command::Cancel { by: by.clone(), reason: Reason::CancelRequested, comment };
        self.command(order, &access, &by, "cancel", key.as_ref(), command).await
    }
}
