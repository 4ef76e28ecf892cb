//! Why an order could not go on: one table of codes, each with the final status it leads to.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Name;

/// How an order ends for a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// Someone, or a time limit, chose so.
    Cancelled,
    /// It could not be done.
    Failed,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $code:literal => $ends:ident,)*) => {
        /// A reason code. Append-only: codes are stored in events and read by clients.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum Reason {
            $($(#[$doc])* $variant,)*
            /// A reason of an embedding program's own participant; ends FAILED.
            Custom(Name),
        }

        impl Reason {
            /// All built-in reasons, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable code.
            #[must_use]
            pub fn code(&self) -> &str {
                match self {
                    $(Self::$variant => $code,)*
                    Self::Custom(name) => name.as_str(),
                }
            }

            /// The final status this reason leads to, if the order keeps no fills.
            #[must_use]
            pub const fn ends(&self) -> Ends {
                match self {
                    $(Self::$variant => Ends::$ends,)*
                    Self::Custom(_) => Ends::Failed,
                }
            }

            /// The reason with that code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)*
                    other => Name::new(other).ok().map(Self::Custom),
                }
            }
        }
    };
}

reasons! {
    /// A cancel that someone asked for; the event says who.
    CancelRequested = "CANCEL_REQUESTED" => Cancelled,
    /// The venue knows no such instrument.
    UnknownInstrument = "UNKNOWN_INSTRUMENT" => Failed,
    /// The price is not on the tick.
    BadTick = "BAD_TICK" => Failed,
    /// The quantity is not a multiple of the lot.
    BadLot = "BAD_LOT" => Failed,
    /// Beyond what the instrument admits.
    OverLimit = "OVER_LIMIT" => Failed,
    /// The instrument is halted.
    MarketClosed = "MARKET_CLOSED" => Failed,
    /// The venue refused the order.
    RejectedByVenue = "REJECTED_BY_VENUE" => Failed,
    /// Fill or kill, and it could not be filled at once in full; or immediate or cancel, and a part was left.
    Killed = "KILLED" => Failed,
    /// Nobody on the other side.
    NoLiquidity = "NO_LIQUIDITY" => Failed,
    /// Its time was over.
    Expired = "EXPIRED" => Cancelled,
    /// It would have traded with an order of the same customer.
    SelfTrade = "SELF_TRADE" => Cancelled,
    /// The outlet sells no such item.
    UnknownItem = "UNKNOWN_ITEM" => Failed,
    /// Not enough on the shelf.
    OutOfStock = "OUT_OF_STOCK" => Failed,
    /// Listed, but not sold now.
    NotForSale = "NOT_FOR_SALE" => Failed,
    /// The total differs from the one that the client expected.
    PriceChanged = "PRICE_CHANGED" => Failed,
    /// The payment was declined.
    Declined = "DECLINED" => Failed,
    /// The customer did not finish paying in time.
    PaymentAbandoned = "PAYMENT_ABANDONED" => Cancelled,
    /// The gateway could not be reached, and nothing was sent.
    GatewayUnavailable = "GATEWAY_UNAVAILABLE" => Failed,
    /// The outlet said no.
    RejectedByOutlet = "REJECTED_BY_OUTLET" => Cancelled,
    /// The outlet did not answer in time.
    OutletSilent = "OUTLET_SILENT" => Cancelled,
    /// The outlet is closed.
    OutletClosed = "OUTLET_CLOSED" => Cancelled,
    /// The outlet accepted and then could not prepare it.
    OutletCannot = "OUTLET_CANNOT" => Failed,
    /// The outlet never said that it is ready.
    NeverPrepared = "NEVER_PREPARED" => Cancelled,
    /// No courier was found in time.
    NoPartner = "NO_PARTNER" => Failed,
    /// The courier gave the order back.
    PartnerLost = "PARTNER_LOST" => Failed,
    /// The carrier does not go there.
    CarrierRefused = "CARRIER_REFUSED" => Failed,
    /// It could not be delivered.
    DeliveryFailed = "DELIVERY_FAILED" => Failed,
    /// An operator gave up a request that could not be processed.
    Discarded = "DISCARDED" => Failed,
    /// No participant of this deployment carries out such a step.
    Unsupported = "UNSUPPORTED" => Failed,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::from_code(&code).ok_or_else(|| serde::de::Error::custom("not a reason code"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_code(reason.code()).as_ref(), Some(reason));
        }
    }
}
