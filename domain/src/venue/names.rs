//! Names that the venue makes: of trades, and of orders there.

use crate::shared::{Name, OrderId, Symbol, limits};

/// Digits of the largest number of a trade.
const DIGITS: usize = 20;
/// What is left for the instrument in the name of a trade, which is `<instrument>-<number>`.
const ROOM: usize = limits::MAX_NAME - DIGITS - 1;
/// Hexadecimal digits of the hash that stands for the end of a long symbol.
const HASH: usize = 16;

/// The name of a trade: `ACME-17`. A symbol that leaves no room for twenty digits is cut, and a hash of the whole of it stands for the rest;
/// that form is one character longer than any symbol that is not cut, so the two never meet.
pub(super) fn trade(symbol: &Symbol, number: u64) -> Name {
    let text = symbol.as_str();
    if text.len() < ROOM {
        return valid(&format!("{text}-{number}"));
    }
    // Names are ASCII, so every index is a boundary.
    let head = &text[..ROOM - HASH - 1];
    valid(&format!("{head}-{:016x}-{number}", fnv1a(text)))
}

/// The venue's name for an order: its id. The venue takes an order once, whatever the attempt.
pub(super) fn venue_order(order: OrderId) -> Name {
    valid(&order.to_string())
}

fn valid(text: &str) -> Name {
    Name::new(text).unwrap_or_else(|_| unreachable!("made of a name, digits and dashes, and short enough"))
}

/// FNV-1a, 64 bits: stable for ever, as names are stored.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbol(length: usize, end: &str) -> Symbol {
        Symbol::new(&format!("{}{end}", "S".repeat(length - end.len()))).unwrap()
    }

    #[test]
    fn short_symbols_are_readable() {
        assert_eq!(trade(&Symbol::new("ACME").unwrap(), 17).as_str(), "ACME-17");
        let longest = symbol(ROOM - 1, "");
        assert_eq!(trade(&longest, u64::MAX).as_str(), format!("{longest}-{}", u64::MAX));
    }

    #[test]
    fn long_symbols_fit_and_stay_apart() {
        for length in ROOM..=limits::MAX_NAME {
            let (a, b) = (symbol(length, "a"), symbol(length, "b"));
            assert!(trade(&a, u64::MAX).as_str().len() <= limits::MAX_NAME);
            assert_ne!(trade(&a, 1), trade(&b, 1));
            assert_eq!(trade(&a, 1), trade(&a, 1));
        }
    }

    #[test]
    fn the_hash_is_fnv() {
        assert_eq!(fnv1a(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a("foobar"), 0x8594_4171_f739_67e8);
    }
}
