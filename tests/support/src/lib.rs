//! What tests share: private servers, builders, clients.
