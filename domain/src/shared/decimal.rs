//! Decimals on integers: an `i64` that counts 10⁻⁸. Comparison and arithmetic are exact; there is no float.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::limits::{MAX_DECIMALS, MAX_WHOLE};

/// 10⁻⁸ is the unit.
const SCALE: i64 = 10_i64.pow(MAX_DECIMALS);

/// A decimal with up to eight digits after the point. Written as a string: `"101.25"`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(i64);

/// Price of one unit of an instrument.
pub type Price = Decimal;
/// How much of an instrument.
pub type Quantity = Decimal;

/// Why a text is no decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not of the form `-?[0-9]+(\.[0-9]+)?`.
    #[error("must be a decimal such as \"101.25\"")]
    Malformed,
    /// More than eight digits after the point.
    #[error("must have at most {MAX_DECIMALS} digits after the point")]
    TooPrecise,
    /// Beyond the largest value.
    #[error("must be at most {MAX_WHOLE}")]
    TooLarge,
}

impl Decimal {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From a count of 10⁻⁸.
    #[must_use]
    pub const fn from_units(units: i64) -> Self {
        Self(units)
    }

    /// As a count of 10⁻⁸.
    #[must_use]
    pub const fn units(self) -> i64 {
        self.0
    }

    /// A whole number.
    ///
    /// # Errors
    /// [`DecimalError::TooLarge`] beyond the limit.
    pub fn whole(number: i64) -> Result<Self, DecimalError> {
        if number.abs() > MAX_WHOLE { Err(DecimalError::TooLarge) } else { Ok(Self(number * SCALE)) }
    }

    /// `true` above zero.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// `true` for zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Sum, if it fits.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Difference, if it fits.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// Whether this is a whole multiple of `step` (a tick or lot); never for a step of zero.
    #[must_use]
    pub const fn is_multiple_of(self, step: Self) -> bool {
        step.0 > 0 && self.0 % step.0 == 0
    }

    /// Product in units of 10⁻¹⁶, exact.
    #[must_use]
    pub fn notional(self, other: Self) -> i128 {
        i128::from(self.0) * i128::from(other.0)
    }

    /// `total / quantity`, rounded half to even at `decimals` digits after the point; `None` for a quantity of zero or a result
    /// that does not fit. `total` counts 10⁻¹⁶ as [`Decimal::notional`] does.
    #[must_use]
    pub fn average(total: i128, quantity: Self, decimals: u32) -> Option<Self> {
        if quantity.0 <= 0 {
            return None;
        }
        let coarse = i128::from(10_i64.pow(MAX_DECIMALS - decimals.min(MAX_DECIMALS)));
        let divisor = i128::from(quantity.0).checked_mul(coarse)?;
        let (floor, rest) = (total.div_euclid(divisor), total.rem_euclid(divisor));
        let up = rest * 2 > divisor || (rest * 2 == divisor && floor % 2 != 0);
        i64::try_from((floor + i128::from(up)) * coarse).ok().map(Self)
    }

    /// Digits after the point that the value needs.
    #[must_use]
    pub fn decimals(self) -> u32 {
        let mut fraction = (self.0 % SCALE).abs();
        let mut digits = MAX_DECIMALS;
        while digits > 0 && fraction % 10 == 0 {
            fraction /= 10;
            digits -= 1;
        }
        digits
    }

    /// The text with at least so many digits after the point.
    #[must_use]
    pub fn with_decimals(self, at_least: u32) -> String {
        let digits = self.decimals().max(at_least.min(MAX_DECIMALS));
        let (whole, fraction) = ((self.0 / SCALE).abs(), (self.0 % SCALE).abs());
        let sign = if self.0 < 0 { "-" } else { "" };
        if digits == 0 {
            return format!("{sign}{whole}");
        }
        let shown = fraction / 10_i64.pow(MAX_DECIMALS - digits);
        format!("{sign}{whole}.{shown:0width$}", width = digits as usize)
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) =
            digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || !fraction.is_none_or(is_digits) {
            return Err(DecimalError::Malformed);
        }
        let fraction = fraction.unwrap_or("").trim_end_matches('0');
        if fraction.len() > MAX_DECIMALS as usize {
            return Err(DecimalError::TooPrecise);
        }
        let whole: i64 = whole.parse().map_err(|_| DecimalError::TooLarge)?;
        if whole > MAX_WHOLE {
            return Err(DecimalError::TooLarge);
        }
        let fraction: i64 = format!("{fraction:0<8}").parse().map_err(|_| DecimalError::Malformed)?;
        let units = whole * SCALE + fraction;
        if units > MAX_WHOLE * SCALE {
            return Err(DecimalError::TooLarge);
        }
        Ok(Self(if negative { -units } else { units }))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.with_decimals(0))
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn text_comes_back_trimmed() {
        for (text, shown) in [
            ("101.25", "101.25"),
            ("10", "10"),
            ("0.10", "0.1"),
            ("-3.5", "-3.5"),
            ("-0.5", "-0.5"),
            ("7.00000001", "7.00000001"),
        ] {
            assert_eq!(decimal(text).to_string(), shown);
        }
        assert_eq!(decimal("101.2").with_decimals(2), "101.20");
    }

    #[test]
    fn what_is_no_decimal_is_refused() {
        for text in ["", ".5", "5.", "1e3", "+1", " 1", "1,5", "NaN", "--1"] {
            assert_eq!(text.parse::<Decimal>(), Err(DecimalError::Malformed), "{text:?}");
        }
        assert_eq!("0.123456789".parse::<Decimal>(), Err(DecimalError::TooPrecise));
        assert_eq!("10000000000.1".parse::<Decimal>(), Err(DecimalError::TooLarge));
        assert_eq!("99999999999999999999".parse::<Decimal>(), Err(DecimalError::TooLarge));
    }

    #[test]
    fn averages_round_half_to_even() {
        let total = decimal("1.25").notional(decimal("1"));
        assert_eq!(Decimal::average(total, decimal("1"), 1), Some(decimal("1.2")));
        let total = decimal("1.35").notional(decimal("1"));
        assert_eq!(Decimal::average(total, decimal("1"), 1), Some(decimal("1.4")));
        let third = decimal("1").notional(decimal("1"));
        assert_eq!(Decimal::average(third, decimal("3"), 6), Some(decimal("0.333333")));
        assert_eq!(Decimal::average(third, Decimal::ZERO, 6), None);
    }

    #[test]
    fn ticks_and_lots() {
        assert!(decimal("101.25").is_multiple_of(decimal("0.01")));
        assert!(!decimal("101.255").is_multiple_of(decimal("0.01")));
        assert!(!decimal("1").is_multiple_of(Decimal::ZERO));
    }
}
