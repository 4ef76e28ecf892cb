//! The demo world: one outlet with five products, two instruments, one customer. Documented and stable, because people write tutorials and tests
//! on it.

use orderflow_application::{Engine, InstrumentError, StockError};
use orderflow_domain::inventory::Item;
use orderflow_domain::inventory::event::ItemListed;
use orderflow_domain::ports::{EventStore, StoreError};
use orderflow_domain::shared::{
    Actor, Currency, CustomerId, Decimal, ItemId, Money, Name, OutletId, Quantity, StreamId, Symbol, Version,
};
use orderflow_domain::venue::Book;
use orderflow_domain::venue::event::InstrumentListed;
use uuid::Uuid;

/// The customer of orders that name none, `01900000-0000-7000-8000-000000000001`.
pub const CUSTOMER: CustomerId = CustomerId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));

/// Who set the demo world up, as the log says.
const SEEDER: &str = "demo";

/// Item, name, price in cents, pieces.
const ITEMS: [(&str, &str, i64, u64); 5] = [
    ("p1", "Espresso beans", 1_250, 1_000_000),
    ("p2", "Filter papers", 320, 1_000_000),
    ("p3", "Kettle", 5_900, 1_000_000),
    ("sold-out", "Sold out", 990, 0),
    ("last-one", "The last one", 990, 1),
];
const SYMBOLS: [&str; 2] = ["ACME", "GLOBEX"];
/// A hundredth, in units of 10⁻⁸.
const TICK: Decimal = Decimal::from_units(1_000_000);
const LOT: Decimal = Decimal::from_units(100_000_000);

/// Why the demo world could not be set up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SeedError {
    /// An item could not be listed, or received.
    #[error(transparent)]
    Stock(#[from] StockError),
    /// An instrument could not be listed.
    #[error(transparent)]
    Instrument(#[from] InstrumentError),
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The outlet `demo`.
#[must_use]
pub fn outlet() -> OutletId {
    OutletId::part("demo")
}

pub(crate) fn symbol() -> Symbol {
    Symbol::part(SYMBOLS[0])
}

/// Sets the demo world up where it is missing; what is there stays as it is, also if it was sold out or repriced meanwhile. Answers whether anything
/// was missing.
///
/// # Errors
/// See [`SeedError`]; asking again goes on where it ended.
pub async fn seed(engine: &Engine) -> Result<bool, SeedError> {
    let actor = Actor::System(Name::part(SEEDER));
    let mut seeded = false;
    for (id, name, price, pieces) in ITEMS {
        let (outlet, item) = (outlet(), ItemId::part(id));
        let there = length(&**engine.store(), &Item::stream(&outlet, &item)).await?;
        if there == 0 {
            let price = Money::new(price, Currency::EUR);
            let listing = ItemListed {
                outlet: outlet.clone(),
                item: item.clone(),
                name: name.into(),
                price,
                for_sale: true,
                threshold: 0,
            };
            engine.list_item(listing, &actor, None).await?;
        }
        // Listed and nothing else: a start before this one ended in between.
        if there <= 1 && pieces > 0 {
            engine.receive_stock((&outlet, &item), pieces, Some("demo".to_owned()), &actor, None).await?;
        }
        seeded |= there == 0;
    }
    for symbol in SYMBOLS {
        let symbol = Symbol::part(symbol);
        if length(&**engine.store(), &Book::stream(&symbol)).await? == 0 {
            let max_quantity = Quantity::whole(1_000_000).unwrap_or(LOT);
            let terms = InstrumentListed { symbol, currency: Currency::EUR, tick: TICK, lot: LOT, max_quantity };
            engine.list_instrument(terms, &actor, None).await?;
            seeded = true;
        }
    }
    Ok(seeded)
}

/// Events of a stream, up to two: none, the first only, or more.
async fn length(store: &dyn EventStore, stream: &StreamId) -> Result<usize, StoreError> {
    Ok(store.read_stream(stream, Version::EMPTY, 2).await?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interface_knows_the_same_customer() {
        assert_eq!(CUSTOMER, orderflow_http::DEMO_CUSTOMER);
    }
}
