//! Stored form of events: type, version, payload, and upcasts.
