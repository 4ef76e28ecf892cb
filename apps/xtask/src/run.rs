//! Commands, said before they are run.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use crate::repository;

/// The cargo that runs this.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    command(env!("CARGO"), arguments)
}

/// A command in the root of the repository.
pub(crate) fn command(program: impl AsRef<OsStr>, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(repository::root());
    command
}

/// Runs to the end; an exit code other than 0 is an error.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    println!("$ {}", line(command));
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{}: {status}", line(command))),
        Err(error) => Err(format!("{}: {error}", line(command))),
    }
}

/// What it printed; its complaints go to ours.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    println!("$ {}", line(command));
    let done = command.stderr(Stdio::inherit()).output().map_err(|e| format!("{}: {e}", line(command)))?;
    if !done.status.success() {
        return Err(format!("{}: {}", line(command), done.status));
    }
    String::from_utf8(done.stdout).map_err(|e| format!("{}: {e}", line(command)))
}

/// Whether it can be run at all, in silence.
pub(crate) fn works(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn line(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program()).file_stem().unwrap_or_default();
    std::iter::once(program).chain(command.get_args()).map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
