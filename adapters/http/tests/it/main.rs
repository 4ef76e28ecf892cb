//! The server as clients meet it: real sockets on a free port.

mod raw;
mod server;
