//! The form of ids: UUIDv7, of which eight fixed bits hold the number of the log.
//!
//! ```text
//! 48 bits milliseconds | 4 version | 12 sequence, high part | 2 variant | 8 log | 4 sequence, low part | 50 random
//! ```
//! The sequence makes ids grow within a process, also within a millisecond, so that index keys arrive in order.

use uuid::Uuid;

/// Puts an id together. `tick` is milliseconds since 1970 shifted by 16 bits, plus a sequence; of `random`, 50 bits are used.
#[must_use]
pub const fn uuid7(tick: u64, log: u8, random: u64) -> Uuid {
    let milliseconds = (tick >> 16) as u128;
    let high = ((tick >> 4) & 0xfff) as u128;
    let low = (tick & 0xf) as u128;
    let random = (random & ((1 << 50) - 1)) as u128;
    let bits =
        (milliseconds << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | ((log as u128) << 54) | (low << 50) | random;
    Uuid::from_u128(bits)
}

/// The number of the log that an id was made for.
#[must_use]
pub const fn log_of(id: Uuid) -> u8 {
    ((id.as_u128() >> 54) & 0xff) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_a_version_7_id_that_carries_its_log() {
        let id = uuid7((1_700_000_000_000 << 16) | 0xabcd, 42, u64::MAX);
        assert_eq!((id.get_version_num(), id.get_variant()), (7, uuid::Variant::RFC4122));
        assert_eq!(log_of(id), 42);
        assert_eq!(id.as_u128() >> 80, 1_700_000_000_000);
    }

    #[test]
    fn grows_with_the_tick_whatever_the_random_part() {
        assert!(uuid7(16, 0, 0) > uuid7(15, 0, u64::MAX));
        assert!(uuid7(1 << 16, 0, 0) > uuid7((1 << 16) - 1, 0, u64::MAX));
    }
}
