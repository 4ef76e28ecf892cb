//! The macro that ties each event to its stored name, version and code, in one place.

/// Name, version and code of a stored event. All three are append-only: stored logs and other systems read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EventType {
    /// `order.placed`
    pub name: &'static str,
    /// From 1.
    pub version: u16,
    /// The number that stores write instead of the name.
    pub code: u16,
}

impl std::fmt::Display for EventType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.v{}", self.name, self.version)
    }
}

/// Declares a context's events: an enum of one struct per event, with its type and its serde form without the enum's tag.
macro_rules! events {
    ($(#[$doc:meta])* $name:ident { $($code:literal $type:literal v $version:literal => $variant:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name {
            $(#[doc = concat!("`", $type, ".v", $version, "`")] $variant($variant),)*
        }

        impl $name {
            /// All types of this context.
            pub const TYPES: &'static [$crate::shared::EventType] =
                &[$($crate::shared::EventType { name: $type, version: $version, code: $code },)*];

            /// Its stored type.
            #[must_use]
            pub const fn event_type(&self) -> $crate::shared::EventType {
                match self {
                    $(Self::$variant(_) => $crate::shared::EventType { name: $type, version: $version, code: $code },)*
                }
            }

            /// Writes the payload alone; the type stands beside it.
            ///
            /// # Errors
            /// The serializer's.
            pub fn serialize_payload<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $(Self::$variant(event) => serde::Serialize::serialize(event, serializer),)* }
            }

            /// Reads the payload of the type with that code; `None` for a code of another context.
            ///
            /// # Errors
            /// The deserializer's, for a payload that is not of that type.
            pub fn deserialize_payload<'de, D: serde::Deserializer<'de>>(code: u16, deserializer: D) -> Result<Option<Self>, D::Error> {
                match code {
                    $($code => <$variant as serde::Deserialize>::deserialize(deserializer).map(|event| Some(Self::$variant(event))),)*
                    _ => Ok(None),
                }
            }
        }

        $(impl From<$variant> for $name {
            fn from(event: $variant) -> Self {
                Self::$variant(event)
            }
        })*
    };
}
pub(crate) use events;
