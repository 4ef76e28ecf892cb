//! The system's clock and ids.
