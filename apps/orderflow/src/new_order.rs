//! An order as a program writes it down: short for the ordinary case, and everything can be said.

use std::sync::Arc;

use orderflow_application::{IdempotencyKey, PlaceError, PlaceOrder};
use orderflow_domain::ordering::event::{Fulfilment, Purchase, Wanted};
use orderflow_domain::shared::{
    Actor, Address, Contact, CustomerId, InvalidName, ItemId, Money, Name, OrderLine, OutletId, PaymentMethod, Side,
    Symbol, TimeInForce, TradeTicket, TradeType, limits,
};
use sha2::{Digest, Sha256};

use crate::demo;

/// Something about the order can't be written that way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {message}")]
pub struct InvalidOrder {
    /// What is wrong.
    pub field: &'static str,
    /// Why: `must be …`.
    pub message: String,
}

/// Why an order was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlacingError {
    /// It can't be written that way.
    #[error(transparent)]
    Invalid(#[from] InvalidOrder),
    /// The engine did not take it.
    #[error(transparent)]
    Refused(#[from] PlaceError),
}

/// An order to be placed. What is not said is as in the [demo world](crate::demo): its outlet, its card, its customer.
///
/// ```
/// use orderflow::prelude::*;
///
/// let goods = NewOrder::purchase("p1", 2).and("p2", 1).token("tok_visa").to("Berlin").key("checkout-4711");
/// let trade = NewOrder::buy("ACME", "10").limit("101.25");
/// assert!(goods.check().is_ok() && trade.check().is_ok());
/// assert!(NewOrder::purchase("no such name!", 1).check().is_err());
/// ```
#[derive(Clone, Debug)]
pub struct NewOrder {
    place: PlaceOrder,
    key: Option<Arc<str>>,
    fault: Option<InvalidOrder>,
}

impl NewOrder {
    /// Goods of an outlet, to be paid and shipped.
    #[must_use]
    pub fn purchase(item: &str, quantity: u32) -> Self {
        let purchase = Purchase {
            outlet: demo::outlet(),
            lines: Arc::from([]),
            method: PaymentMethod::Card,
            token: Name::part("tok_visa"),
            fulfilment: Fulfilment::Shipping,
            addressed: false,
            expected_total: None,
        };
        Self::of(Wanted::Purchase(purchase)).and(item, quantity)
    }

    /// Buys on the venue: a MARKET order, unless [`NewOrder::limit`] follows.
    #[must_use]
    pub fn buy(symbol: &str, quantity: &str) -> Self {
        Self::trade(Side::Buy, symbol, quantity)
    }

    /// Sells on the venue.
    #[must_use]
    pub fn sell(symbol: &str, quantity: &str) -> Self {
        Self::trade(Side::Sell, symbol, quantity)
    }

    fn trade(side: Side, symbol: &str, quantity: &str) -> Self {
        let mut fault = None;
        let instrument = named(Symbol::new(symbol), "instrument", &mut fault).unwrap_or_else(demo::symbol);
        let parsed = quantity.parse().map_err(|error| invalid("quantity", format!("{error}")));
        let quantity = parsed.unwrap_or_else(|error| {
            fault.get_or_insert(error);
            Default::default()
        });
        let (kind, time_in_force) = (TradeType::Market, TimeInForce::Ioc);
        let ticket = TradeTicket { instrument, side, kind, price: None, quantity, time_in_force };
        Self { fault, ..Self::of(Wanted::Trade(ticket)) }
    }

    /// Whatever is wanted, spelt out.
    #[must_use]
    pub fn of(wanted: Wanted) -> Self {
        let place = PlaceOrder {
            actor: Actor::Customer(demo::CUSTOMER),
            customer: demo::CUSTOMER,
            wanted,
            plan: None,
            contact: Contact::default(),
            key: None,
            trace: None,
        };
        Self { place, key: None, fault: None }
    }

    /// One more line.
    #[must_use]
    pub fn and(self, item: &str, quantity: u32) -> Self {
        self.line(item, quantity, None)
    }

    /// One more line at a price that the caller says; only an engine with an open catalogue takes it.
    #[must_use]
    pub fn at_price(self, item: &str, quantity: u32, price: Money) -> Self {
        self.line(item, quantity, Some(price))
    }

    fn line(mut self, item: &str, quantity: u32, asked_price: Option<Money>) -> Self {
        let item = named(ItemId::new(item), "item", &mut self.fault);
        match (&mut self.place.wanted, item) {
            (Wanted::Purchase(purchase), Some(item)) => {
                let line = OrderLine { item, quantity, asked_price };
                purchase.lines = purchase.lines.iter().cloned().chain([line]).collect();
            }
            (Wanted::Trade(_), _) => self.note("item", "must not be there: a trade has no lines"),
            (Wanted::Purchase(_), None) => {}
        }
        self
    }

    /// At this price or better; rests until filled or cancelled, unless [`NewOrder::time_in_force`] says otherwise.
    #[must_use]
    pub fn limit(mut self, price: &str) -> Self {
        match (&mut self.place.wanted, price.parse()) {
            (Wanted::Trade(ticket), Ok(price)) => {
                (ticket.kind, ticket.price, ticket.time_in_force) = (TradeType::Limit, Some(price), TimeInForce::Gtc);
            }
            (Wanted::Trade(_), Err(error)) => self.note("price", error),
            (Wanted::Purchase(_), _) => self.note("price", "must not be there: only a trade has a limit"),
        }
        self
    }

    /// How long what can't be filled at once stays.
    #[must_use]
    pub fn time_in_force(mut self, time: TimeInForce) -> Self {
        match &mut self.place.wanted {
            Wanted::Trade(ticket) => ticket.time_in_force = time,
            Wanted::Purchase(_) => self.note("timeInForce", "must not be there: only a trade has one"),
        }
        self
    }

    /// Who sells.
    #[must_use]
    pub fn outlet(mut self, outlet: &str) -> Self {
        if let Some(outlet) = named(OutletId::new(outlet), "outlet", &mut self.fault) {
            self.on_purchase("outlet", |purchase| purchase.outlet = outlet);
        }
        self
    }

    /// What the gateway knows the customer's means of payment by.
    #[must_use]
    pub fn token(mut self, token: &str) -> Self {
        if let Some(token) = named(Name::new(token), "token", &mut self.fault) {
            self.on_purchase("token", |purchase| purchase.token = token);
        }
        self
    }

    /// How it is paid.
    #[must_use]
    pub fn method(mut self, method: PaymentMethod) -> Self {
        self.on_purchase("method", |purchase| purchase.method = method);
        self
    }

    /// Another total is refused as PRICE_CHANGED.
    #[must_use]
    pub fn expected_total(mut self, total: Money) -> Self {
        self.on_purchase("expectedTotal", |purchase| purchase.expected_total = Some(total));
        self
    }

    /// Where it goes, by city alone.
    #[must_use]
    pub fn to(self, city: &str) -> Self {
        self.address(Address { city: city.to_owned(), ..Address::default() })
    }

    /// Where it goes. Kept beside the events, where it can be erased.
    #[must_use]
    pub fn address(mut self, address: Address) -> Self {
        self.place.contact.address = Some(address);
        self.on_purchase("address", |purchase| purchase.addressed = true);
        self
    }

    /// The customer's note to whoever carries it out.
    #[must_use]
    pub fn note_to_staff(mut self, text: &str) -> Self {
        self.place.contact.note = Some(text.to_owned());
        self
    }

    /// Where news go.
    #[must_use]
    pub fn email(mut self, email: &str) -> Self {
        self.place.contact.email = Some(email.to_owned());
        self
    }

    /// For whom; who also places it.
    #[must_use]
    pub fn customer(mut self, customer: CustomerId) -> Self {
        (self.place.customer, self.place.actor) = (customer, Actor::Customer(customer));
        self
    }

    /// Who places it, if that is not the customer.
    #[must_use]
    pub fn placed_by(mut self, actor: Actor) -> Self {
        self.place.actor = actor;
        self
    }

    /// By which plan it is carried out.
    #[must_use]
    pub fn plan(mut self, name: &str) -> Self {
        self.place.plan = named(Name::new(name), "plan", &mut self.fault);
        self
    }

    /// The idempotency key: one order per (who places it, key), for ever.
    #[must_use]
    pub fn key(mut self, key: &str) -> Self {
        let fits = (1..=limits::MAX_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        if fits {
            self.key = Some(key.into());
        } else {
            self.note("key", format!("must be 1 to {} visible ASCII characters", limits::MAX_KEY));
        }
        self
    }

    /// Whether it is written as it can be; quantities and the like are for the engine to judge.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), InvalidOrder> {
        self.fault.clone().map_or(Ok(()), Err)
    }

    /// The command.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn command(mut self) -> Result<PlaceOrder, InvalidOrder> {
        self.check()?;
        if let Some(key) = self.key.take() {
            let fingerprint = fingerprint(&self.place);
            self.place.key = Some(IdempotencyKey { key, fingerprint });
        }
        Ok(self.place)
    }

    fn on_purchase(&mut self, field: &'static str, change: impl FnOnce(&mut Purchase)) {
        match &mut self.place.wanted {
            Wanted::Purchase(purchase) => change(purchase),
            Wanted::Trade(_) => self.note(field, "must not be there: a trade has none"),
        }
    }

    fn note(&mut self, field: &'static str, message: impl ToString) {
        self.fault.get_or_insert_with(|| invalid(field, message.to_string()));
    }
}

