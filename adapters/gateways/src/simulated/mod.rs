//! The simulated far ends.

mod carrier;
mod gateway;
mod reference;
mod token;

pub use carrier::{CarrierDelays, SimulatedCarrier};
pub use gateway::SimulatedGateway;
pub use token::TOKENS;

#[cfg(test)]
mod tests;
