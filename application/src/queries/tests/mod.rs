//! What queries answer, and to whom.

mod changes;
mod market;
mod order;
mod orders;
