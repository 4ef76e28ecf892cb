//! Puts an engine together. Everything has a default: without a word it is an engine in memory on simulated participants.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use orderflow_application::outside::{CallPolicy, Outside};
use orderflow_application::{Engine, Parts};
use orderflow_domain::inventory::{Catalogue, CataloguePricing, InventoryPolicy, PricingPolicy};
use orderflow_domain::ordering::{Plan, PlanFault, Plans, Settings};
use orderflow_domain::ports::{
    Carrier, Clock, EventPublisher, EventStore, Ids, Participant, PaymentGateway, StoreError, ViewError, ViewStore,
};
use orderflow_domain::shared::{InvalidName, Name};
use orderflow_gateways::{CarrierDelays, SimulatedCarrier, SimulatedGateway};
use orderflow_memory::{MemoryStore, MemoryViews};
use orderflow_sqlite::{OpenError, Options, SqliteStore, SqliteViews};
use orderflow_system::{SystemClock, SystemIds};

use crate::demo::{self, SeedError};
use crate::flow::OrderFlow;

/// Why there is no engine.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The data file can't be opened: another process has it, or it is newer than this program.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Its folder can't be made.
    #[error("{path}: {source}")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A plan has faults; all of them are told.
    #[error("plan {name}: {}", .faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Plan {
        /// Which.
        name: String,
        /// What is wrong with it.
        faults: Vec<PlanFault>,
    },
    /// A participant's step has no proper name.
    #[error("the step {step:?}: {source}")]
    Step {
        /// As it was given.
        step: String,
        /// Why.
        source: InvalidName,
    },
    /// The store can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The view store can't be used.
    #[error(transparent)]
    View(#[from] ViewError),
    /// The demo world could not be set up.
    #[error("the demo world: {0}")]
    Seed(#[from] SeedError),
}

/// Where everything is kept.
enum Keep {
    Memory,
    Sqlite(PathBuf),
    Own(Arc<dyn EventStore>, Arc<dyn ViewStore>),
}

/// Puts an engine together; made by [`OrderFlow::builder`].
///
/// ```no_run
/// use orderflow::prelude::*;
///
/// # async fn example() -> Result<(), BuildError> {
/// let flow = OrderFlow::builder().sqlite("./data/orders.db").start().await?;
/// # flow.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[must_use]
pub struct Builder {
    keep: Keep,
    gateway: Option<Arc<dyn PaymentGateway>>,
    carrier: Option<Arc<dyn Carrier>>,
    participants: Vec<(String, Arc<dyn Participant>)>,
    plans: Vec<Plan>,
    pricing: Arc<dyn PricingPolicy>,
    catalogue: Catalogue,
    clock: Arc<dyn Clock>,
    ids: Option<Arc<dyn Ids>>,
    publisher: Option<Arc<dyn EventPublisher>>,
    settings: Settings,
    calls: CallPolicy,
    base_url: String,
    demo_world: bool,
    drives: Drives,
}

/// Which workers run, by name.
type Drives = Box<dyn Fn(&str) -> bool + Send>;

impl Default for Builder {
    fn default() -> Self {
        Self {
            keep: Keep::Memory,
            gateway: None,
            carrier: None,
            participants: Vec::new(),
            plans: Vec::new(),
            pricing: Arc::new(CataloguePricing),
            catalogue: Catalogue::Listed,
            clock: Arc::new(SystemClock),
            ids: None,
            publisher: None,
            settings: Settings::default(),
            calls: CallPolicy::default(),
            base_url: "http://127.0.0.1:8080".to_owned(),
            demo_world: false,
            drives: Box::new(|_| true),
        }
    }
}

impl Builder {
    /// Keeps everything in memory: gone with the process. The default.
    pub fn in_memory(self) -> Self {
        Self { keep: Keep::Memory, ..self }
    }

    /// Keeps the log in this SQLite file, and the read models in one beside it; both are made if they are not there.
    pub fn sqlite(self, path: impl AsRef<Path>) -> Self {
        Self { keep: Keep::Sqlite(path.as_ref().to_owned()), ..self }
    }

    /// Keeps everything in stores of one's own, which pass the contract suite.
    pub fn stores(self, events: Arc<dyn EventStore>, views: Arc<dyn ViewStore>) -> Self {
        Self { keep: Keep::Own(events, views), ..self }
    }

    /// Who moves money. By default the simulated gateway, whose behaviour the payment token chooses.
    pub fn gateway(self, gateway: Arc<dyn PaymentGateway>) -> Self {
        Self { gateway: Some(gateway), ..self }
    }

    /// Who takes parcels to customers. By default the simulated carrier.
    pub fn carrier(self, carrier: Arc<dyn Carrier>) -> Self {
        Self { carrier: Some(carrier), ..self }
    }

    /// Who carries out the custom steps of that name.
    pub fn participant(mut self, step: &str, participant: Arc<dyn Participant>) -> Self {
        self.participants.push((step.to_owned(), participant));
        self
    }

    /// One more kind of order, beside the built-in plans.
    pub fn plan(mut self, plan: Plan) -> Self {
        self.plans.push(plan);
        self
    }

    /// What an order costs. By default what the catalogue says.
    pub fn pricing(self, pricing: Arc<dyn PricingPolicy>) -> Self {
        Self { pricing, ..self }
    }

    /// What can be ordered. By default what outlets have listed.
    pub fn catalogue(self, catalogue: Catalogue) -> Self {
        Self { catalogue, ..self }
    }

    /// What time it is. By default the system's clock.
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// New ids. By default the system's.
    pub fn ids(self, ids: Arc<dyn Ids>) -> Self {
        Self { ids: Some(ids), ..self }
    }

    /// Where the log is sent, in order, as it grows. By default nowhere.
    pub fn publisher(self, publisher: Arc<dyn EventPublisher>) -> Self {
        Self { publisher: Some(publisher), ..self }
    }

    /// How patient orders are.
    pub fn settings(self, settings: Settings) -> Self {
        Self { settings, ..self }
    }

    /// How calls to gateways and carriers are made.
    pub fn calls(self, calls: CallPolicy) -> Self {
        Self { calls, ..self }
    }

    /// Where browsers reach this program: the simulated gateway sends customers there to confirm.
    pub fn base_url(self, url: &str) -> Self {
        Self { base_url: url.to_owned(), ..self }
    }

    /// Sets the [demo world](crate::demo) up at the start, where it is missing.
    pub fn demo_world(self) -> Self {
        Self { demo_world: true, ..self }
    }

    /// Which workers run in this process, by name; by default all. Those that do not run here have to run in another process on the same store.
    pub fn workers(self, drives: impl Fn(&str) -> bool + Send + 'static) -> Self {
        Self { drives: Box::new(drives), ..self }
    }

    /// Opens the stores and starts the workers, on the present tokio runtime.
    ///
    /// # Errors
    /// See [`BuildError`].
    pub async fn start(mut self) -> Result<OrderFlow, BuildError> {
        let (publisher, demo_world) = (self.publisher.clone(), self.demo_world);
        let alone = !matches!(self.keep, Keep::Own(..));
        let drives = std::mem::replace(&mut self.drives, Box::new(|_| true));
        let (engine, simulator) = self.engine()?;
        orderflow_application::projections::prepare(&**engine.views()).await?;
        if alone {
            engine.take_over_leases().await?;
        }
        if demo_world {
            demo::seed(&engine).await?;
        }
        Ok(OrderFlow::start(engine, publisher, simulator, &*drives).await?)
    }

    /// The engine alone, with nothing running; and the simulated gateway, if it is the one.
    pub(crate) fn engine(self) -> Result<(Engine, Option<Arc<SimulatedGateway>>), BuildError> {
        let plans = Arc::new(plans(self.plans)?);
        let participants = participants(self.participants)?;
        let (gateway, simulator) = match self.gateway {
            Some(gateway) => (gateway, None),
            None => {
                let simulator = Arc::new(SimulatedGateway::new(&self.base_url));
                (simulator.clone() as Arc<dyn PaymentGateway>, Some(simulator))
            }
        };
        let clock = self.clock;
        let carrier =
            self.carrier.unwrap_or_else(|| Arc::new(SimulatedCarrier::new(clock.clone(), CarrierDelays::default())));
        let inventory = InventoryPolicy { pricing: self.pricing, catalogue: self.catalogue };
        let outside = Arc::new(Outside { gateway, carrier, participants, inventory, calls: self.calls });
        let (store, views) = open(self.keep)?;
        let ids = self.ids.unwrap_or_else(|| Arc::new(SystemIds::default()));
        let settings = Arc::new(self.settings);
        Ok((Engine::new(Parts { store, views, clock, ids, plans, settings, outside }), simulator))
    }
}

fn plans(own: Vec<Plan>) -> Result<Plans, BuildError> {
    let mut plans = Plans::standard();
    for plan in own {
        let name = plan.name().to_owned();
        plans.register(plan).map_err(|faults| BuildError::Plan { name, faults })?;
    }
    Ok(plans)
}

fn participants(own: Vec<(String, Arc<dyn Participant>)>) -> Result<HashMap<Name, Arc<dyn Participant>>, BuildError> {
    let named = |(step, participant): (String, Arc<dyn Participant>)| match Name::new(&step) {
        Ok(name) => Ok((name, participant)),
        Err(source) => Err(BuildError::Step { step, source }),
    };
    own.into_iter().map(named).collect()
}

type Stores = (Arc<dyn EventStore>, Arc<dyn ViewStore>);

fn open(keep: Keep) -> Result<Stores, BuildError> {
    Ok(match keep {
        Keep::Memory => (Arc::new(MemoryStore::new()), Arc::new(MemoryViews::new())),
        Keep::Sqlite(path) => {
            if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                let failed = |source| BuildError::Folder { path: folder.to_owned(), source };
                std::fs::create_dir_all(folder).map_err(failed)?;
            }
            let events = SqliteStore::open(&path, Options::default())?;
            (Arc::new(events), Arc::new(SqliteViews::open(views_path(&path), Options::default())?))
        }
        Keep::Own(events, views) => (events, views),
    })
}

/// Read models live beside the log, in a file of their own: `orderflow.db` has `orderflow-views.db`.
#[must_use]
pub fn views_path(log: &Path) -> PathBuf {
    let stem = log.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let extension = log.extension().map(|extension| format!(".{}", extension.to_string_lossy())).unwrap_or_default();
    log.with_file_name(format!("{stem}-views{extension}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_lie_beside_the_log() {
        assert_eq!(views_path(Path::new("data/orderflow.db")), Path::new("data/orderflow-views.db"));
        assert_eq!(views_path(Path::new("log")), Path::new("log-views"));
    }
}
