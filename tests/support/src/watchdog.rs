//! Servers do not outlive the tests, however these end.
//!
//! A shell waits for the end of its standard input, which this process holds open: when the process is gone, killed or not, the shell ends the server and
//! removes its data. A server that is ended in the regular way has its watchdog ended first, so that a process id is never used after it was free.

use std::path::Path;
use std::process::{Child, Command, Stdio};

const SCRIPT: &str = r#"trap '' INT TERM; read -r _; kill -9 "$1"; [ -n "$2" ] && rm -rf "$2""#;

/// The shell.
#[derive(Debug)]
pub(crate) struct Watchdog(Child);

impl Watchdog {
    /// Watches a process; `folder` is removed with it.
    pub(crate) fn over(pid: u32, folder: Option<&Path>) -> Self {
        let shell = Command::new("sh")
            .args(["-c", SCRIPT, "watchdog", &pid.to_string()])
            .arg(folder.map_or_else(Default::default, Path::as_os_str))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self(shell.expect("there is a shell"))
    }

    /// Leaves the process alone from here on.
    pub(crate) fn dismiss(&mut self) {
        // It may be gone already; then there is nothing to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
