//! `orderflow replay`: rebuilds read models beside the live ones, and swaps them in when they show the same.

use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};
use orderflow::views_path;
use orderflow_application::projections::{self, Projection};
use orderflow_domain::ordering::Plans;
use orderflow_domain::ports::ViewStore;
use orderflow_domain::shared::Position;
use orderflow_sqlite::{OpenError, Options, SqliteViews};

use super::args::ReplayArgs;
use super::exit::{Outcome, Trouble};
use super::say;

pub(super) async fn run(args: ReplayArgs) -> Result<Outcome, Trouble> {
    let wanted = chosen(&args.view)?;
    let store = args.store.read()?;
    let path = views_path(&args.store.file()?);
    if !path.exists() {
        say::answer("there are no views yet: a server builds them when it starts");
        return Ok(Outcome::Fine);
    }
    let views = SqliteViews::open(&path, Options::default()).map_err(|error| match error {
        OpenError::Locked { holder, .. } => Trouble::unreachable(format!(
            "a server ({holder}) has the views: stop it first; it rebuilds by itself what a newer program shows in another form"
        )),
        other => other.into(),
    })?;
    let plans = Arc::new(Plans::standard());
    for projection in wanted {
        let name = projection.view().name;
        let bar = bar(name);
        let mut progress = |at: Position, live: Position| {
            bar.set_length(live.0);
            bar.set_position(at.0);
        };
        let rebuilt =
            projections::rebuild(projection, store.clone(), &views as &dyn ViewStore, plans.clone(), &mut progress);
        rebuilt.await.map_err(|error| Trouble::unreachable(format!("{name}: {error}")))?;
        bar.finish_and_clear();
        say::answer(&format!("{name}: rebuilt from {} events", bar.position()));
    }
    Ok(Outcome::Fine)
}

fn chosen(names: &[String]) -> Result<Vec<Arc<dyn Projection>>, Trouble> {
    let all = projections::all();
    let known = |name: &String| all.iter().any(|projection| projection.view().name == *name);
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        let known = all.iter().map(|projection| projection.view().name).collect::<Vec<_>>().join(", ");
        return Err(Trouble::usage(format!("there is no view '{unknown}': there are {known}")));
    }
    let wanted =
        |projection: &Arc<dyn Projection>| names.is_empty() || names.iter().any(|name| projection.view().name == *name);
    Ok(all.iter().filter(|projection| wanted(projection)).cloned().collect())
}

fn bar(name: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix:12} {wide_bar} {pos}/{len} events, {per_sec}, {eta} left");
    let bar = ProgressBar::new(0).with_prefix(name);
    // A template is a constant; one that can't be read leaves the default.
    if let Ok(style) = style { bar.with_style(style) } else { bar }
}