/// Of all that makes two requests the same.
fn fingerprint(place: &PlaceOrder) -> [u8; 32] {
    let request = (&place.customer, &place.plan, &place.wanted, &place.contact);
    // Plain values, of which JSON can always be made.
    Sha256::digest(serde_json::to_vec(&request).unwrap_or_default()).into()
}

fn invalid(field: &'static str, message: String) -> InvalidOrder {
    InvalidOrder { field, message }
}

fn named<T>(name: Result<T, InvalidName>, field: &'static str, fault: &mut Option<InvalidOrder>) -> Option<T> {
    name.map_err(|error| fault.get_or_insert_with(|| invalid(field, error.to_string()))).ok()
}

impl From<Wanted> for NewOrder {
    fn from(wanted: Wanted) -> Self {
        Self::of(wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_wrong_first_is_told() {
        let order = NewOrder::purchase("p 1", 1).limit("x").key("");
        assert_eq!(order.command().unwrap_err().field, "item");
        assert_eq!(NewOrder::buy("ACME", "ten").command().unwrap_err().field, "quantity");
        assert_eq!(NewOrder::buy("ACME", "1").to("Berlin").command().unwrap_err().field, "address");
    }

    #[test]
    fn the_same_order_has_the_same_fingerprint_and_another_has_another() {
        let print = |order: NewOrder| order.key("k").command().unwrap().key.unwrap().fingerprint;
        assert_eq!(print(NewOrder::purchase("p1", 2)), print(NewOrder::purchase("p1", 2)));
        assert_ne!(print(NewOrder::purchase("p1", 2)), print(NewOrder::purchase("p1", 3)));
        assert_ne!(print(NewOrder::purchase("p1", 2)), print(NewOrder::purchase("p1", 2).to("Berlin")));
    }
}
