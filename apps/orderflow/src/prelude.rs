//! What programs that embed the engine use most, in one line: `use orderflow::prelude::*`.

pub use async_trait::async_trait;
pub use orderflow_application::views::OrderView;
pub use orderflow_application::{
    Access, CancelOrder, CommandError, Engine, OrdersQuery, Paging, PlaceError, Placement, QueryError, RefundOrder,
};
pub use orderflow_domain::inventory::event::ItemListed;
pub use orderflow_domain::inventory::{Catalogue, CataloguePricing, PricingPolicy, Tariff};
pub use orderflow_domain::ordering::{Attempts, Plan, Plans, Settings, Status, UndoRule};
pub use orderflow_domain::ports::{
    Carrier, Clock, EffectError, EventPublisher, EventStore, Ids, Participant, PaymentGateway, TaskCall, ViewStore,
};
pub use orderflow_domain::shared::{
    Actor, Address, Currency, CustomerId, Failure, ItemId, Money, Name, OrderId, OutletId, Price, Quantity, Reason,
    StepKind, Symbol, TimeInForce, Timestamp, Version,
};
pub use orderflow_domain::venue::event::InstrumentListed;

pub use crate::{BuildError, Builder, NewOrder, OrderFlow, PlacingError};
