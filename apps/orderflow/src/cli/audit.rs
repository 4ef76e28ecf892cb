//! `orderflow audit`

use std::sync::Arc;

use orderflow_domain::ordering::Plans;

use super::args::ReadArgs;
use super::exit::{Outcome, Trouble};
use super::say;

pub(super) async fn run(args: ReadArgs) -> Result<Outcome, Trouble> {
    let store = args.store.read()?;
    let views = args.store.views()?;
    let mut report = orderflow::audit::run(&*store, views.as_deref(), &Arc::new(Plans::standard())).await?;
    if views.is_none() {
        report.notes = vec!["views: there are none, or a server has them".to_owned()];
    }
    if args.json {
        say::json(&report);
    } else {
        say::answer(&report.to_string());
    }
    Ok(if report.is_clean() { Outcome::Fine } else { Outcome::Findings })
}
