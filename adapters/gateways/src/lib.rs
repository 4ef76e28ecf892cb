//! Payment gateways and carriers that live in this process.
//!
//! [`SimulatedGateway`] and [`SimulatedCarrier`] are what `dev` and a `serve` without a configured gateway run on: their behaviour is chosen by payment
//! token and by city, documented, and stable, because people write tutorials and tests on it. What they need to know of a payment is in its
//! reference, so they keep working across a restart of the process; what they do remember (first calls, confirmations, parcels) is bounded.
//!
//! [`scripted`] has their counterparts for tests: a far end whose every answer a test can choose, lose or hold back, and which keeps the truth about
//! money and parcels that a test then compares with the log.

#![warn(missing_docs)]

mod memory;
pub mod scripted;
mod simulated;

pub use simulated::{CarrierDelays, SimulatedCarrier, SimulatedGateway, TOKENS};
