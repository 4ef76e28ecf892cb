//! `orderflow config check`: what flags, variables and file come to.

use super::args::ServerArgs;
use super::exit::{Outcome, Trouble};
use super::say;
use super::settings::Settings;

pub(super) fn check(args: &ServerArgs) -> Result<Outcome, Trouble> {
    let settings = Settings::serve(args.clone())?;
    say::json(&settings);
    Ok(Outcome::Fine)
}
