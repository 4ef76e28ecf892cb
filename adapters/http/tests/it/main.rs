//! The server as clients meet it: real sockets on a free port, the engine on the memory store. Modules mirror the URLs.

#![cfg(test)]

mod admin;
mod dev;
mod instruments;
mod openapi;
mod ops;
mod orders;
mod outlets;
mod raw;
mod server;
mod world;
