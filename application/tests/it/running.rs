//! Workers on tokio, each on a task of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use orderflow_application::reactors::runtime::Runtime;
use orderflow_application::{Engine, Next, Stall, Worker};
use orderflow_domain::ordering::Status;
use orderflow_domain::ports::Clock;
use orderflow_domain::shared::{OrderId, Timestamp};
use orderflow_memory::ManualClock;

use crate::world::{Setup, World};

/// The runtime asks for the time at each step, so this counts steps.
struct Counting(Arc<ManualClock>, AtomicUsize);

impl Clock for Counting {
    fn now(&self) -> Timestamp {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.now()
    }
}

fn start(world: &mut World) -> Runtime {
    start_counting(world).0
}

fn start_counting(world: &mut World) -> (Runtime, Arc<Counting>) {
    let counting = Arc::new(Counting(world.clock.clone(), AtomicUsize::new(0)));
    let clock: Arc<dyn Clock> = counting.clone();
    (Runtime::start(std::mem::take(&mut world.workers), &clock, world.engine.statuses()), counting)
}

async fn until(world: &World, id: OrderId, status: Status) {
    let reached = async {
        while world.status(id).await != status {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), reached).await.unwrap();
}

async fn stop(runtime: Runtime) {
    tokio::time::timeout(Duration::from_secs(10), runtime.stop()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_orders_placed_at_once_are_all_carried_out() {
    for setup in [Setup::near, Setup::remote] {
        let mut world = setup().world().await;
        world.list("demo", "many", 100, 1_000).await;
        let runtime = start(&mut world);
        let orders = join_all((0..200).map(|_| world.buy("many", 1))).await;
        for id in &orders {
            until(&world, *id, Status::Executed).await;
        }
        stop(runtime).await;
        for id in orders {
            world.assert_true(id, 100).await;
        }
        assert_eq!(world.stock("demo", "many").await, (800, 0));
    }
}

#[tokio::test]
async fn stopping_does_not_wait_for_a_far_end() {
    let mut world = Setup::remote().world().await;
    let id = world.buy("p1", 1).await;
    world.gateway.hold(id);
    let runtime = start(&mut world);
    until(&world, id, Status::Validated).await;
    stop(runtime).await;
    // The process is gone; another one takes over.
    world.gateway.release(id);
    world.crash();
    world.run_for(Duration::from_secs(40)).await;
    assert_eq!(world.assert_true(id, 1_250).await, Status::Executed);
}

/// Steps, reads and commits while nothing is to be done.
async fn traffic(world: &World, steps: &Counting) -> usize {
    let all = || world.store.reads() + world.store.commits() + steps.1.load(Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let before = all();
    tokio::time::sleep(Duration::from_millis(1_000)).await;
    all() - before
}

#[tokio::test]
async fn an_idle_engine_rests() {
    let mut world = World::new().await;
    let id = world.buy("p1", 1).await;
    let (runtime, steps) = start_counting(&mut world);
    until(&world, id, Status::Executed).await;
    let traffic = traffic(&world, &steps).await;
    assert!(traffic < 120, "{traffic} steps, reads and commits in a second");
    stop(runtime).await;
}

#[tokio::test]
async fn a_paused_worker_rests_and_then_goes_on() {
    for name in ["inventory", "timers", "relay", "projection-orders"] {
        let mut world = World::new().await;
        let (runtime, steps) = start_counting(&mut world);
        assert!(world.engine.pause_worker(name, true).await.unwrap());
        let id = world.buy("p1", 1).await;
        if name == "inventory" {
            assert_eq!(world.status(id).await, Status::Created);
        } else {
            until(&world, id, Status::Executed).await;
        }
        let traffic = traffic(&world, &steps).await;
        assert!(traffic < 120, "{name}: {traffic} steps, reads and commits in a second");
        assert!(world.engine.pause_worker(name, false).await.unwrap());
        until(&world, id, Status::Executed).await;
        stop(runtime).await;
    }
}

#[tokio::test]
async fn a_parked_key_does_not_keep_its_reactor_busy() {
    let mut world = World::new().await;
    world.pricing.poison("p2");
    world.buy("p2", 1).await;
    let (runtime, steps) = start_counting(&mut world);
    let parked = async {
        while world.engine.dead_letters(1).await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), parked).await.unwrap();
    let traffic = traffic(&world, &steps).await;
    assert!(traffic < 120, "{traffic} steps, reads and commits in a second");
    stop(runtime).await;
}

/// Ends as it is told.
struct Ends(fn() -> Stall);

#[async_trait]
impl Worker for Ends {
    fn name(&self) -> &'static str {
        "ends"
    }

    async fn step(&mut self, _now: Timestamp) -> Result<Next, Stall> {
        Err((self.0)())
    }

    async fn ready(&mut self) {}
}

async fn ended(engine: &Engine) -> String {
    let status = engine.statuses().of("ends");
    for _ in 0..1_000 {
        if let Some(why) = status.stopped() {
            return why;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it never stopped");
}

#[tokio::test]
async fn a_worker_that_can_not_go_on_is_seen_to_have_stopped_and_the_others_go_on() {
    let ends: [fn() -> Stall; 2] = [|| Stall::Lasting("the log has a gap".into()), || panic!("planted gap")];
    for end in ends {
        let mut world = World::new().await;
        world.workers.push(Box::new(Ends(end)));
        let runtime = start(&mut world);
        assert!(ended(&world.engine).await.contains("gap"));
        let id = world.buy("p1", 1).await;
        until(&world, id, Status::Executed).await;
        let views = world.engine.worker_views().await.unwrap();
        assert!(views.iter().any(|view| view.name == "ends" && view.stopped.is_some()));
        stop(runtime).await;
    }
}
