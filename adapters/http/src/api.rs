//! What all routes share.

use std::sync::Arc;

use http::HeaderMap;

use crate::identity::{Caller, Identify};
use crate::problem::{Problem, Problems};
use crate::routes::OrderDefaults;
use crate::server::Shutdown;

/// What `/version` says of the program.
#[derive(Clone, Copy, Debug)]
pub struct Version {
    /// The program.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// From which source it was built, if that is known.
    pub commit: Option<&'static str>,
}

/// What the routes are built from. Cheap to clone.
#[derive(Clone)]
pub struct Api(Arc<Inner>);

pub struct Parts {
    /// Who asks.
    pub identify: Arc<dyn Identify>,
    /// How errors are answered.
    pub problems: Problems,
    /// What orders that say nothing of it get.
    pub defaults: OrderDefaults,
    /// Ends streams and readiness.
    pub shutdown: Shutdown,
    /// Renders the metrics of the process.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
    /// What `/version` says.
    pub version: Version,
}
