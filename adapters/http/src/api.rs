//! What all routes share.

use std::sync::Arc;

use http::HeaderMap;
use orderflow_application::Engine;
use orderflow_domain::shared::OrderId;

use crate::identity::{Caller, Identify};
use crate::problem::{Problem, Problems};
use crate::routes::OrderDefaults;
use crate::server::Shutdown;

/// What `/version` says of the program.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Version {
    /// The program.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// From which source it was built, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<&'static str>,
}

/// What the routes are built from.
pub struct ApiParts {
    /// The application.
    pub engine: Engine,
    /// Who asks.
    pub identify: Arc<dyn Identify>,
    /// How errors are answered.
    pub problems: Problems,
    /// What orders that say nothing of it get.
    pub defaults: OrderDefaults,
    /// Ends streams and readiness.
    pub shutdown: Shutdown,
    /// Renders the metrics of the process as Prometheus reads them.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
    /// What `/version` says.
    pub version: Version,
    /// In `dev`: what happens when a customer confirms a payment at the simulated gateway.
    pub confirm: Option<Confirm>,
}

/// A customer confirms the payment of that order at the simulated gateway.
pub type Confirm = Arc<dyn Fn(OrderId) + Send + Sync>;

/// Cheap to clone.
#[derive(Clone)]
pub struct Api(Arc<ApiParts>);

impl Api {
    /// From its parts.
    #[must_use]
    pub fn new(parts: ApiParts) -> Self {
        Self(Arc::new(parts))
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    pub(crate) fn identify(&self, headers: &HeaderMap) -> Result<Caller, Problem> {
        self.0.identify.identify(headers)
    }

    pub(crate) fn problems(&self) -> &Problems {
        &self.0.problems
    }

    pub(crate) fn defaults(&self) -> &OrderDefaults {
        &self.0.defaults
    }

    pub(crate) fn shutdown(&self) -> &Shutdown {
        &self.0.shutdown
    }

    pub(crate) fn metrics(&self) -> String {
        (self.0.metrics)()
    }

    pub(crate) fn confirm(&self) -> Option<&Confirm> {
        self.0.confirm.as_ref()
    }

    pub(crate) fn version(&self) -> &Version {
        &self.0.version
    }
}
