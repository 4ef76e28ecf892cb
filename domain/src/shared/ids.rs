//! Typed identifiers. UUIDs (version 7, so that keys arrive in order) for what the engine makes, names for what people choose.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use super::limits;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    };
}

uuid_id!(
    /// One order, for ever. Also the correlation id of all that happens because of it.
    OrderId
);
uuid_id!(
    /// Who places orders.
    CustomerId
);
uuid_id!(
    /// One recorded event.
    EventId
);

/// A name is 1–64 characters of `[A-Za-z0-9_-]`: it fits a URL, a topic key and a log line unescaped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to {max} characters of A-Z a-z 0-9 _ -", max = limits::MAX_NAME)]
pub struct InvalidName;

macro_rules! name_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks the characters and the length.
            ///
            /// # Errors
            /// [`InvalidName`] if the text is empty, too long or has other characters.
            pub fn new(text: &str) -> Result<Self, InvalidName> {
                is_name(text).then(|| Self(text.into())).ok_or(InvalidName)
            }

            /// A name that is a constant of the source.
            #[must_use]
            pub fn part(name: &'static str) -> Self {
                debug_assert!(is_name(name), "{name:?} is no name");
                Self(name.into())
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Self::new(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

name_id!(
    /// What is sold, within an outlet.
    ItemId
);
name_id!(
    /// Who sells and keeps stock: a shop, a warehouse, a kitchen.
    OutletId
);
name_id!(
    /// What is traded on a venue.
    Symbol
);
name_id!(
    /// A name for what an embedding program adds: its own steps, plans, reasons.
    Name
);

fn is_name(text: &str) -> bool {
    (1..=limits::MAX_NAME).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_urls_and_keys() {
        assert_eq!(ItemId::new("p1").map(|id| id.to_string()), Ok("p1".to_owned()));
        for bad in ["", "a b", "ü", "a/b", &"x".repeat(65)] {
            assert_eq!(ItemId::new(bad), Err(InvalidName), "{bad:?}");
        }
    }

    #[test]
    fn a_stored_name_is_checked_when_read() {
        assert!(serde_json::from_str::<Symbol>("\"ACME\"").is_ok());
        assert!(serde_json::from_str::<Symbol>("\"A/B\"").is_err());
    }
}
