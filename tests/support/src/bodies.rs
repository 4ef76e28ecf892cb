//! Bodies to send.

use serde_json::{Value, json};

/// So many espresso beans, and nothing else said.
#[must_use]
pub fn beans(quantity: u32) -> Value {
    purchase("p1", quantity)
}

/// So many of an item, and nothing else said.
#[must_use]
pub fn purchase(item: &str, quantity: u32) -> Value {
    json!({"items": [{"productId": item, "quantity": quantity}]})
}

/// Two bags of espresso beans, paid with that token of the simulated gateway.
#[must_use]
pub fn paid_with(token: &str) -> Value {
    with(beans(2), "payment", json!({"method": "CARD", "token": token}))
}

/// Two bags of espresso beans, sent to that city. `Slowtown` takes a minute to hand over, which leaves time to do something to the order.
#[must_use]
pub fn sent_to(city: &str) -> Value {
    with(
        beans(2),
        "fulfilment",
        json!({"type": "SHIPPING", "address": {"name": "Ada", "line1": "1 Main St", "city": city}}),
    )
}

/// A LIMIT order.
#[must_use]
pub fn limit(instrument: &str, side: &str, quantity: &str, price: &str) -> Value {
    json!({"kind": "trade", "instrument": instrument, "side": side, "type": "LIMIT", "quantity": quantity, "price": price})
}

/// A MARKET order.
#[must_use]
pub fn market(instrument: &str, side: &str, quantity: &str) -> Value {
    json!({"kind": "trade", "instrument": instrument, "side": side, "type": "MARKET", "quantity": quantity})
}

/// The same with a field more, or another value of it.
///
/// # Panics
/// The body is no object.
#[must_use]
pub fn with(mut body: Value, field: &str, value: Value) -> Value {
    body.as_object_mut().expect("an object").insert(field.to_owned(), value);
    body
}

/// An amount of euros, in cents.
#[must_use]
pub fn euros(cents: i64) -> Value {
    json!({"amount": cents, "currency": "EUR"})
}
