//! The HTTP interface: routes on warp, served by an accept loop of its own.
//!
//! In reading order: [`routes`] (one file per resource, one function per route), the body that every error has ([`Problem`]), how requests are
//! read (all violations at once), who asks ([`Identify`]), and the [`server`] with its limits. No rule of the business is here: routes read,
//! call the application and write.

#![warn(missing_docs)]

mod api;
mod call;
mod cursor;
mod exclusive;
mod failures;
mod idempotency;
mod identity;
mod json;
mod listing;
mod measure;
mod openapi;
mod problem;
mod query;
mod reply;
mod routes;
pub mod server;
pub mod wire;

pub use api::{Api, ApiParts, Confirm, Version};
pub use identity::{CUSTOMER_HEADER, Caller, DEMO_CUSTOMER, DevIdentity, Identify, NoIdentity};
pub use openapi::document;
pub use problem::{Code, Problem, Problems, Violations};
pub use routes::{OrderDefaults, operations, routes};
