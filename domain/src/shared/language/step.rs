//! Kinds of steps, by which plans and participants name them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::shared::{InvalidName, Name};

macro_rules! step_kinds {
    ($($(#[$doc:meta])* $variant:ident,)*) => {
        /// A kind of step; a plan has each kind at most once, so the kind names the step.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum StepKind {
            $($(#[$doc])* $variant,)*
            /// A step of an embedding program, carried out by its own participant.
            Custom(Name),
        }

        impl StepKind {
            /// The wire name.
            #[must_use]
            pub fn name(&self) -> &str {
                match self {
                    $(Self::$variant => stringify!($variant),)*
                    Self::Custom(name) => name.as_str(),
                }
            }
        }

        impl FromStr for StepKind {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(match text {
                    $(stringify!($variant) => Self::$variant,)*
                    other => Self::Custom(Name::new(other)?),
                })
            }
        }
    };
}

step_kinds! {
    /// The venue checks instrument, tick, lot and limits.
    AdmitTrade,
    /// The venue takes the order into its book.
    RouteToVenue,
    /// The venue reports that nothing is left to fill.
    Fill,
    /// Inventory holds the lines and prices them.
    ReserveStock,
    /// Payment authorises the total.
    AuthorisePayment,
    /// The outlet accepts.
    ApproveByOutlet,
    /// The outlet has it ready.
    Prepare,
    /// A courier is found.
    AssignPartner,
    /// The courier has it.
    PickUp,
    /// The carrier has it.
    Ship,
    /// Payment captures what was authorised.
    CapturePayment,
    /// The reserved stock has left the shelf.
    CommitStock,
    /// It is in the customer's hands.
    Deliver,
    /// A part of the money goes back because an operator says so; in no plan, its attempt is the number of the refund.
    Refund,
}

impl fmt::Display for StepKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for StepKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for StepKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
