//! The demo world behind a real server. Workers are stepped by hand, so that a test says when time passes.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;

use orderflow_application::outside::{CallPolicy, Outside};
use orderflow_application::{Engine, Next, Parts, Stall, Worker};
use orderflow_domain::inventory::{Catalogue, CataloguePricing, InventoryPolicy};
use orderflow_domain::ordering::{Plans, Settings};
use orderflow_domain::ports::Clock;
use orderflow_domain::shared::{Name, OutletId, PaymentMethod};
use orderflow_gateways::SimulatedGateway;
use orderflow_gateways::scripted::ScriptedCarrier;
use orderflow_http::server::{Cors, Limits, Serving, Shutdown, bind};
use orderflow_http::{Api, ApiParts, DevIdentity, Identify, NoIdentity, OrderDefaults, Problems, Version, routes};
use orderflow_memory::{ManualClock, MemoryStore, MemoryViews, SeededIds};
use serde_json::Value;

use crate::raw::{Answer, Client};

pub(crate) const PURCHASE: &str = r#"{"items":[{"productId":"p1","quantity":2}]}"#;

pub(crate) struct World {
    pub(crate) address: SocketAddr,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) shutdown: Shutdown,
    workers: RefCell<Vec<Box<dyn Worker>>>,
    keys: RefCell<u32>,
}

impl World {
    async fn start(identify: Arc<dyn Identify>) -> Rc<Self> {
        let clock = Arc::new(ManualClock::new("2026-11-25T12:00:00Z".parse().unwrap()));
        let ids = Arc::new(SeededIds::new(7));
        let gateway = Arc::new(SimulatedGateway::new("http://test"));
        let outside = Outside {
            gateway: gateway.clone(),
            carrier: Arc::new(ScriptedCarrier::in_process(clock.clone())),
            participants: HashMap::new(),
            inventory: InventoryPolicy { pricing: Arc::new(CataloguePricing), catalogue: Catalogue::Listed },
            calls: CallPolicy::default(),
        };
        let engine = Engine::new(Parts {
            store: Arc::new(MemoryStore::new()),
            views: Arc::new(MemoryViews::new()),
            clock: clock.clone(),
            ids: ids.clone(),
            plans: Arc::new(Plans::standard()),
            settings: Arc::new(Settings::default()),
            outside: Arc::new(outside),
        });
        let workers = RefCell::new(engine.workers(None));
        let shutdown = Shutdown::default();
        let problems = Problems::new(clock.clone(), ids);

        let api = Api::new(ApiParts {
            engine,
            identify,
            problems: problems.clone(),
            defaults: defaults(),
            shutdown: shutdown.clone(),
            metrics: Arc::new(|| "a_metric 1\n".to_owned()),
            version: Version { name: "orderflow", version: "0.1.0", commit: None },
            confirm: Some(Arc::new(move |order| gateway.confirm(order))),
        });
        let bound = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = bound.address();
        let serving =
            Serving { limits: Limits::default(), cors: Cors::same_origin(), problems, shutdown: shutdown.clone() };
        tokio::task::spawn_local(bound.serve(routes(&api), serving));
        Rc::new(Self { address, clock, shutdown, workers, keys: RefCell::new(0) })
    }

    /// Lists `p1` at 12.50 EUR with ten pieces, and the instrument ACME.
    async fn seed(&self) {
        let mut client = self.client().await;
        let item = r#"{"name":"Espresso beans","price":{"amount":1250,"currency":"EUR"}}"#;
        client.ok("PUT", "/api/v1/outlets/demo/items/p1", item).await;
        client.ok("POST", "/api/v1/outlets/demo/stock/p1/receive", r#"{"quantity":10}"#).await;
        client.ok("POST", "/api/v1/instruments", r#"{"symbol":"ACME","tick":"0.01","lot":"1"}"#).await;
        self.run().await;
    }

    pub(crate) async fn client(&self) -> Client {
        Client::connect(self.address).await
    }

    /// Steps all workers until none has anything to do at the present time.
    pub(crate) async fn run(&self) {
        let mut workers = self.workers.take();
        for _ in 0..10_000 {
            let mut idle = true;
            for worker in &mut workers {
                match worker.step(self.clock.now()).await {
                    Ok(Next::When(_)) => {}
                    Ok(Next::Now) | Err(Stall::Passing(_)) => idle = false,
                    Err(Stall::Lasting(why)) => panic!("{} stopped: {why}", worker.name()),
                }
            }
            if idle {
                self.workers.replace(workers);
                return;
            }
        }
        panic!("never idle");
    }

    /// Places an order under a key of its own.
    pub(crate) async fn place(&self, client: &mut Client, body: &str) -> Value {
        *self.keys.borrow_mut() += 1;
        let key = format!("test-{}", self.keys.borrow());
        let answer = client.request("POST", "/api/v1/orders", &[("idempotency-key", &key)], body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()
    }

    /// Places a purchase and carries it out.
    pub(crate) async fn executed(&self, client: &mut Client) -> String {
        let placed = self.place(client, PURCHASE).await;
        self.run().await;
        let path = format!("/api/v1/orders/{}", placed["orderId"].as_str().unwrap());
        assert_eq!(client.get(&path).await.json()["status"], "EXECUTED");
        path
    }
}

fn defaults() -> OrderDefaults {
    OrderDefaults {
        outlet: OutletId::new("demo").unwrap(),
        method: PaymentMethod::Card,
        token: Name::new("tok_visa").unwrap(),
        address: None,
    }
}

impl Client {
    /// A request that goes well, with its body.
    pub(crate) async fn ok(&mut self, method: &str, path: &str, body: &str) -> Value {
        let answer = self.request(method, path, &[], body).await;
        assert!((200..300).contains(&answer.status), "{answer:?}");
        answer.json()
    }

    pub(crate) async fn post(&mut self, path: &str, body: &str) -> Answer {
        self.request("POST", path, &[], body).await
    }
}

/// Runs a test on a seeded world, as `dev` lets people in.
pub(crate) fn with_world<F: Future<Output = ()>>(test: impl FnOnce(Rc<World>) -> F) {
    on_one_thread(async {
        let world = World::start(Arc::new(DevIdentity::default())).await;
        world.seed().await;
        test(world).await;
    });
}

/// Runs a test on a world that lets nobody in.
pub(crate) fn with_closed_world<F: Future<Output = ()>>(test: impl FnOnce(Rc<World>) -> F) {
    on_one_thread(async { test(World::start(Arc::new(NoIdentity)).await).await });
}

fn on_one_thread(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, test);
}
