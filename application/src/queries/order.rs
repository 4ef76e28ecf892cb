//! One order, folded from its own stream: always current, whatever the views show.

use orderflow_domain::event::Event;
use orderflow_domain::ordering::Order;
use orderflow_domain::shared::{Contact, OrderId, StreamId, Timestamp, Version};

use super::QueryError;
use crate::aggregate::Aggregate;
use crate::cache::Held;
use crate::engine::{Access, Engine};
use crate::outside::contact_key;
use crate::views::OrderView;

/// Events read at once.
const PAGE: usize = 1_000;

impl Engine {
    /// One order, with steps, note and address; as it was at a moment, if one is given.
    ///
    /// # Errors
    /// Not there (then), or not the caller's; unavailable.
    pub async fn order(
        &self,
        order: OrderId,
        access: &Access,
        as_of: Option<Timestamp>,
    ) -> Result<OrderView, QueryError> {
        let (state, version) = match as_of {
            None => self.folded(order).await?,
            Some(moment) => self.folded_until(order, moment).await?,
        };
        if !state.customer().is_some_and(|owner| access.sees(owner)) {
            return Err(QueryError::NotFound);
        }
        let contact = self.contact(order).await?;
        Ok(OrderView::of(&state, version, contact.as_ref()))
    }

    /// What a command answers: the order as it made it. A contact that can't be read now is left out, as the command has taken effect.
    pub(crate) async fn view_of(&self, order: &Order, version: Version) -> OrderView {
        let contact = match order.id() {
            Some(id) => self.contact(id).await.ok().flatten(),
            None => None,
        };
        OrderView::of(order, version, contact.as_ref())
    }

    async fn folded(&self, order: OrderId) -> Result<(Box<Order>, Version), QueryError> {
        let held = Held::load(&**self.store(), self.plans(), &StreamId::order(order)).await?;
        match held.state {
            Aggregate::Order(state) => Ok((state, held.version)),
            _ => Err(QueryError::NotFound),
        }
    }

    async fn folded_until(&self, order: OrderId, moment: Timestamp) -> Result<(Box<Order>, Version), QueryError> {
        let stream = StreamId::order(order);
        let mut state = Box::new(Order::blank(self.plans()));
        let mut version = Version::EMPTY;
        loop {
            let page = self.store().read_stream(&stream, version, PAGE).await?;
            for recorded in &page {
                let (Event::Order(event), at) = (&recorded.event, recorded.envelope.at) else {
                    return Err(QueryError::Unavailable(format!("{stream} holds an event of another kind")));
                };
                if at > moment {
                    return Ok((state, version));
                }
                state.apply(event, at);
                version = recorded.envelope.version;
            }
            if page.len() < PAGE {
                return Ok((state, version));
            }
        }
    }

    /// The personal data of an order; none if there is none, or it was erased.
    async fn contact(&self, order: OrderId) -> Result<Option<Contact>, QueryError> {
        let Some(row) = self.store().work(&contact_key(order)).await? else { return Ok(None) };
        serde_json::from_str(&row.body)
            .map(Some)
            .map_err(|error| QueryError::Unavailable(format!("the contact of order {order} can't be read: {error}")))
    }
}
