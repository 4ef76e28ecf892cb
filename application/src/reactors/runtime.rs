//! The one module of the application that spawns tasks, sleeps and lets time pass: it drives each worker on a task of its own.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use jiff::SignedDuration;
use orderflow_domain::ports::Clock;
use orderflow_domain::shared::{Backoff, Timestamp};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::defect::panic_text;
use crate::status::{Statuses, WorkerStatus};
use crate::worker::{Next, Stall, Worker};

/// Waits after a step that could not be taken: a conflict passes at once, a store that is away takes longer.
const PAUSE: Backoff = Backoff { first: SignedDuration::from_millis(2), most: SignedDuration::from_secs(5) };
/// Stalls until a worker that keeps stalling says so.
const WORTH_A_WARNING: u32 = 8;

/// Workers under way. Dropping it abandons them, which is safe; [`Runtime::stop`] lets each finish its step.
pub struct Runtime {
    tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl Runtime {
    /// Starts the workers on the present tokio runtime.
    #[must_use]
    pub fn start(workers: Vec<Box<dyn Worker>>, clock: &Arc<dyn Clock>, statuses: &Statuses) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for worker in workers {
            let status = statuses.of(worker.name());
            tasks.spawn(drive(worker, clock.clone(), status, stopped.clone()));
        }
        Self { tasks, stop }
    }

    /// Lets each worker finish the step it is in, and returns when all have.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a worker did not end well");
            }
        }
    }
}

/// Steps a worker until it is told to stop, or stops for good.
async fn drive(
    mut worker: Box<dyn Worker>,
    clock: Arc<dyn Clock>,
    status: Arc<WorkerStatus>,
    mut stop: watch::Receiver<bool>,
) {
    let mut stalls = 0;
    while !*stop.borrow() {
        let step = AssertUnwindSafe(worker.step(clock.now())).catch_unwind().await;
        // A worker that panics outside a decision is in a state that nobody knows: it stops, and is seen to have stopped.
        let pause = match step.unwrap_or_else(|panic| Err(Stall::Lasting(panic_text(&*panic)))) {
            Ok(Next::Now) => {
                stalls = 0;
                // Lets others of this thread go on; a worker that is behind would keep it for itself.
                tokio::task::yield_now().await;
                continue;
            }
            Ok(Next::When(at)) => {
                stalls = 0;
                at.map(|at| until(clock.now(), at))
            }
            Err(Stall::Passing(reason)) => {
                stalls += 1;
                report(&status, stalls, &reason);
                let pause = PAUSE.after(stalls, status.name().as_bytes());
                tokio::select! {
                    () = tokio::time::sleep(unsigned(pause)) => {}
                    _ = stop.changed() => {}
                }
                continue;
            }
            Err(Stall::Lasting(reason)) => {
                tracing::error!(worker = status.name(), %reason, "stopped");
                status.stop(reason);
                return;
            }
        };
        tokio::select! {
            () = worker.ready() => {}
            () = sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}

fn report(status: &WorkerStatus, stalls: u32, reason: &str) {
    metrics::counter!("orderflow_worker_stalls_total", "worker" => status.name()).increment(1);
    if stalls == WORTH_A_WARNING || stalls.is_multiple_of(100) {
        tracing::warn!(worker = status.name(), stalls, %reason, "stalls");
    } else {
        tracing::debug!(worker = status.name(), stalls, %reason, "stalls");
    }
}

async fn sleep(pause: Option<Duration>) {
    match pause {
        Some(pause) => tokio::time::sleep(pause).await,
        None => std::future::pending().await,
    }
}

fn until(now: Timestamp, at: Timestamp) -> Duration {
    unsigned(at.duration_since(now))
}

/// A time that has passed is no wait.
fn unsigned(wait: SignedDuration) -> Duration {
    wait.try_into().unwrap_or(Duration::ZERO)
}

/// The future's output, if it comes within `limit`.
pub async fn bounded<F: Future>(limit: SignedDuration, future: F) -> Option<F::Output> {
    tokio::time::timeout(unsigned(limit), future).await.ok()
}
