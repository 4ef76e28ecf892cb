//! A publisher that logs each event.
