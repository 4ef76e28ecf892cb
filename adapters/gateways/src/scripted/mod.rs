//! Far ends for tests. A test says what becomes of the next calls ([`Say`]), for one order or for all; without a word, every call is done and answered. They
//! keep the truth: what was really charged, held and shipped, however many answers were lost, to be compared with what the log says.

mod carrier;
mod gateway;
mod script;

pub use carrier::ScriptedCarrier;
pub use gateway::ScriptedGateway;
pub use script::Say;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
