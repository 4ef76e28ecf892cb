//! Commands and flags. Every flag is also a variable and, for servers, a key of the configuration file; [`super::settings`] puts them together.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use serde::{Deserialize, Serialize};

/// Takes orders exactly once, carries them out step by step, and can tell at any time what happened and why.
#[derive(Debug, Parser)]
#[command(name = "orderflow", version, args_conflicts_with_subcommands = true, propagate_version = true)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) dev: DevArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// A server to try things out on, with a demo world and without signing in; what runs if no command is given
    Dev(DevArgs),
    /// A server
    Serve(ServerArgs),
    /// Checks a store: log, orders, money, stock, books, checkpoints. Also beside a running server
    Audit(ReadArgs),
    /// Rebuilds the read models from the log
    Replay(ReplayArgs),
    /// What could not be processed, and waits for someone to look at it
    DeadLetters(LettersArgs),
    /// Sets the demo world up in a store
    Seed(StoreArgs),
    /// Looks for what keeps a server from starting or from keeping up
    Doctor(DoctorArgs),
    /// The configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// A script that completes commands in a shell
    Completions {
        /// Which shell.
        shell: Shell,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Checks flags, variables and file, and says what comes of them
    Check(ServerArgs),
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(super) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

#[derive(Clone, Debug, Default, Args)]
pub(super) struct DevArgs {
    /// Where the data is kept, unless --store says otherwise [default: ./orderflow-data]
    #[arg(long, env = "ORDERFLOW_DATA", value_name = "FOLDER")]
    pub(super) data: Option<PathBuf>,
    #[command(flatten)]
    pub(super) server: ServerArgs,
}

#[derive(Clone, Debug, Default, Args)]
pub(super) struct ServerArgs {
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, env = "ORDERFLOW_LISTEN", value_name = "ADDRESS:PORT")]
    pub(super) listen: Option<SocketAddr>,
    /// Where everything is kept: sqlite:PATH or memory:
    #[arg(long, env = "ORDERFLOW_STORE", value_name = "STORE")]
    pub(super) store: Option<String>,
    /// What this process does: api, ordering, inventory, payment, shipping, venue, tasks, projections, timers, relay, observer [default: everything]
    #[arg(long, env = "ORDERFLOW_ROLES", value_name = "ROLE", value_delimiter = ',')]
    pub(super) roles: Option<Vec<String>>,
    /// Pages of other origins that may call, such as https://shop.example
    #[arg(long, env = "ORDERFLOW_CORS", value_name = "ORIGIN", value_delimiter = ',')]
    pub(super) cors: Option<Vec<String>>,
    /// Open connections at most [default: 4096]
    #[arg(long, env = "ORDERFLOW_MAX_CONNECTIONS", value_name = "COUNT")]
    pub(super) max_connections: Option<usize>,
    /// Requests at the same time at most [default: 1024]
    #[arg(long, env = "ORDERFLOW_MAX_IN_FLIGHT", value_name = "COUNT")]
    pub(super) max_in_flight: Option<usize>,
    /// Seconds that a shutdown waits for requests under way [default: 30]
    #[arg(long, env = "ORDERFLOW_DRAIN_SECONDS", value_name = "SECONDS")]
    pub(super) drain_seconds: Option<u64>,
    /// What to log, such as info or orderflow_http=debug [default: info]
    #[arg(long, env = "ORDERFLOW_LOG", value_name = "FILTER")]
    pub(super) log: Option<String>,
    /// How to log [default: text]
    #[arg(long, env = "ORDERFLOW_LOG_FORMAT", value_name = "FORMAT")]
    pub(super) log_format: Option<LogFormat>,
    /// A TOML file with any of these; flags and variables go before it
    #[arg(long, env = "ORDERFLOW_CONFIG", value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(super) struct StoreArgs {
    /// The store [default: that of `orderflow dev`, sqlite:./orderflow-data/orderflow.db]
    #[arg(long, env = "ORDERFLOW_STORE", value_name = "STORE", global = true)]
    pub(super) store: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub(super) struct ReadArgs {
    #[command(flatten)]
    pub(super) store: StoreArgs,
    /// Answer as JSON
    #[arg(long, global = true)]
    pub(super) json: bool,
}

#[derive(Clone, Debug, Args)]
pub(super) struct ReplayArgs {
    #[command(flatten)]
    pub(super) store: StoreArgs,
    /// Only these views [default: all]
    #[arg(long, value_name = "VIEW", value_delimiter = ',')]
    pub(super) view: Vec<String>,
}

#[derive(Clone, Debug, Args)]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    pub(super) read: ReadArgs,
    /// The address that a server is to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "ORDERFLOW_LISTEN", value_name = "ADDRESS:PORT")]
    pub(super) listen: Option<SocketAddr>,
}

#[derive(Clone, Debug, Args)]
pub(super) struct LettersArgs {
    #[command(subcommand)]
    pub(super) command: LettersCommand,
    #[command(flatten)]
    pub(super) read: ReadArgs,
    /// A running server to reach, instead of its store: http://127.0.0.1:8080
    #[arg(long, env = "ORDERFLOW_URL", value_name = "URL", global = true)]
    pub(super) url: Option<String>,
    /// Who does it, for the record
    #[arg(long, env = "ORDERFLOW_OPERATOR", value_name = "NAME", default_value = "cli", global = true)]
    pub(super) operator: String,
}

#[derive(Clone, Debug, Subcommand)]
pub(super) enum LettersCommand {
    /// All of them, in the order in which they are to be handled
    List,
    /// One of them, with its history
    Show {
        /// Its id, `<reactor>-<position>`.
        id: String,
    },
    /// Has it tried again, and all that follow it under its key
    Redrive {
        /// Its id.
        id: String,
    },
    /// Gives it up: whoever waits for its outcome gets a failure
    Discard {
        /// Its id.
        id: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
}
