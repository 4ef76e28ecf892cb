//! A price as it is shown: with the digits of its instrument's tick, also where they are zeros.

use std::fmt;

use orderflow_domain::shared::{Decimal, Price};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A price and the digits that it is shown with: `"101.20"` on a tick of 0.01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Figure {
    /// The price.
    pub value: Price,
    /// Digits after the point that are shown: the tick's, or more if the price needs them.
    pub decimals: u32,
}

impl Figure {
    /// A price on an instrument with that tick; as short as can be where the tick is not known yet.
    #[must_use]
    pub fn on(tick: Option<Price>, value: Price) -> Self {
        Self { value, decimals: value.decimals().max(tick.map_or(0, Decimal::decimals)) }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.value.with_decimals(self.decimals))
    }
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let value = text.parse().map_err(serde::de::Error::custom)?;
        let shown = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        // More than eight digits would not have been read.
        Ok(Self { value, decimals: u32::try_from(shown).unwrap_or_default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn prices_have_the_digits_of_the_tick_and_averages_those_they_need() {
        let tick = Some(decimal("0.01"));
        for (value, shown) in [("101.2", "101.20"), ("7", "7.00"), ("100.0025", "100.0025")] {
            assert_eq!(Figure::on(tick, decimal(value)).to_string(), shown);
        }
        assert_eq!(Figure::on(None, decimal("101.20")).to_string(), "101.2");
    }

    #[test]
    fn what_is_read_back_is_shown_the_same() {
        let read: Figure = serde_json::from_str("\"101.20\"").unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), "\"101.20\"");
        assert_eq!(read, Figure::on(Some(decimal("0.01")), decimal("101.2")));
        assert!(serde_json::from_str::<Figure>("101.2").is_err());
    }
}
