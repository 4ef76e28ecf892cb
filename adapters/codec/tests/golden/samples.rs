//! One sample of every event, with all of its optional fields.

mod order;
mod participants;

use std::sync::Arc;

use orderflow_domain::event::Event;
use orderflow_domain::shared::{
    CustomerId, Decimal, Failure, Fill, ItemId, LineFault, Money, Name, OrderId, OrderLine, OutletId, PricedLine,
    Reason, Symbol, Timestamp, Totals,
};
use uuid::Uuid;

/// One of each type.
pub(crate) fn all() -> Vec<Event> {
    order::samples().into_iter().chain(participants::samples()).collect()
}

fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number)
}

fn order() -> OrderId {
    OrderId(uuid(1))
}

fn customer() -> CustomerId {
    CustomerId(uuid(2))
}

fn name(text: &str) -> Name {
    Name::new(text).expect("a name")
}

fn outlet() -> OutletId {
    OutletId::new("demo").expect("a name")
}

fn item() -> ItemId {
    ItemId::new("p1").expect("a name")
}

fn symbol() -> Symbol {
    Symbol::new("ACME").expect("a name")
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn money(amount: i64) -> Money {
    Money::new(amount, orderflow_domain::shared::Currency::EUR)
}

fn time(second: i64) -> Timestamp {
    Timestamp::from_microsecond(1_700_000_000_123_456 + second * 1_000_000).expect("a time")
}

fn lines() -> Arc<[OrderLine]> {
    [OrderLine { item: item(), quantity: 2, asked_price: Some(money(950)) }].into()
}

fn priced_lines() -> Arc<[PricedLine]> {
    [PricedLine {
        item: item(),
        name: "Pizza, frágil".into(),
        quantity: 2,
        unit_price: money(950),
        total: money(1_900),
    }]
    .into()
}

fn totals() -> Totals {
    Totals { items: money(1_900), discount: money(100), delivery: money(300), tax: money(40), total: money(2_140) }
}

fn failure() -> Failure {
    Failure {
        reason: Reason::OutOfStock,
        again: true,
        message: "only 1 left".to_owned(),
        faults: vec![LineFault { line: 0, item: item(), reason: Reason::OutOfStock, available: Some(1) }],
        filled: Some(decimal("2.5")),
    }
}

fn fill() -> Fill {
    Fill { trade: name("ACME-1"), price: decimal("101.25"), quantity: decimal("2.5"), at: time(5) }
}
