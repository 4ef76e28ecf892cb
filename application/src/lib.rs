//! Use cases, reactors, projections and the relay.
