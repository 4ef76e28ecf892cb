//! How often and how long, by route and status. Handles are made once per route: looking one up by its labels costs more than counting.

use std::sync::OnceLock;
use std::time::Duration;

use http::StatusCode;
use metrics::{Counter, Histogram, counter, histogram};

/// The statuses that this server answers with; the rest is counted together.
const STATUSES: &[u16] =
    &[200, 201, 202, 204, 303, 304, 400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 500, 503];

/// The counters of one route.
pub(crate) struct Measure {
    method: &'static str,
    route: String,
    seconds: OnceLock<Histogram>,
    by_status: [OnceLock<Counter>; STATUSES.len()],
    other: OnceLock<Counter>,
}

impl Measure {
    pub(crate) fn new(method: &'static str, route: &str) -> Self {
        Self {
            method,
            route: route.to_owned(),
            seconds: OnceLock::new(),
            by_status: [const { OnceLock::new() }; STATUSES.len()],
            other: OnceLock::new(),
        }
    }

    /// Counts one request.
    pub(crate) fn took(&self, status: StatusCode, time: Duration) {
        let slot = STATUSES.iter().position(|known| *known == status.as_u16());
        slot.map_or(&self.other, |index| &self.by_status[index]).get_or_init(|| self.counter(status)).increment(1);
        self.seconds.get_or_init(|| self.histogram()).record(time.as_secs_f64());
    }

    fn counter(&self, status: StatusCode) -> Counter {
        let (route, status) = (self.route.clone(), status.as_u16().to_string());
        counter!("orderflow_http_requests_total", "method" => self.method, "route" => route, "status" => status)
    }

    fn histogram(&self) -> Histogram {
        histogram!("orderflow_http_request_duration_seconds", "method" => self.method, "route" => self.route.clone())
    }
}

/// Says what the numbers mean; to be called once, after the recorder is installed.
pub(crate) fn describe() {
    metrics::describe_counter!("orderflow_http_requests_total", "Requests answered, by method, route and status");
    metrics::describe_counter!("orderflow_http_refused_total", "Requests refused before they reached a route, by code");
    metrics::describe_histogram!(
        "orderflow_http_request_duration_seconds",
        metrics::Unit::Seconds,
        "From the complete request to the beginning of the answer"
    );
    metrics::describe_gauge!("orderflow_http_connections", "Open connections");
    metrics::describe_gauge!("orderflow_http_requests_in_flight", "Requests that handlers work on");
}
