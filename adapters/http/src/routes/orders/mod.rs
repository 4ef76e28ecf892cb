//! Orders: place, find, follow, cancel, and what comes after.

pub(crate) mod afterwards;
pub(crate) mod cancel;
pub(crate) mod events;
pub(crate) mod list;
pub(crate) mod place;
mod placing;
pub(crate) mod show;

pub use placing::OrderDefaults;

use super::Route;
use crate::api::Api;

/// The busiest first.
pub(super) fn routes(api: &Api) -> Vec<Route> {
    vec![
        place::route(api),
        show::route(api),
        list::route(api),
        events::route(api),
        cancel::route(api),
        afterwards::rating(api),
        afterwards::refunds(api),
        afterwards::notes(api),
    ]
}
