//! The servers: `dev` to try things out on, `serve` for everything else. They differ in who may ask, and in the demo world.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use orderflow::{Builder, OrderFlow, demo};
use orderflow_domain::shared::{PaymentMethod, PaymentToken};
use orderflow_http::server::{Bound, Cors, Serving, Shutdown, bind};
use orderflow_http::{
    Api, ApiParts, DevIdentity, Identify, NoIdentity, OrderDefaults, Problems, Version, operations, routes,
};

use super::args::{DevArgs, ServerArgs};
use super::exit::{Outcome, Trouble};
use super::settings::Settings;
use super::signals::Signals;
use super::store::StoreSpec;
use super::{say, telemetry};

/// How long the workers have for the step that each is in, once the last request is answered.
const STOP: Duration = Duration::from_secs(10);

/// `orderflow dev`
pub(super) async fn dev(args: DevArgs) -> Result<Outcome, Trouble> {
    let settings = Settings::dev(args)?;
    if !settings.listen.ip().is_loopback() {
        return Err(Trouble::usage(format!(
            "`dev` lets everybody in, so it listens on this machine only, and not on {}; use `serve`",
            settings.listen
        )));
    }
    let server = Server::start(&settings, Arc::new(DevIdentity::default()), true).await?;
    say::answer(&welcome(server.bound.address(), &settings.store));
    server.run(&settings).await
}

/// `orderflow serve`
pub(super) async fn serve(args: ServerArgs) -> Result<Outcome, Trouble> {
    let settings = Settings::serve(args)?;
    let server = Server::start(&settings, Arc::new(NoIdentity), false).await?;
    tracing::warn!("payments and parcels are simulated: no real gateway or carrier is configured");
    tracing::warn!(
        "nobody can sign in to this build: all but health, metrics, version and documentation answers 401; use `dev` to try it out"
    );
    tracing::info!(address = %server.bound.address(), store = %settings.store, "serving");
    server.run(&settings).await
}

struct Server {
    bound: Bound,
    flow: OrderFlow,
    api: Api,
    problems: Problems,
    shutdown: Shutdown,
    signals: Signals,
}

impl Server {
    /// Takes the port before anything else, so that a second start ends before it touches the data.
    async fn start(settings: &Settings, identify: Arc<dyn Identify>, dev: bool) -> Result<Self, Trouble> {
        telemetry::log(&settings.log, settings.log_format)?;
        let metrics = telemetry::measure()?;
        let signals = Signals::listen()?;
        let bound = bind(settings.listen).await?;
        let roles = settings.roles.clone();
        let base_url = format!("http://{}", bound.address());
        let builder = store(OrderFlow::builder(), &settings.store).base_url(&base_url);
        let builder = builder.workers(move |name| roles.drives(name));
        let flow = if dev { builder.demo_world() } else { builder }.start().await?;
        let shutdown = Shutdown::default();
        let problems = Problems::new(flow.clock().clone(), flow.ids().clone());
        let simulator = flow.simulator().cloned().filter(|_| dev);
        let api = Api::new(ApiParts {
            engine: flow.engine().clone(),
            identify,
            problems: problems.clone(),
            defaults: defaults(),
            shutdown: shutdown.clone(),
            metrics,
            version: version(),
            confirm: simulator.map(|gateway| Arc::new(move |order| gateway.confirm(order)) as _),
        });
        Ok(Self { bound, flow, api, problems, shutdown, signals })
    }

    /// Serves until a signal comes; then: not ready, no new connections, streams end, requests under way are answered, workers stop.
    async fn run(self, settings: &Settings) -> Result<Outcome, Trouble> {
        let Self { bound, flow, api, problems, shutdown, mut signals } = self;
        let cors = Cors::allow(settings.cors.iter().map(String::as_str)).map_err(Trouble::usage)?;
        let serving = Serving { limits: settings.limits(), cors, problems, shutdown: shutdown.clone() };
        let twice = async {
            signals.next().await;
            tracing::info!("stopping: answering what is under way; a second signal stops at once");
            shutdown.begin();
            signals.next().await;
        };
        let orderly = async {
            let routes = if settings.roles.has_api() { routes(&api) } else { operations(&api) };
            let drained = bound.serve(routes, serving).await;
            if drained.cut > 0 {
                tracing::warn!(connections = drained.cut, "cut, as they did not end in time");
            }
            if tokio::time::timeout(STOP, flow.shutdown()).await.is_err() {
                tracing::warn!("workers did not end in time; what they were at is as if it had never been");
            }
        };
        tokio::select! {
            () = orderly => tracing::info!("stopped"),
            () = twice => tracing::warn!("stopped at once"),
        }
        Ok(Outcome::Fine)
    }
}

fn store(builder: Builder, store: &StoreSpec) -> Builder {
    match store {
        StoreSpec::Memory => builder.in_memory(),
        StoreSpec::Sqlite(path) => builder.sqlite(path),
    }
}

fn version() -> Version {
    Version { name: "orderflow", version: env!("CARGO_PKG_VERSION"), commit: option_env!("ORDERFLOW_COMMIT") }
}

/// What an order that says nothing of it gets; without an address, the carrier's default applies.
fn defaults() -> OrderDefaults {
    OrderDefaults {
        outlet: demo::outlet(),
        method: PaymentMethod::Card,
        token: PaymentToken::part("tok_visa"),
        address: None,
    }
}

fn welcome(address: SocketAddr, store: &StoreSpec) -> String {
    let url = format!("http://{address}");
    let customer = demo::CUSTOMER;
    format!(
        r#"OrderFlow is ready on {url}, store {store}
  documentation  {url}/docs
  metrics        {url}/metrics
  Requests without a token come from the demo customer {customer}, with operator rights.

Place a purchase:
  curl -s {url}/api/v1/orders -H 'Content-Type: application/json' -H "Idempotency-Key: purchase-$(date +%s)" \
    -d '{{"items":[{{"productId":"p1","quantity":2}}]}}'
Place a trade:
  curl -s {url}/api/v1/orders -H 'Content-Type: application/json' -H "Idempotency-Key: trade-$(date +%s)" \
    -d '{{"kind":"trade","instrument":"ACME","side":"BUY","type":"LIMIT","price":"101.25","quantity":"10"}}'
See what became of them:
  curl -s '{url}/api/v1/orders?limit=10'
"#
    )
}
