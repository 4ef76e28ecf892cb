//! The engine under measurement: demo outlet and instrument, far ends that answer at once.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use orderflow_application::outside::{CallPolicy, Outside};
use orderflow_application::reactors::runtime::Runtime;
use orderflow_application::{Engine, IdempotencyKey, Parts, PlaceOrder};
use orderflow_domain::inventory::event::ItemListed;
use orderflow_domain::inventory::{Catalogue, CataloguePricing, InventoryPolicy};
use orderflow_domain::ordering::event::{Fulfilment, Purchase, Wanted};
use orderflow_domain::ordering::{Plans, Settings};
use orderflow_domain::ports::{EventStore, ViewStore};
use orderflow_domain::shared::{
    Actor, Contact, Currency, CustomerId, ItemId, Money, Name, OrderLine, OutletId, PaymentMethod, Side, Symbol,
    TimeInForce, TradeTicket, TradeType,
};
use orderflow_domain::venue::event::InstrumentListed;
use orderflow_gateways::{CarrierDelays, SimulatedCarrier, SimulatedGateway};
use orderflow_memory::{MemoryStore, MemoryViews};
use orderflow_sqlite::{Options, SqliteStore, SqliteViews};
use orderflow_system::{SystemClock, SystemIds};

pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) runtime: Option<Runtime>,
}

pub(crate) fn staff() -> Actor {
    Actor::Operator(Name::part("bench"))
}

impl World {
    pub(crate) async fn on(store: Arc<dyn EventStore>, views: Arc<dyn ViewStore>, run: bool) -> Self {
        let clock = Arc::new(SystemClock);
        let outside = Outside {
            gateway: Arc::new(SimulatedGateway::new("http://127.0.0.1")),
            carrier: Arc::new(SimulatedCarrier::new(clock.clone(), CarrierDelays::NONE)),
            participants: HashMap::new(),
            inventory: InventoryPolicy { pricing: Arc::new(CataloguePricing), catalogue: Catalogue::Listed },
            calls: CallPolicy::default(),
        };
        // As when the program starts: lists can be read before their workers have begun.
        orderflow_application::projections::prepare(&*views).await.unwrap();
        let engine = Engine::new(Parts {
            store,
            views,
            clock,
            ids: Arc::new(SystemIds::new(0)),
            plans: Arc::new(Plans::standard()),
            settings: Arc::new(Settings::default()),
            outside: Arc::new(outside),
        });
        seed(&engine).await;
        let runtime = run.then(|| Runtime::start(engine.workers(None), engine.clock(), engine.statuses()));
        Self { engine, runtime }
    }

    /// Log and views in files, as the program has them.
    pub(crate) async fn sqlite(path: &Path, options: Options, run: bool) -> Self {
        let store = SqliteStore::open(path, options).unwrap();
        let views = SqliteViews::open(path.with_extension("views"), options).unwrap();
        Self::on(Arc::new(store), Arc::new(views), run).await
    }

    pub(crate) async fn memory(run: bool) -> Self {
        Self::on(Arc::new(MemoryStore::new()), Arc::new(MemoryViews::new()), run).await
    }

    /// Lets the workers finish their step, and closes the files.
    pub(crate) async fn stop(self) {
        if let Some(runtime) = self.runtime {
            runtime.stop().await;
        }
    }
}

async fn seed(engine: &Engine) {
    for number in 0..16 {
        let listing = ItemListed {
            outlet: OutletId::new("demo").unwrap(),
            item: item(number),
            name: "Espresso beans".into(),
            price: Money::new(1250, Currency::EUR),
            for_sale: true,
            threshold: 0,
        };
        engine.list_item(listing, &staff(), None).await.unwrap();
        let place = (OutletId::new("demo").unwrap(), item(number));
        engine.receive_stock((&place.0, &place.1), 1_000_000_000, None, &staff(), None).await.unwrap();
    }
    let terms = InstrumentListed {
        symbol: Symbol::new("ACME").unwrap(),
        currency: Currency::EUR,
        tick: "0.01".parse().unwrap(),
        lot: "1".parse().unwrap(),
        max_quantity: "1000000".parse().unwrap(),
    };
    engine.list_instrument(terms, &staff(), None).await.unwrap();
}

fn item(number: usize) -> ItemId {
    ItemId::new(&format!("p{number}")).unwrap()
}

pub(crate) fn purchase(number: usize) -> Wanted {
    Wanted::Purchase(Purchase {
        outlet: OutletId::new("demo").unwrap(),
        lines: Arc::from([OrderLine { item: item(number % 16), quantity: 2, asked_price: None }]),
        method: PaymentMethod::Card,
        token: Name::part("tok_visa"),
        fulfilment: Fulfilment::Shipping,
        addressed: false,
        expected_total: None,
    })
}

/// Every second one meets the one before.
pub(crate) fn trade(number: usize) -> Wanted {
    Wanted::Trade(TradeTicket {
        instrument: Symbol::new("ACME").unwrap(),
        side: if number.is_multiple_of(2) { Side::Buy } else { Side::Sell },
        kind: TradeType::Limit,
        price: Some("101.25".parse().unwrap()),
        quantity: "10".parse().unwrap(),
        time_in_force: TimeInForce::Gtc,
    })
}

pub(crate) fn order(wanted: Wanted, number: usize) -> PlaceOrder {
    let customer = CustomerId(uuid::Uuid::from_u128(number as u128 % 1_000 + 1));
    let key = IdempotencyKey { key: format!("{number:012}").into(), fingerprint: [7; 32] };
    PlaceOrder {
        actor: Actor::Customer(customer),
        customer,
        wanted,
        plan: None,
        contact: Contact::default(),
        key: Some(key),
        trace: None,
    }
}
