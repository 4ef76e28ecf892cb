//! Given/when/then over the whole decision. Events are written short: `step_requested Ship/1`.

mod afterwards;
mod cancelling;
mod forward;
mod harness;
mod lifecycle;
mod operator;
mod plans;
mod repeats;
mod retrying;
mod trades;
mod undoing;
