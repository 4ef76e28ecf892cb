//! End-to-end tests: the real programs over HTTP.
