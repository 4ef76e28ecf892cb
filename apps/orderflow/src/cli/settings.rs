//! Flag over variable over file over default: the settings of a server, in one place and read once.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use config::{Config, File, FileFormat};
use orderflow_http::server::{Cors, Limits};
use serde::{Deserialize, Serialize};

use super::args::{DevArgs, LogFormat, ServerArgs};
use super::exit::Trouble;
use super::roles::Roles;
use super::store::StoreSpec;

/// Where `dev` keeps its data if nothing else is said.
pub(super) const DATA: &str = "./orderflow-data";
/// The file in there.
const FILE: &str = "orderflow.db";
/// Where servers listen if nothing else is said: on this machine only.
pub(super) const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);

/// What is logged if nothing else is said; migrations are told in more words than people want.
const LOG: &str = "info,refinery_core=warn";

/// The store of `orderflow dev`.
pub(super) fn dev_store(data: &Path) -> StoreSpec {
    StoreSpec::Sqlite(data.join(FILE))
}

/// What the configuration file may say. Keys are the flags, with `_`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filed {
    data: Option<PathBuf>,
    listen: Option<SocketAddr>,
    store: Option<String>,
    roles: Option<Vec<String>>,
    cors: Option<Vec<String>>,
    max_connections: Option<usize>,
    max_in_flight: Option<usize>,
    drain_seconds: Option<u64>,
    log: Option<String>,
    log_format: Option<LogFormat>,
}

/// What a server goes by.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Settings {
    pub(super) listen: SocketAddr,
    pub(super) store: StoreSpec,
    pub(super) roles: Roles,
    pub(super) cors: Vec<String>,
    pub(super) max_connections: usize,
    pub(super) max_in_flight: usize,
    pub(super) drain_seconds: u64,
    pub(super) log: String,
    pub(super) log_format: LogFormat,
}

impl Settings {
    /// Of `orderflow dev`.
    pub(super) fn dev(args: DevArgs) -> Result<Self, Trouble> {
        let filed = read(args.server.config.as_deref())?;
        let data = args.data.or_else(|| filed.data.clone()).unwrap_or_else(|| DATA.into());
        Self::join(args.server, filed, Some(dev_store(&data)))
    }

    /// Of `orderflow serve`.
    pub(super) fn serve(args: ServerArgs) -> Result<Self, Trouble> {
        let filed = read(args.config.as_deref())?;
        if filed.data.is_some() {
            return Err(Trouble::usage("the configuration file has a key `data`, which is for `dev`: use `store`"));
        }
        Self::join(args, filed, None)
    }

    fn join(args: ServerArgs, filed: Filed, store: Option<StoreSpec>) -> Result<Self, Trouble> {
        let limits = Limits::default();
        let stated = args.store.or(filed.store).map(|text| text.parse::<StoreSpec>()).transpose()?;
        let missing = || Trouble::usage("say where to keep everything: --store sqlite:PATH or --store memory:");
        let cors = args.cors.or(filed.cors).unwrap_or_default();
        Cors::allow(cors.iter().map(String::as_str)).map_err(Trouble::usage)?;
        Ok(Self {
            listen: args.listen.or(filed.listen).unwrap_or(LISTEN),
            store: stated.or(store).ok_or_else(missing)?,
            roles: Roles::read(args.roles.or(filed.roles))?,
            cors,
            max_connections: args.max_connections.or(filed.max_connections).unwrap_or(limits.max_connections),
            max_in_flight: args.max_in_flight.or(filed.max_in_flight).unwrap_or(limits.max_in_flight),
            drain_seconds: args.drain_seconds.or(filed.drain_seconds).unwrap_or(limits.drain_timeout.as_secs()),
            log: args.log.or(filed.log).unwrap_or_else(|| LOG.to_owned()),
            log_format: args.log_format.or(filed.log_format).unwrap_or_default(),
        })
    }

    /// What the server takes on.
    pub(super) fn limits(&self) -> Limits {
        Limits {
            max_connections: self.max_connections,
            max_in_flight: self.max_in_flight,
            drain_timeout: Duration::from_secs(self.drain_seconds),
            ..Limits::default()
        }
    }
}

fn read(file: Option<&Path>) -> Result<Filed, Trouble> {
    let Some(path) = file else { return Ok(Filed::default()) };
    let wrong = |error: config::ConfigError| Trouble::usage(format!("{}: {error}", path.display()));
    let file = File::from(path).format(FileFormat::Toml);
    Config::builder().add_source(file).build().and_then(Config::try_deserialize).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    #[test]
    fn flags_go_before_the_file_and_the_file_before_defaults() {
        let file = file("listen = \"127.0.0.1:9000\"\nstore = \"memory:\"\ndrain_seconds = 5\n");
        let config = Some(file.path().to_owned());
        let args = ServerArgs { config, drain_seconds: Some(7), ..ServerArgs::default() };
        let settings = Settings::serve(args).unwrap();
        assert_eq!((settings.listen.port(), settings.drain_seconds, settings.max_in_flight), (9000, 7, 1024));
        assert_eq!(settings.store, StoreSpec::Memory);
    }

    #[test]
    fn what_the_file_says_wrong_is_told() {
        for (text, expected) in
            [("listn = 1", "listn"), ("drain_seconds = \"x\"", "drain_seconds"), ("data = \"x\"", "for `dev`")]
        {
            let file = file(text);
            let args = ServerArgs { config: Some(file.path().to_owned()), ..ServerArgs::default() };
            let trouble = Settings::serve(args).unwrap_err();
            assert!(trouble.code == 2 && trouble.message.contains(expected), "{}", trouble.message);
        }
    }

    #[test]
    fn a_server_says_where_it_keeps_things() {
        assert_eq!(Settings::serve(ServerArgs::default()).unwrap_err().code, 2);
        let dev = Settings::dev(DevArgs { data: Some("d".into()), ..DevArgs::default() }).unwrap();
        assert_eq!(dev.store, StoreSpec::Sqlite("d/orderflow.db".into()));
    }
}
