//! Admission of units of work and the ring of the latest events, shared by all stores.
