//! The command line. Each command is a function of its arguments; what goes wrong is a [`Trouble`] with the exit code that it leads to.

mod args;
mod audit;
mod config;
mod doctor;
mod exit;
mod letters;
mod replay;
mod roles;
mod say;
mod seed;
mod server;
mod settings;
mod signals;
mod store;
mod telemetry;

use std::future::Future;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Cli, Command, ConfigCommand};
use exit::{Outcome, Trouble};

/// Reads the command line and does what it says.
pub(super) fn run() -> ExitCode {
    let cli = Cli::parse();
    match dispatch(cli) {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(trouble) => {
            say::error(&trouble.message);
            ExitCode::from(trouble.code)
        }
    }
}

fn dispatch(cli: Cli) -> Result<Outcome, Trouble> {
    match cli.command.unwrap_or(Command::Dev(cli.dev)) {
        Command::Dev(args) => run_async(server::dev(args)),
        Command::Serve(args) => run_async(server::serve(args)),
        Command::Audit(args) => run_async(audit::run(args)),
        Command::Replay(args) => run_async(replay::run(args)),
        Command::DeadLetters(args) => run_async(letters::run(args)),
        Command::Doctor(args) => run_async(doctor::run(args)),
        Command::Seed(args) => run_async(seed::run(args)),
        Command::Config(ConfigCommand::Check(args)) => config::check(&args),
        Command::Completions { shell } => {
            say::completions(shell, &mut Cli::command());
            Ok(Outcome::Fine)
        }
    }
}

fn run_async(command: impl Future<Output = Result<Outcome, Trouble>>) -> Result<Outcome, Trouble> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Trouble::usage(format!("no threads: {error}")))?;
    // Commands are large futures, and the stack of the first thread is not theirs to fill.
    runtime.block_on(Box::pin(command))
}
