//! The programs, as cargo built them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::wait;

/// A program with its arguments, on data and variables of nobody else.
#[derive(Debug)]
pub struct Program {
    pub(crate) name: &'static str,
    pub(crate) command: Command,
}

/// How a program ended, and what it said.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Its exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Finished {
    /// Asserts the exit code, and gives what it said on standard output.
    #[track_caller]
    #[must_use]
    pub fn code(self, expected: i32) -> Self {
        assert_eq!(self.code, Some(expected), "{self:?}");
        self
    }

    /// Standard output, as JSON.
    #[track_caller]
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Program {
    /// `orderflow` with these arguments.
    #[must_use]
    pub fn orderflow(arguments: &[&str]) -> Self {
        Self::new("orderflow", arguments)
    }

    /// `order-service` with these arguments.
    #[must_use]
    pub fn order_service(arguments: &[&str]) -> Self {
        Self::new("order-service", arguments)
    }

    fn new(name: &'static str, arguments: &[&str]) -> Self {
        let mut command = Command::new(path(name));
        command.args(arguments).stdin(Stdio::null());
        for (variable, _) in std::env::vars_os() {
            // What a developer has set for a server of their own must not reach those of the tests.
            if variable.to_string_lossy().starts_with("ORDERFLOW_") {
                command.env_remove(variable);
            }
        }
        command.env("NO_COLOR", "1");
        Self { name, command }
    }

    /// A further argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// A variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Where it runs.
    #[must_use]
    pub fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs it to its end.
    ///
    /// # Panics
    /// It does not end in time.
    #[must_use]
    pub fn run(mut self) -> Finished {
        let child = self.command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{}: {error}", self.name));
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let out = std::thread::spawn(move || read(out));
        let err = std::thread::spawn(move || read(err));
        let mut watchdog = crate::watchdog::Watchdog::over(child.id(), None);
        let status = wait::until_blocking(self.name, || child.try_wait().ok().flatten());
        watchdog.dismiss();
        let (stdout, stderr) = (out.join().unwrap_or_default(), err.join().unwrap_or_default());
        Finished { code: status.code(), stdout, stderr }
    }
}

fn read(from: Option<impl std::io::Read>) -> String {
    let mut bytes = Vec::new();
    if let Some(mut from) = from {
        // What could be read before the pipe broke is still worth showing.
        let _ = from.read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Beside the tests' own programs: `cargo xtask test` builds all of them first.
fn path(name: &str) -> PathBuf {
    let tests = std::env::current_exe().expect("a test is a program");
    let folder = tests.ancestors().find(|path| path.ends_with("deps")).and_then(Path::parent);
    let path = folder.unwrap_or_else(|| Path::new("target/debug")).join(name);
    assert!(path.exists(), "{} is not there: run `cargo build -p orderflow -p order-service` first", path.display());
    path
}
