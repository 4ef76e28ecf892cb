//! Short stored forms of keys and actors: 16 bytes for a UUID instead of 36 characters, one letter for a role. These columns stand in every row.

use std::borrow::Cow;

use orderflow_domain::shared::{Actor, CustomerId, Name, OutletId, StreamKey};
use uuid::Uuid;

use crate::DecodeError;

/// A UUID or a text. Stores that know the type of a value (SQLite) keep it as it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Compact<'a> {
    /// Of a UUID.
    Id(Uuid),
    /// Of all else.
    Text(Cow<'a, str>),
}

/// A stream's key.
#[must_use]
pub fn key(key: &StreamKey) -> Compact<'_> {
    match key {
        StreamKey::Id(id) => Compact::Id(*id),
        StreamKey::Name(name) => Compact::Text(Cow::Borrowed(name)),
    }
}

/// The key that was stored so.
#[must_use]
pub fn read_key(stored: &Compact<'_>) -> StreamKey {
    match stored {
        Compact::Id(id) => StreamKey::Id(*id),
        Compact::Text(name) => StreamKey::Name((&**name).into()),
    }
}

/// An actor: a customer's id, or a letter for the role and the name.
#[must_use]
pub fn actor(actor: &Actor) -> Compact<'_> {
    let named = |role: char, name: &str| Compact::Text(Cow::Owned(format!("{role}:{name}")));
    match actor {
        Actor::Customer(id) => Compact::Id(id.0),
        Actor::Outlet(id) => named('o', id.as_str()),
        Actor::Courier(name) => named('c', name.as_str()),
        Actor::Operator(name) => named('p', name.as_str()),
        Actor::System(name) => named('s', name.as_str()),
    }
}

/// The actor that was stored so.
///
/// # Errors
/// No known form.
pub fn read_actor(stored: &Compact<'_>) -> Result<Actor, DecodeError> {
    let text = match stored {
        Compact::Id(id) => return Ok(Actor::Customer(CustomerId(*id))),
        Compact::Text(text) => text,
    };
    let wrong = || DecodeError::Form(text.clone().into_owned(), "actor");
    let (role, name) = text.split_once(':').ok_or_else(wrong)?;
    let actor = match role {
        "o" => OutletId::new(name).map(Actor::Outlet),
        "c" => Name::new(name).map(Actor::Courier),
        "p" => Name::new(name).map(Actor::Operator),
        "s" => Name::new(name).map(Actor::System),
        _ => return Err(wrong()),
    };
    actor.map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actors_read_back() {
        let name = |text| Name::new(text).unwrap();
        for (who, stored) in [
            (Actor::system("ordering"), Compact::Text("s:ordering".into())),
            (Actor::Operator(name("ann")), Compact::Text("p:ann".into())),
            (Actor::Courier(name("joe")), Compact::Text("c:joe".into())),
            (Actor::Outlet(OutletId::new("demo").unwrap()), Compact::Text("o:demo".into())),
            (Actor::Customer(CustomerId(Uuid::from_u128(7))), Compact::Id(Uuid::from_u128(7))),
        ] {
            assert_eq!(actor(&who), stored);
            assert_eq!(read_actor(&stored).unwrap(), who);
        }
        for wrong in ["ordering", "x:ordering", "s:", "s:a b"] {
            assert!(read_actor(&Compact::Text(wrong.into())).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_name_of_sixteen_characters_is_no_id() {
        for key_of in [StreamKey::Name("demo/sixteen-chr".into()), StreamKey::Id(Uuid::from_u128(1))] {
            assert_eq!(read_key(&key(&key_of)), key_of);
        }
    }
}
