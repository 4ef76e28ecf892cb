//! Readers and views stand within the log, at the event that it holds there.

use orderflow_application::projections;
use orderflow_domain::ports::{Checkpoint, EventStore, ReaderId, StoreError, ViewError, ViewStore};
use orderflow_domain::shared::Position;

use super::report::{Check, Report};

/// Where the views stand; none for what was not looked at, with the reason.
pub(super) struct Shown {
    stands: Vec<(&'static str, Checkpoint)>,
    notes: Vec<String>,
}

pub(super) async fn of_views(views: Option<&dyn ViewStore>) -> Shown {
    let mut shown = Shown { stands: Vec::new(), notes: Vec::new() };
    let Some(views) = views else {
        shown.notes.push("views, as they were not given".to_owned());
        return shown;
    };
    for projection in projections::all() {
        let view = projection.view();
        match views.checkpoint(view).await {
            Ok(Some(checkpoint)) => shown.stands.push((view.name, checkpoint)),
            // Never written, or of another version of this program, which rebuilds it.
            Ok(None) | Err(ViewError::Malformed(_)) => {}
            Err(error) => shown.notes.push(format!("view {}: {error}", view.name)),
        }
    }
    shown
}

pub(super) async fn check(
    readers: &[(ReaderId, Checkpoint)],
    shown: &Shown,
    store: &dyn EventStore,
    report: &mut Report,
) -> Result<(), StoreError> {
    report.notes.extend(shown.notes.iter().cloned());
    for (reader, checkpoint) in readers {
        stands(Check::Checkpoints, &reader.name, *checkpoint, store, report).await?;
    }
    for (view, checkpoint) in &shown.stands {
        stands(Check::Views, view, *checkpoint, store, report).await?;
    }
    Ok(())
}

async fn stands(
    check: Check,
    who: impl std::fmt::Display,
    checkpoint: Checkpoint,
    store: &dyn EventStore,
    report: &mut Report,
) -> Result<(), StoreError> {
    let Checkpoint { position, event } = checkpoint;
    if position > report.head {
        report.find(check, who, Some(position), format!("stands beyond the end of the log, {}", report.head));
        return Ok(());
    }
    let there = store.read_log(Position(position.0.saturating_sub(1)), 1).await?;
    if position > Position::START && there.first().map(|recorded| recorded.envelope.id) != Some(event) {
        report.find(check, who, Some(position), "stands at an event that the log does not hold there".to_owned());
    }
    Ok(())
}
