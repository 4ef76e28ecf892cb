//! Stores, as the command line names them.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use orderflow::views_path;
use orderflow_domain::ports::{EventStore, ViewStore};
use orderflow_sqlite::{Options, SqliteStore, SqliteViews};
use serde::{Serialize, Serializer};

use super::args::StoreArgs;
use super::exit::Trouble;
use super::settings::{DATA, dev_store};

/// A store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StoreSpec {
    /// Gone with the process.
    Memory,
    /// One file, and one beside it for views.
    Sqlite(PathBuf),
}

impl FromStr for StoreSpec {
    type Err = Trouble;

    fn from_str(text: &str) -> Result<Self, Trouble> {
        match text.split_once(':') {
            Some(("memory", "")) => Ok(Self::Memory),
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            Some(("postgres" | "postgresql", _)) => {
                Err(Trouble::usage("this build has no PostgreSQL store: use sqlite:PATH"))
            }
            _ => Err(Trouble::usage(format!("'{text}' is no store: use sqlite:PATH or memory:"))),
        }
    }
}

impl fmt::Display for StoreSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("memory:"),
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
        }
    }
}

impl Serialize for StoreSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl StoreArgs {
    /// The file that is meant. There is nothing to look at in the memory of another process.
    pub(super) fn file(&self) -> Result<PathBuf, Trouble> {
        let stated = self.store.as_deref().map(StoreSpec::from_str).transpose()?;
        match stated.unwrap_or_else(|| dev_store(DATA.as_ref())) {
            StoreSpec::Sqlite(path) if path.exists() => Ok(path),
            StoreSpec::Sqlite(path) => Err(Trouble::unreachable(format!(
                "{} is not there: `orderflow dev` makes one, --store sqlite:PATH names another",
                path.display()
            ))),
            StoreSpec::Memory => Err(Trouble::usage("memory: is gone with its process: use sqlite:PATH")),
        }
    }

    /// Opens the log for reading, also beside a running server.
    pub(super) fn read(&self) -> Result<Arc<dyn EventStore>, Trouble> {
        Ok(Arc::new(SqliteStore::open_read_only(self.file()?, Options::default())?))
    }

    /// Opens the views, if no server has them.
    pub(super) fn views(&self) -> Result<Option<Arc<dyn ViewStore>>, Trouble> {
        let path = views_path(&self.file()?);
        if !path.exists() {
            return Ok(None);
        }
        match SqliteViews::open(path, Options::default()) {
            Ok(views) => Ok(Some(Arc::new(views))),
            Err(orderflow_sqlite::OpenError::Locked { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stores_are_read_and_written_alike() {
        for text in ["memory:", "sqlite:./a/b.db"] {
            assert_eq!(text.parse::<StoreSpec>().unwrap().to_string(), text);
        }
        for (text, told) in [("postgres://db/of", "no PostgreSQL"), ("sqlite:", "no store"), ("memory", "no store")] {
            let trouble = text.parse::<StoreSpec>().unwrap_err();
            assert!(trouble.code == 2 && trouble.message.contains(told), "{text}: {}", trouble.message);
        }
    }
}
