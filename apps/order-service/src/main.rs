//! The order service: the smallest wiring of the engine. HTTP on warp, everything in memory, events to the log; any product, without end, at the
//! price that comes with it.

mod answers;
mod requests;
mod routes;

use std::collections::HashMap;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use orderflow_application::outside::{CallPolicy, Outside};
use orderflow_application::reactors::runtime::Runtime;
use orderflow_application::{Engine, Parts, projections};
use orderflow_domain::inventory::{Catalogue, CataloguePricing, InventoryPolicy};
use orderflow_domain::ordering::{Plans, Settings};
use orderflow_gateways::{CarrierDelays, SimulatedCarrier, SimulatedGateway};
use orderflow_http::Problems;
use orderflow_http::server::{Cors, Limits, Serving, Shutdown, bind};
use orderflow_logging::LoggingPublisher;
use orderflow_memory::{MemoryStore, MemoryViews};
use orderflow_system::{SystemClock, SystemIds};
use tokio::signal::unix::{SignalKind, signal};

/// Takes orders, carries them out on simulated participants, and logs what happens.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// Where to listen
    #[arg(long, env = "ORDER_SERVICE_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal()).init();
    match run(Args::parse().listen).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::from(2)
        }
    }
}

async fn run(listen: SocketAddr) -> Result<(), Box<dyn std::error::Error>> {
    let bound = bind(listen).await?;
    let engine = Engine::new(parts(&format!("http://{}", bound.address())));
    projections::prepare(&**engine.views()).await?;
    let workers = engine.workers(Some(Arc::new(LoggingPublisher)));
    let runtime = Runtime::start(workers, engine.clock(), engine.statuses());
    let shutdown = Shutdown::default();
    let problems = Problems::new(engine.clock().clone(), engine.ids().clone());
    let serving =
        Serving { limits: Limits::default(), cors: Cors::same_origin(), problems, shutdown: shutdown.clone() };
    tracing::info!("listening on http://{}", bound.address());
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let asked = async {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        shutdown.begin();
    };
    let (drained, ()) = tokio::join!(bound.serve(routes::all(&engine), serving), asked);
    tracing::info!(cut = drained.cut, "stopping");
    runtime.stop().await;
    Ok(())
}

fn parts(url: &str) -> Parts {
    let clock = Arc::new(SystemClock);
    let outside = Outside {
        gateway: Arc::new(SimulatedGateway::new(url)),
        carrier: Arc::new(SimulatedCarrier::new(clock.clone(), CarrierDelays::default())),
        participants: HashMap::new(),
        inventory: InventoryPolicy { pricing: Arc::new(CataloguePricing), catalogue: Catalogue::Open },
        calls: CallPolicy::default(),
    };
    let (plans, settings) = (Arc::new(Plans::standard()), Arc::new(Settings::default()));
    let (store, views) = (Arc::new(MemoryStore::new()), Arc::new(MemoryViews::new()));
    Parts { store, views, clock, ids: Arc::new(SystemIds::default()), plans, settings, outside: Arc::new(outside) }
}
