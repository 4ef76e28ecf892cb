//! A small world to test in: the demo outlet and instrument on the memory store, all workers stepped by hand until nothing is left to do. A crash
//! drops all that is in memory and starts again from the same store; the far ends go on living.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use orderflow_application::outside::{CallPolicy, Outside};
use orderflow_application::{
    Access, CancelOrder, CommandError, Engine, IdempotencyKey, Next, Parts, PlaceOrder, Stall, Worker,
};
use orderflow_domain::event::Event;
use orderflow_domain::inventory::event::ItemListed;
use orderflow_domain::inventory::{Catalogue, InventoryPolicy, Item};
use orderflow_domain::ordering::event::{Fulfilment, Purchase, Wanted};
use orderflow_domain::ordering::{Order, Plan, Plans, Settings, Status};
use orderflow_domain::ports::*;
use orderflow_domain::shared::*;
use orderflow_domain::venue::event::InstrumentListed;
use orderflow_gateways::scripted::{ScriptedCarrier, ScriptedGateway};
use orderflow_memory::{CollectingPublisher, ManualClock, MemoryViews, SeededIds};

use crate::faulty::FaultyStore;
use crate::planted::PlantedPricing;

/// What a world is made of.
pub(crate) struct Setup {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) gateway: Arc<ScriptedGateway>,
    pub(crate) carrier: Arc<ScriptedCarrier>,
    /// What stands before the gateway, if anything.
    pub(crate) front: Option<Arc<dyn PaymentGateway>>,
    pub(crate) participants: HashMap<Name, Arc<dyn Participant>>,
    pub(crate) plan: Option<Plan>,
    pub(crate) calls: CallPolicy,
    pub(crate) catalogue: Catalogue,
    pub(crate) publisher: Option<Arc<dyn EventPublisher>>,
}

impl Setup {
    /// Far ends that answer at once.
    pub(crate) fn near() -> Self {
        let clock = Arc::new(ManualClock::new("2026-11-25T12:00:00Z".parse().unwrap()));
        Self {
            gateway: Arc::new(ScriptedGateway::in_process()),
            carrier: Arc::new(ScriptedCarrier::in_process(clock.clone())),
            clock,
            front: None,
            participants: HashMap::new(),
            plan: None,
            calls: CallPolicy::default(),
            catalogue: Catalogue::Listed,
            publisher: Some(Arc::new(CollectingPublisher::default())),
        }
    }

    /// Far ends that have to be called.
    pub(crate) fn remote() -> Self {
        let near = Self::near();
        let carrier = Arc::new(ScriptedCarrier::remote(near.clock.clone()));
        Self { gateway: Arc::new(ScriptedGateway::remote()), carrier, ..near }
    }

    pub(crate) async fn world(self) -> World {
        let pricing = Arc::new(PlantedPricing::default());
        let mut plans = Plans::standard();
        if let Some(plan) = self.plan {
            plans.register(plan).unwrap();
        }
        let front = self.front.unwrap_or_else(|| self.gateway.clone());
        let outside = Outside {
            gateway: front,
            carrier: self.carrier.clone(),
            participants: self.participants,
            inventory: InventoryPolicy { pricing: pricing.clone(), catalogue: self.catalogue },
            calls: self.calls,
        };
        let store = Arc::new(FaultyStore::default());
        let made = Made {
            views: Arc::new(MemoryViews::new()),
            ids: Arc::new(SeededIds::new(7)),
            plans: Arc::new(plans),
            outside: Arc::new(outside),
            publisher: self.publisher,
        };
        let engine = made.engine(&store, &self.clock);
        let workers = engine.workers(made.publisher.clone());
        let (clock, gateway, carrier) = (self.clock, self.gateway, self.carrier);
        let world = World { engine, store, clock, gateway, carrier, pricing, workers, made, crashes: 0 };
        world.list("demo", "p1", 1250, 10).await;
        world.list("demo", "p2", 500, 10).await;
        world.list("other", "p1", 1250, 10).await;
        world.instrument("ACME").await;
        world
    }
}

/// What an engine is built from, again and again.
struct Made {
    views: Arc<MemoryViews>,
    ids: Arc<SeededIds>,
    plans: Arc<Plans>,
    outside: Arc<Outside>,
    publisher: Option<Arc<dyn EventPublisher>>,
}

impl Made {
    fn engine(&self, store: &Arc<FaultyStore>, clock: &Arc<ManualClock>) -> Engine {
        Engine::new(Parts {
            store: store.clone(),
            views: self.views.clone(),
            clock: clock.clone(),
            ids: self.ids.clone(),
            plans: self.plans.clone(),
            settings: Arc::new(Settings::default()),
            outside: self.outside.clone(),
        })
    }
}

pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) store: Arc<FaultyStore>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) gateway: Arc<ScriptedGateway>,
    pub(crate) carrier: Arc<ScriptedCarrier>,
    pub(crate) pricing: Arc<PlantedPricing>,
    pub(crate) workers: Vec<Box<dyn Worker>>,
    pub(crate) crashes: usize,
    made: Made,
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

pub(crate) fn all() -> Access {
    Access::Staff(staff())
}

impl World {
    pub(crate) async fn new() -> Self {
        Setup::near().world().await
    }

    pub(crate) async fn list(&self, outlet: &str, item: &str, price: i64, stock: u64) {
        let listing = ItemListed {
            outlet: OutletId::new(outlet).unwrap(),
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

    pub(crate) async fn instrument(&self, symbol: &str) {
        let terms = InstrumentListed {
            symbol: Symbol::new(symbol).unwrap(),
            currency: Currency::EUR,
            tick: "0.01".parse().unwrap(),
            lot: "1".parse().unwrap(),
            max_quantity: "1000000".parse().unwrap(),
        };
        self.engine.list_instrument(terms, &staff(), None).await.unwrap();
    }

    /// The process dies and is started again.
    pub(crate) fn crash(&mut self) {
        self.crashes += 1;
        self.store.revive();
        self.engine = self.made.engine(&self.store, &self.clock);
        self.workers = self.engine.workers(self.made.publisher.clone());
    }

    /// A second process on the same store, which believes that all is its own.
    pub(crate) fn second_process(&mut self) {
        let other = self.made.engine(&self.store, &self.clock);
        self.workers.extend(other.workers(self.made.publisher.clone()));
    }

    /// Steps one worker, by its place. Answers whether it wants to go on at once, or when.
    pub(crate) async fn step(&mut self, index: usize) -> Option<Option<Timestamp>> {
        let now = self.clock.now();
        let worker = &mut self.workers[index];
        let next = match worker.step(now).await {
            Ok(Next::When(at)) => Some(at),
            Ok(Next::Now) | Err(Stall::Passing(_)) => None,
            Err(Stall::Lasting(why)) => panic!("{} stopped: {why}", worker.name()),
        };
        if self.store.is_dead() {
            self.crash();
            return None;
        }
        next
    }

    /// Steps all workers until none has anything to do at the present time. Answers when one wants to go on.
    pub(crate) async fn run(&mut self) -> Option<Timestamp> {
        for _ in 0..10_000 {
            let (mut idle, mut next) = (true, None);
            for index in 0..self.workers.len() {
                match self.step(index).await {
                    None => idle = false,
                    Some(at) => next = next.into_iter().chain(at).min(),
                }
            }
            if idle {
                return next;
            }
        }
        panic!("never idle");
    }

    /// Runs while the clock goes on for so long.
    pub(crate) async fn run_for(&mut self, time: Duration) {
        let end = self.clock.now() + time;
        loop {
            let next = self.run().await;
            if self.clock.now() >= end {
                return;
            }
            let least = self.clock.now() + Duration::from_millis(1);
            self.clock.set(next.unwrap_or(end).max(least).min(end));
        }
    }

    pub(crate) fn worker(&self, name: &str) -> usize {
        self.workers.iter().position(|worker| worker.name() == name).unwrap()
    }

    pub(crate) async fn place(&self, wanted: Wanted, customer: CustomerId, key: Option<IdempotencyKey>) -> OrderId {
        self.place_by(wanted, customer, key, None).await
    }

    pub(crate) async fn place_by(
        &self,
        wanted: Wanted,
        customer: CustomerId,
        key: Option<IdempotencyKey>,
        plan: Option<&str>,
    ) -> OrderId {
        let place = PlaceOrder {
            actor: Actor::Customer(customer),
            customer,
            wanted,
            plan: plan.map(|name| Name::new(name).unwrap()),
            contact: Contact::default(),
            key,
            trace: None,
        };
        let placed = self.engine.place(place).await.unwrap();
        placed.order.order_id
    }

    /// The first customer buys.
    pub(crate) async fn buy(&self, item: &str, quantity: u32) -> OrderId {
        self.place(purchase(item, quantity), customer(1), None).await
    }

    pub(crate) async fn cancel(&self, order: OrderId) -> Result<(), CommandError> {
        let cancel = CancelOrder { order, access: all(), by: staff(), comment: None, key: None };
        self.engine.cancel(cancel).await.map(|_| ())
    }

    pub(crate) async fn store_events(&self, stream: &StreamId) -> Vec<Arc<orderflow_domain::event::Recorded>> {
        self.store.read_stream(stream, Version::EMPTY, 10_000).await.unwrap()
    }

    pub(crate) async fn events(&self, stream: &StreamId) -> Vec<Event> {
        let recorded = self.store_events(stream).await;
        recorded.iter().map(|recorded| recorded.event.clone()).collect()
    }

    /// How many events of that type a stream has.
    pub(crate) async fn count(&self, stream: &StreamId, kind: &str) -> usize {
        let events = self.events(stream).await;
        events.iter().filter(|event| event.event_type().to_string().starts_with(kind)).count()
    }

    pub(crate) async fn order(&self, id: OrderId) -> Order {
        let mut order = Order::blank(self.engine.plans());
        for recorded in self.store.read_stream(&StreamId::order(id), Version::EMPTY, 10_000).await.unwrap() {
            let Event::Order(event) = &recorded.event else { panic!("{recorded:?}") };
            order.apply(event, recorded.envelope.at);
        }
        order
    }

    pub(crate) async fn status(&self, id: OrderId) -> Status {
        self.order(id).await.status()
    }

    pub(crate) async fn reason(&self, id: OrderId) -> Option<Reason> {
        self.order(id).await.ending().map(|(failure, _)| failure.reason.clone())
    }

    pub(crate) async fn item(&self, outlet: &str, item: &str) -> Item {
        let stream = Item::stream(&OutletId::new(outlet).unwrap(), &ItemId::new(item).unwrap());
        let mut state = Item::default();
        for event in self.events(&stream).await {
            let Event::Stock(event) = &event else { panic!("{event:?}") };
            state.apply(event);
        }
        state
    }

    /// On the shelf and held.
    pub(crate) async fn stock(&self, outlet: &str, item: &str) -> (u64, u64) {
        let item = self.item(outlet, item).await;
        (item.on_hand(), item.held())
    }

    pub(crate) async fn rows(&self, kind: WorkKind) -> Vec<WorkRow> {
        self.store.work_list(kind, None, None, 1_000).await.unwrap()
    }

    /// Nothing is outstanding: no call, no parked message.
    pub(crate) async fn assert_settled(&self) {
        assert_eq!(self.rows(WorkKind::Intent).await, []);
        assert_eq!(self.rows(WorkKind::Parked).await, []);
    }

    /// A final order and what is true outside agree. `price` is what it costs.
    pub(crate) async fn assert_true(&self, id: OrderId, price: i64) -> Status {
        let order = self.order(id).await;
        let (charged, held) = (self.gateway.charged(id).amount, self.gateway.held(id).amount);
        let (shipped, booked) = (self.carrier.shipped(id), self.carrier.booked(id));
        let all = (charged, held, shipped, booked);
        match order.status() {
            Status::Executed => assert_eq!(all, (price, 0, 1, 0), "{id}"),
            Status::Cancelled | Status::Failed => assert_eq!(all, (0, 0, 0, 0), "{id}"),
            status => panic!("{id} is still {status}: {:?}", self.events(&StreamId::order(id)).await),
        }
        order.status()
    }
}

pub(crate) fn purchase(item: &str, quantity: u32) -> Wanted {
    purchase_at("demo", item, quantity)
}

pub(crate) fn purchase_at(outlet: &str, item: &str, quantity: u32) -> Wanted {
    Wanted::Purchase(Purchase {
        outlet: OutletId::new(outlet).unwrap(),
        lines: Arc::from([OrderLine { item: ItemId::new(item).unwrap(), quantity, asked_price: None }]),
        method: PaymentMethod::Card,
        token: Name::part("tok_visa"),
        fulfilment: Fulfilment::Shipping,
        addressed: false,
        expected_total: None,
    })
}

pub(crate) fn limit(side: Side, price: &str, quantity: &str) -> Wanted {
    trade(side, TradeType::Limit, Some(price), quantity, TimeInForce::Gtc)
}

pub(crate) fn trade(
    side: Side,
    kind: TradeType,
    price: Option<&str>,
    quantity: &str,
    time_in_force: TimeInForce,
) -> Wanted {
    Wanted::Trade(TradeTicket {
        instrument: Symbol::new("ACME").unwrap(),
        side,
        kind,
        price: price.map(|price| price.parse().unwrap()),
        quantity: quantity.parse().unwrap(),
        time_in_force,
    })
}
