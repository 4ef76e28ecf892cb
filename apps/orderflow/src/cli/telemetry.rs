//! Logs and metrics of the process: each installed once, at the start.

use std::io::IsTerminal;
use std::sync::Arc;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tracing_subscriber::EnvFilter;

use super::args::LogFormat;
use super::exit::Trouble;

/// Seconds; from a quick answer to a client's patience.
const BUCKETS: [f64; 12] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Starts to log.
pub(super) fn log(filter: &str, format: LogFormat) -> Result<(), Trouble> {
    let filter = EnvFilter::try_new(filter).map_err(|error| Trouble::usage(format!("--log {filter}: {error}")))?;
    let ansi = std::io::stderr().is_terminal();
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(ansi);
    let installed = match format {
        LogFormat::Text => subscriber.with_target(false).try_init(),
        LogFormat::Json => subscriber.json().flatten_event(true).try_init(),
    };
    installed.map_err(|error| Trouble::usage(format!("no log: {error}")))
}

/// Starts to measure; the answer renders what was measured as Prometheus reads it.
pub(super) fn measure() -> Result<Arc<dyn Fn() -> String + Send + Sync>, Trouble> {
    let failed = |error| Trouble::usage(format!("no metrics: {error}"));
    let seconds = Matcher::Suffix("_seconds".to_owned());
    let builder = PrometheusBuilder::new().set_buckets_for_metric(seconds, &BUCKETS).map_err(failed)?;
    let handle = builder.install_recorder().map_err(failed)?;
    Ok(Arc::new(move || {
        handle.run_upkeep();
        handle.render()
    }))
}
