//! A small world to test in: the demo outlet and instrument on the memory store, all workers stepped by hand until nothing is left to do.

use std::collections::HashMap;
use std::sync::Arc;

use orderflow_application::outside::{CallPolicy, Outside};
use orderflow_application::{Access, Engine, IdempotencyKey, Next, Parts, PlaceOrder, Stall, Worker};
use orderflow_domain::inventory::event::ItemListed;
use orderflow_domain::inventory::{Catalogue, CataloguePricing, InventoryPolicy};
use orderflow_domain::ordering::event::{Fulfilment, Purchase, Wanted};
use orderflow_domain::ordering::{Order, Plans, Settings};
use orderflow_domain::ports::{Clock, EventStore};
use orderflow_domain::shared::*;
use orderflow_domain::venue::event::InstrumentListed;
use orderflow_gateways::scripted::{ScriptedCarrier, ScriptedGateway};
use orderflow_memory::{ManualClock, MemoryStore, MemoryViews, SeededIds};

pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) gateway: Arc<ScriptedGateway>,
    pub(crate) carrier: Arc<ScriptedCarrier>,
    pub(crate) workers: Vec<Box<dyn Worker>>,
}

pub(crate) fn staff() -> Actor {
    Actor::Operator(Name::part("ann"))
}

pub(crate) fn customer(number: u128) -> CustomerId {
    CustomerId(uuid::Uuid::from_u128(number))
}

pub(crate) fn key(key: &str, body: u8) -> Option<IdempotencyKey> {
    Some(IdempotencyKey { key: key.into(), fingerprint: [body; 32] })
}

impl World {
    pub(crate) async fn new() -> Self {
        let clock = Arc::new(ManualClock::new("2026-11-25T12:00:00Z".parse().unwrap()));
        let store = Arc::new(MemoryStore::new());
        let gateway = Arc::new(ScriptedGateway::in_process());
        let carrier = Arc::new(ScriptedCarrier::in_process(clock.clone()));
        let outside = Outside {
            gateway: gateway.clone(),
            carrier: carrier.clone(),
            participants: HashMap::new(),
            inventory: InventoryPolicy { pricing: Arc::new(CataloguePricing), catalogue: Catalogue::Listed },
            calls: CallPolicy::default(),
        };
        let engine = Engine::new(Parts {
            store: store.clone(),
            views: Arc::new(MemoryViews::new()),
            clock: clock.clone(),
            ids: Arc::new(SeededIds::new(7)),
            plans: Arc::new(Plans::standard()),
            settings: Arc::new(Settings::default()),
            outside: Arc::new(outside),
        });
        let workers = engine.workers(None);
        let world = Self { engine, store, clock, gateway, carrier, workers };
        world.list("p1", 1250, 10).await;
        let terms = InstrumentListed {
            symbol: Symbol::new("ACME").unwrap(),
            currency: Currency::EUR,
            tick: "0.01".parse().unwrap(),
            lot: "1".parse().unwrap(),
            max_quantity: "1000000".parse().unwrap(),
        };
        world.engine.list_instrument(terms, &staff(), None).await.unwrap();
        world
    }

    pub(crate) async fn list(&self, item: &str, price: i64, stock: u64) {
        let listing = ItemListed {
            outlet: OutletId::new("demo").unwrap(),
            item: ItemId::new(item).unwrap(),
            name: item.into(),
            price: Money::new(price, Currency::EUR),
            for_sale: true,
            threshold: 0,
        };
        let place = (listing.outlet.clone(), listing.item.clone());
        self.engine.list_item(listing, &staff(), None).await.unwrap();
        self.engine.receive_stock((&place.0, &place.1), stock, None, &staff(), None).await.unwrap();
    }

    /// Steps all workers until none has anything to do at the present time.
    pub(crate) async fn run(&mut self) {
        for _ in 0..10_000 {
            let mut idle = true;
            for worker in &mut self.workers {
                match worker.step(self.clock.now()).await {
                    Ok(Next::When(_)) => {}
                    Ok(Next::Now) | Err(Stall::Passing(_)) => idle = false,
                    Err(Stall::Lasting(why)) => panic!("{} stopped: {why}", worker.name()),
                }
            }
            if idle {
                return;
            }
        }
        panic!("never idle");
    }

    pub(crate) async fn place(&self, wanted: Wanted, customer: CustomerId, key: Option<IdempotencyKey>) -> OrderId {
        let place = PlaceOrder {
            actor: Actor::Customer(customer),
            customer,
            wanted,
            plan: None,
            contact: Contact::default(),
            key,
            trace: None,
        };
        let placed = self.engine.place(place).await.unwrap();
        placed.order.order_id
    }

    pub(crate) async fn order(&self, id: OrderId) -> Order {
        let mut order = Order::blank(self.engine.plans());
        for recorded in self.store.read_stream(&StreamId::order(id), Version::EMPTY, 1_000).await.unwrap() {
            let orderflow_domain::event::Event::Order(event) = &recorded.event else { panic!("{recorded:?}") };
            order.apply(event, recorded.envelope.at);
        }
        order
    }
}

pub(crate) fn purchase(item: &str, quantity: u32) -> Wanted {
    Wanted::Purchase(Purchase {
        outlet: OutletId::new("demo").unwrap(),
        lines: Arc::from([OrderLine { item: ItemId::new(item).unwrap(), quantity, asked_price: None }]),
        method: PaymentMethod::Card,
        token: Name::part("tok_visa"),
        fulfilment: Fulfilment::Shipping,
        addressed: false,
        expected_total: None,
    })
}

pub(crate) fn limit(side: Side, price: &str, quantity: &str) -> Wanted {
    Wanted::Trade(TradeTicket {
        instrument: Symbol::new("ACME").unwrap(),
        side,
        kind: TradeType::Limit,
        price: Some(price.parse().unwrap()),
        quantity: quantity.parse().unwrap(),
        time_in_force: TimeInForce::Gtc,
    })
}

pub(crate) fn all() -> Access {
    Access::Staff(staff())
}
