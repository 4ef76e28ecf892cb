//! One order's money: authorised, captured, voided, refunded, through a gateway that may answer late, twice, or not at all.
//!
//! The aggregate never rejects: whatever the order asks is answered on the stream, and asking again gives no events. What to send to the gateway is
//! never stored: [`Payment::wants`] derives the one call that the newest state wants, so whoever performs calls only has to remember the order.
//! The rules behind it:
//!
//! - an authorisation without a definitive answer is sent again under the same key, also when it is wanted no longer: first comes the answer, then the void;
//! - the customer's time is over only when the gateway agrees: success and expiry exclude each other on the stream;
//! - a success that comes for an attempt which was given up is recorded and voided;
//! - a capture under way is settled before what it rests on is undone, then refunded; one refund returns all that is left, whichever undo wanted it;
//! - captured never exceeds authorised, refunded never exceeds captured.
//!
//! Cash, and an amount of 0, go through no gateway: what is asked is recorded as done, since the money changes hands at the door.

pub mod event;

mod account;
mod answers;
mod decisions;
mod follow;
mod wants;

pub use account::Payment;

#[cfg(test)]
mod tests;
