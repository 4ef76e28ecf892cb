//! How notionals, which count 10⁻¹⁶, are written: as a string, since most readers of JSON lose digits beyond 2⁵³.

use serde::{Deserialize, Deserializer, Serializer};

use crate::shared::Quantity;

pub(super) fn is_zero(value: &i128) -> bool {
    *value == 0
}

pub(super) fn is_none(value: &Quantity) -> bool {
    value.is_zero()
}

pub(super) fn serialize<S: Serializer>(value: &i128, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i128, D::Error> {
    std::borrow::Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}
