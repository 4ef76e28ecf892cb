//! `orderflow doctor`: what keeps a server from starting, or from keeping up.

use std::fs::{File, TryLockError};
use std::net::TcpListener;
use std::path::Path;

use orderflow_domain::ports::{Clock, EventStore, StoreError, WorkKind};
use orderflow_domain::shared::Position;
use orderflow_system::SystemClock;
use serde::Serialize;

use super::args::DoctorArgs;
use super::exit::{Outcome, Trouble};
use super::{say, settings};

/// Free bytes below which a disk is about to be full.
const LITTLE: u64 = 1 << 30;
/// Rows counted at most.
const MOST: usize = 10_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Good,
    Look,
    Bad,
}

#[derive(Debug, Serialize)]
struct Line {
    what: &'static str,
    state: State,
    message: String,
}

#[derive(Default, Serialize)]
#[serde(transparent)]
struct Diagnosis(Vec<Line>);

impl Diagnosis {
    fn say(&mut self, what: &'static str, state: State, message: impl Into<String>) {
        self.0.push(Line { what, state, message: message.into() });
    }
}

pub(super) async fn run(args: DoctorArgs) -> Result<Outcome, Trouble> {
    let path = args.read.store.file()?;
    let mut told = Diagnosis::default();
    let held = lock(&path, &mut told);
    space(&path, &mut told);
    port(&args, held, &mut told);
    match args.read.store.read() {
        Ok(store) => {
            told.say("store", State::Good, format!("{} opens", path.display()));
            log(&*store, held, &mut told).await?;
        }
        Err(trouble) => told.say("store", State::Bad, trouble.message),
    }
    if args.read.json {
        say::json(&told);
    } else {
        for Line { what, state, message } in &told.0 {
            let mark = match state {
                State::Good => "ok  ",
                State::Look => "look",
                State::Bad => "BAD ",
            };
            say::answer(&format!("{mark}  {what:14}{message}"));
        }
    }
    Ok(if told.0.iter().any(|line| line.state == State::Bad) { Outcome::Findings } else { Outcome::Fine })
}

/// Whether a server has the store.
fn lock(path: &Path, told: &mut Diagnosis) -> bool {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let Ok(file) = File::open(&name) else {
        told.say("lock", State::Good, "no server has ever had the store");
        return false;
    };
    match file.try_lock() {
        Ok(()) => told.say("lock", State::Good, "no server has the store"),
        Err(TryLockError::WouldBlock) => {
            let holder = std::fs::read_to_string(&name).unwrap_or_default();
            told.say("lock", State::Good, format!("a server has the store: {}", holder.trim()));
            return true;
        }
        Err(TryLockError::Error(error)) => told.say("lock", State::Bad, error.to_string()),
    }
    false
}

fn space(path: &Path, told: &mut Diagnosis) {
    match rustix::fs::statvfs(path) {
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let state = if free < LITTLE { State::Bad } else { State::Good };
            told.say("disk", state, format!("{} MiB are free", free >> 20));
        }
        Err(error) => told.say("disk", State::Look, error.to_string()),
    }
}

fn port(args: &DoctorArgs, held: bool, told: &mut Diagnosis) {
    let address = args.listen.unwrap_or(settings::LISTEN);
    match TcpListener::bind(address) {
        Ok(_) => told.say("port", State::Good, format!("{address} is free")),
        Err(_) if held => told.say("port", State::Good, format!("{address} is in use, as a server runs")),
        Err(error) => told.say("port", State::Bad, format!("{address}: {error}")),
    }
}

async fn log(store: &dyn EventStore, held: bool, told: &mut Diagnosis) -> Result<(), StoreError> {
    let checkpoints = store.checkpoints().await?;
    let head = store.head().await?;
    told.say("log", State::Good, format!("{head} events"));
    clock(store, head, told).await?;
    for (reader, checkpoint) in checkpoints {
        let lag = head.0.saturating_sub(checkpoint.position.0);
        let message = format!("{} has stored its place at {}, {lag} events back", reader.name, checkpoint.position);
        // A reader that nothing concerned need not have stored its place.
        told.say("reader", State::Good, message);
    }
    let parked = store.work_list(WorkKind::Parked, None, None, MOST).await?.len();
    let state = if parked > 0 { State::Look } else { State::Good };
    told.say("dead letters", state, format!("{parked}"));
    let calls = store.work_list(WorkKind::Intent, None, None, MOST).await?.len();
    let waits = if held { "under way" } else { "wait for a server" };
    told.say("calls", State::Good, format!("{calls} {waits}"));
    Ok(())
}

/// A clock that is behind the log decides in the past.
async fn clock(store: &dyn EventStore, head: Position, told: &mut Diagnosis) -> Result<(), StoreError> {
    let last = store.read_log(Position(head.0.saturating_sub(1)), 1).await?;
    let now = SystemClock.now();
    match last.first().map(|recorded| recorded.envelope.at).filter(|at| *at > now) {
        Some(at) => told.say("clock", State::Bad, format!("it is {now}, and the last event was decided at {at}")),
        None => told.say("clock", State::Good, format!("it is {now}")),
    }
    Ok(())
}
