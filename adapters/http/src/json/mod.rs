//! Reading JSON so that everything that is wrong with it can be told at once.
//!
//! A derived `Deserialize` stops at the first violation and says where it is in bytes. Here the text becomes a tree ([`Node`]) in one pass, without
//! copying strings, and an [`Object`] reader takes fields from it, noting what it can't accept under the field's path.

mod canonical;
mod node;
mod object;
mod scalar;

pub(crate) use canonical::fingerprint;
pub(crate) use node::Node;
pub(crate) use object::{Checks, Object};
