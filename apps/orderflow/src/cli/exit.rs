//! What a command comes to, as other programs see it: 0 fine, 1 findings, 2 wrong use or configuration, 3 a store or server that can't be reached.

use orderflow::BuildError;
use orderflow_domain::ports::StoreError;
use orderflow_http::server::ServeError;
use orderflow_sqlite::OpenError;

/// A command did what it should.
pub(super) enum Outcome {
    /// And all is well.
    Fine,
    /// And there is something to look at.
    Findings,
}

/// A command could not do what it should.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) code: u8,
    pub(super) message: String,
}

impl Trouble {
    /// Wrong use or configuration.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self { code: 2, message: message.into() }
    }

    /// A store or server that can't be reached.
    pub(super) fn unreachable(message: impl Into<String>) -> Self {
        Self { code: 3, message: message.into() }
    }
}

impl From<BuildError> for Trouble {
    fn from(error: BuildError) -> Self {
        match error {
            BuildError::Open(error) => error.into(),
            BuildError::Store(_) | BuildError::View(_) | BuildError::Seed(_) | BuildError::Folder { .. } => {
                Self::unreachable(error.to_string())
            }
            BuildError::Plan { .. } | BuildError::Step { .. } => Self::usage(error.to_string()),
        }
    }
}

impl From<OpenError> for Trouble {
    fn from(error: OpenError) -> Self {
        Self::unreachable(error.to_string())
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::unreachable(error.to_string())
    }
}

impl From<ServeError> for Trouble {
    fn from(error: ServeError) -> Self {
        Self::usage(error.to_string())
    }
}
