//! Simulated payment gateway and carrier.
