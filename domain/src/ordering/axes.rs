//! The status of an order and the axes beside it. The status is what the lifecycle says; all others are derived from the fold, never stored.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text that is no code of the set that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a known code")]
pub struct UnknownCode;

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The wire name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownCode;

            fn from_str(text: &str) -> Result<Self, UnknownCode> {
                match text {
                    $($code => Ok(Self::$variant),)*
                    _ => Err(UnknownCode),
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                std::borrow::Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

codes! {
    /// Where an order is; the last three are final. Declared in the order in which an order passes them.
    Status {
        /// Durable and acknowledged.
        Created = "CREATED",
        /// Can be carried out as asked.
        Validated = "VALIDATED",
        /// Handed to whoever executes.
        SentToExecutor = "SENT_TO_EXECUTOR",
        /// The executor has begun.
        Executing = "EXECUTING",
        /// Done, money settled.
        Executed = "EXECUTED",
        /// Undone because someone, or a time limit, chose so.
        Cancelled = "CANCELLED",
        /// Undone because it could not be done; keeps no fills and no money.
        Failed = "FAILED",
    }
}

impl Status {
    /// `true` for the three that nothing leaves.
    #[must_use]
    pub const fn is_final(self) -> bool {
        match self {
            Self::Created | Self::Validated | Self::SentToExecutor | Self::Executing => false,
            Self::Executed | Self::Cancelled | Self::Failed => true,
        }
    }

    /// The next one of a run in which nothing goes wrong.
    #[must_use]
    pub const fn next(self) -> Option<Self> {
        match self {
            Self::Created => Some(Self::Validated),
            Self::Validated => Some(Self::SentToExecutor),
            Self::SentToExecutor => Some(Self::Executing),
            Self::Executing => Some(Self::Executed),
            Self::Executed | Self::Cancelled | Self::Failed => None,
        }
    }
}

codes! {
    /// The customer's word for where the order is: the label of the plan's step that it waits for.
    Stage {
        /// The venue checks the trade.
        Admitting = "ADMITTING",
        /// On its way to the venue.
        Routing = "ROUTING",
        /// In the venue's book.
        OnTheVenue = "ON_THE_VENUE",
        /// Stock is being reserved.
        CheckingStock = "CHECKING_STOCK",
        /// The payment is being authorised.
        AwaitingPayment = "AWAITING_PAYMENT",
        /// The outlet has to say yes.
        AwaitingOutlet = "AWAITING_OUTLET",
        /// The outlet is at it.
        Preparing = "PREPARING",
        /// A courier is being looked for.
        FindingCourier = "FINDING_COURIER",
        /// Ready, and the courier is on the way to it.
        WaitingForCourier = "WAITING_FOR_COURIER",
        /// To be handed to the carrier.
        ReadyToShip = "READY_TO_SHIP",
        /// Courier or carrier has it.
        OnTheWay = "ON_THE_WAY",
        /// An embedding program's own step is under way.
        InProgress = "IN_PROGRESS",
        /// With the customer; the last of the money is being settled.
        Settling = "SETTLING",
        /// What was done is being undone.
        Undoing = "UNDOING",
    }
}

codes! {
    /// Where the order's money is.
    PaymentState {
        /// No money has moved.
        None = "NONE",
        /// The customer has to confirm.
        ActionRequired = "ACTION_REQUIRED",
        /// Held, not taken.
        Authorised = "AUTHORISED",
        /// Taken.
        Captured = "CAPTURED",
        /// A part of what was taken went back.
        PartlyRefunded = "PARTLY_REFUNDED",
        /// All that was taken went back.
        Refunded = "REFUNDED",
        /// What was held is free again and nothing was taken.
        Voided = "VOIDED",
    }
}

codes! {
    /// How much of a trade is filled.
    FillState {
        /// Nothing.
        Unfilled = "UNFILLED",
        /// A part.
        PartiallyFilled = "PARTIALLY_FILLED",
        /// All.
        Filled = "FILLED",
    }
}

codes! {
    /// Where the goods of a line are.
    LineFulfilment {
        /// Not held yet.
        Pending = "PENDING",
        /// Held for this order.
        Reserved = "RESERVED",
        /// Courier or carrier has them.
        OnTheWay = "ON_THE_WAY",
        /// With the customer.
        Delivered = "DELIVERED",
        /// Could not be delivered.
        Undelivered = "UNDELIVERED",
        /// No longer held.
        Released = "RELEASED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back() {
        for status in Status::ALL {
            assert_eq!(status.as_str().parse(), Ok(*status));
            assert_eq!(serde_json::to_string(status).unwrap(), format!("\"{status}\""));
        }
        assert_eq!("executed".parse::<Status>(), Err(UnknownCode));
    }

    #[test]
    fn a_run_without_trouble_passes_each_status_once() {
        let run: Vec<_> = std::iter::successors(Some(Status::Created), |status| status.next()).collect();
        assert_eq!(
            run.iter().map(|status| status.as_str()).collect::<Vec<_>>(),
            ["CREATED", "VALIDATED", "SENT_TO_EXECUTOR", "EXECUTING", "EXECUTED"]
        );
        assert!(run.is_sorted());
    }
}
