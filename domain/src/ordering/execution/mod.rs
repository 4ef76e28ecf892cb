//! The built-in plans, one file each.

mod local_delivery;
mod shipped;
mod trade;

use super::plan::Plan;

pub(super) fn standard() -> [Plan; 3] {
    [trade::plan(), shipped::plan(), local_delivery::plan()]
}
