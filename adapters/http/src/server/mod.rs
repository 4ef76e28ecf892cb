//! The accept loop: limits on everything that a client could hold on to, and a shutdown that loses no answer.

mod body;
mod connection;
mod cors;
mod front;
mod io;
mod limits;
mod monitor;
mod shutdown;

pub use cors::Cors;
pub use limits::Limits;
pub use shutdown::Shutdown;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{Id, JoinSet};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};
use warp::filters::BoxedFilter;
use warp::reply::Response;

use self::front::Front;
use self::monitor::{CoarseClock, DRAIN, EXPIRED, Monitor};
use crate::problem::Problems;

/// Connections beyond the cap that are accepted to be told 503; what comes on top of these is closed without a word.
const REFUSALS: usize = 256;

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Someone else has the port.
    #[error("{0} is already in use: stop the program that listens there, or choose another address")]
    InUse(SocketAddr),
    /// A port below 1024, an address of another machine, …
    #[error("can't listen on {address}: {source}")]
    Bind {
        /// Where.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
}

/// A port that is taken but not served yet, so that its number is known before the first request.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
}

/// Takes a port; `:0` takes any free one.
///
/// # Errors
/// The port is taken, or may not be.
pub async fn bind(address: SocketAddr) -> Result<Bound, ServeError> {
    let wrong = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::AddrInUse => ServeError::InUse(address),
        _ => ServeError::Bind { address, source },
    };
    let listener = TcpListener::bind(address).await.map_err(wrong)?;
    let address = listener.local_addr().map_err(wrong)?;
    Ok(Bound { listener, address })
}

/// How a shutdown went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drained {
    /// Connections that had not finished when the time was over, and were cut.
    pub cut: usize,
}

/// How to serve.
#[derive(Clone)]
pub struct Serving {
    /// What is taken on.
    pub limits: Limits,
    /// Which pages may call.
    pub cors: Cors,
    /// How errors are answered.
    pub problems: Problems,
    /// When to stop.
    pub shutdown: Shutdown,
}

impl Bound {
    /// Where clients find it.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until the shutdown begins and requests under way are answered, or the time for that is over.
    pub async fn serve(self, routes: BoxedFilter<(Response,)>, serving: Serving) -> Drained {
        let front = Arc::new(Front {
            routes: TowerToHyperService::new(warp::service(routes)),
            limits: serving.limits,
            cors: serving.cors,
            problems: serving.problems,
            in_flight: AtomicUsize::new(0),
        });
        let mut open =
            Open { tasks: JoinSet::new(), monitors: HashMap::new(), clock: Arc::new(CoarseClock::default()) };
        let began = Instant::now();
        let mut tick = interval(serving.limits.tick());
        tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let gauges = Gauges::new();
        let mut closing = std::pin::pin!(closing(&serving.shutdown, serving.limits.notice));
        loop {
            tokio::select! {
                () = &mut closing => break,
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) => open.add(stream, &front),
                    Err(error) => pause(&error).await,
                },
                Some(ended) = open.tasks.join_next_with_id() => open.ended(ended),
                _ = tick.tick() => {
                    open.clock.set(began.elapsed());
                    open.expire();
                    gauges.set(open.tasks.len(), front.in_flight.load(Ordering::Relaxed));
                }
            }
        }
        drop(self.listener);
        open.drain(serving.limits.drain_timeout).await
    }
}

/// Readiness falls as soon as the shutdown begins; this is when to stop accepting.
async fn closing(shutdown: &Shutdown, notice: Duration) {
    shutdown.begun().await;
    if !notice.is_zero() {
        sleep(notice).await;
    }
}

/// No more file descriptors, mostly: others have to close first, so asking again at once would only spin.
async fn pause(error: &std::io::Error) {
    tracing::warn!(%error, "can't accept a connection; trying again in 50 ms");
    sleep(Duration::from_millis(50)).await;
}

struct Open {
    tasks: JoinSet<()>,
    monitors: HashMap<Id, Arc<Monitor>>,
    clock: Arc<CoarseClock>,
}

impl Open {
    fn add<S>(&mut self, stream: TcpStream, front: &Arc<Front<S>>)
    where
        Front<S>: Send + Sync,
        S: hyper::service::Service<
                http::Request<http_body_util::Full<bytes::Bytes>>,
                Response = Response,
                Error = std::convert::Infallible,
            > + Send
            + Sync
            + 'static,
        S::Future: Send,
    {
        let cap = front.limits.max_connections;
        if self.tasks.len() >= cap + REFUSALS {
            return;
        }
        let full = self.tasks.len() >= cap;
        // Answers are small and whole: waiting for more to send would only delay them.
        let _ = stream.set_nodelay(true);
        let monitor = Arc::new(Monitor::new(self.clock.clone(), &front.limits));
        let task = self.tasks.spawn(connection::serve(stream, monitor.clone(), front.clone(), full));
        self.monitors.insert(task.id(), monitor);
    }

    fn ended(&mut self, ended: Result<(Id, ()), tokio::task::JoinError>) {
        let id = match ended {
            Ok((id, ())) => id,
            Err(error) => {
                tracing::error!(%error, "a connection broke");
                error.id()
            }
        };
        self.monitors.remove(&id);
    }

    fn expire(&self) {
        for monitor in self.monitors.values().filter(|monitor| monitor.is_late()) {
            monitor.wish(EXPIRED);
        }
    }

    async fn drain(mut self, limit: Duration) -> Drained {
        self.monitors.values().for_each(|monitor| monitor.wish(DRAIN));
        let all = async { while self.tasks.join_next().await.is_some() {} };
        let _ = timeout(limit, all).await;
        let cut = self.tasks.len();
        self.tasks.shutdown().await;
        Drained { cut }
    }
}

struct Gauges {
    connections: metrics::Gauge,
    in_flight: metrics::Gauge,
}

impl Gauges {
    fn new() -> Self {
        Self {
            connections: metrics::gauge!("orderflow_http_connections"),
            in_flight: metrics::gauge!("orderflow_http_requests_in_flight"),
        }
    }

    fn set(&self, connections: usize, in_flight: usize) {
        let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        self.connections.set(number(connections));
        self.in_flight.set(number(in_flight));
    }
}
