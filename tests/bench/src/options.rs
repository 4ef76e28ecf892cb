//! What is asked for.

use std::path::PathBuf;
use std::time::Duration;

pub(crate) const USAGE: &str = "\
cargo xtask bench <place | growth> [options]

  place              orders placed per second over HTTP and through the crate, and carried to EXECUTED, against floors
  growth             the same work on a thousand and on a million stored orders

  --quick            one short round, a tenth of the history; printed, not written
  --rounds <n>       rounds, of which the median counts
  --millis <n>       length of one measurement
  --only <a,b>       only measurements whose names contain one of these; printed, not written
  --report <path>    the report in which this section is replaced (docs/BENCHMARKS.md)";

/// What to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Place,
    Growth,
}

/// How.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) quick: bool,
    pub(crate) rounds: usize,
    pub(crate) time: Duration,
    pub(crate) only: Vec<String>,
    /// None: the report is only printed.
    pub(crate) report: Option<PathBuf>,
    /// As it was asked for.
    pub(crate) command: String,
}

impl Options {
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| name.contains(only.as_str()))
    }
}

pub(crate) fn read(arguments: &[String]) -> Result<(Task, Options), String> {
    let mut arguments = arguments.iter();
    let task = match arguments.next().map(String::as_str) {
        Some("place") => Task::Place,
        Some("growth") => Task::Growth,
        Some(other) => return Err(format!("there is nothing called {other} to measure")),
        None => return Err("what is to be measured?".to_owned()),
    };
    let (mut quick, mut rounds, mut millis, mut only) = (false, None, None, Vec::new());
    let mut report = PathBuf::from("docs/BENCHMARKS.md");
    let mut command = format!("cargo xtask bench {}", if task == Task::Place { "place" } else { "growth" });
    while let Some(flag) = arguments.next() {
        let value = if flag == "--quick" { None } else { Some(arguments.next().ok_or(format!("{flag} of what?"))?) };
        command += &value.map_or_else(|| format!(" {flag}"), |value| format!(" {flag} {value}"));
        let value = value.map_or("", String::as_str);
        let number = || value.parse::<u64>().ok().filter(|n| *n > 0).ok_or(format!("{flag} {value} is no number"));
        match flag.as_str() {
            "--quick" => quick = true,
            "--rounds" => rounds = Some(usize::try_from(number()?).map_err(|error| error.to_string())?),
            "--millis" => millis = Some(number()?),
            "--only" => only = value.split(',').map(str::to_owned).collect(),
            "--report" => report = value.into(),
            _ => return Err(format!("there is no option {flag}")),
        }
    }
    let written = !quick && only.is_empty();
    let options = Options {
        quick,
        rounds: rounds.unwrap_or(if quick { 1 } else { 5 }),
        time: Duration::from_millis(millis.unwrap_or(if quick { 500 } else { 1_000 })),
        only,
        report: written.then_some(report),
        command,
    };
    Ok((task, options))
}
