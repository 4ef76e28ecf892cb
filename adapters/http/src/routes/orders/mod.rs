//! Orders: place, find, follow, cancel, and what comes after.

mod placing;

pub use placing::OrderDefaults;

use super::Route;
use crate::api::Api;

pub(super) fn routes(_api: &Api) -> Vec<Route> {
    vec![]
}
