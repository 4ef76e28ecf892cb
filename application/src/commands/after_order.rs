//! What an order takes besides a cancel: refunds, ratings, notes. None of them changes its status.

use orderflow_domain::ordering::Command;
use orderflow_domain::shared::{Actor, Money, OrderId};

use super::{CommandError, IdempotencyKey};
use crate::engine::{Access, Engine};
use crate::views::OrderView;

/// Give a part of the money back.
#[derive(Clone, Debug)]
pub struct RefundOrder {
    /// Of which order.
    pub order: OrderId,
    /// What the caller may see.
    pub access: Access,
    /// Which operator.
    pub by: Actor,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: String,
    /// The same key again refunds nothing more.
    pub key: Option<IdempotencyKey>,
}

/// An opinion, 1 to 5 each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rating {
    /// Of the order as a whole.
    pub order: Option<u8>,
    /// Of the outlet.
    pub outlet: Option<u8>,
    /// Of the courier.
    pub courier: Option<u8>,
}

impl Engine {
    /// Asks payment to give a part of the money back; never more than is captured and not refunded.
    ///
    /// # Errors
    /// See [`CommandError`].
    pub async fn refund(&self, refund: RefundOrder) -> Result<OrderView, CommandError> {
        let RefundOrder { order, access, by, amount, reason, key } = refund;
        let command = Command::Refund { amount, reason, by: by.clone() };
        self.command(order, &access, &by, "refund", key.as_ref(), command).await
    }

    /// Records the customer's opinion; a newer one replaces it.
    ///
    /// # Errors
    /// See [`CommandError`].
    pub async fn rate(
        &self,
        order: OrderId,
        access: &Access,
        by: &Actor,
        rating: Rating,
        key: Option<&IdempotencyKey>,
    ) -> Result<OrderView, CommandError> {
        let Rating { order: whole, outlet, courier } = rating;
        self.command(order, access, by, "rate", key, Command::Rate { order: whole, outlet, courier }).await
    }

    /// Records a remark of staff.
    ///
    /// # Errors
    /// See [`CommandError`].
    pub async fn add_note(
        &self,
        order: OrderId,
        access: &Access,
        by: &Actor,
        text: String,
        key: Option<&IdempotencyKey>,
    ) -> Result<OrderView, CommandError> {
        self.command(order, access, by, "note", key, Command::AddNote { text, by: by.clone() }).await
    }
}
