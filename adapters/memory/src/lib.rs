//! Stores, publisher and feed in memory.
