//! Rebuilds a view beside the live one, which serves on meanwhile, and swaps the two when they show the same.

use std::sync::Arc;

use orderflow_domain::event::Recorded;
use orderflow_domain::ordering::Plans;
use orderflow_domain::ports::{EventStore, StoreError, ViewError, ViewStore};
use orderflow_domain::shared::Position;

use super::Projection;
use super::place::Place;
use super::showing::Showing;

/// Events read at once.
const BATCH: usize = 4_096;

/// Why a view could not be rebuilt. The live one is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RebuildError {
    /// The log could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The view could not be written.
    #[error(transparent)]
    View(#[from] ViewError),
}

/// Rebuilds one view from the whole log. `progress` hears how far it is, and how far the live view is.
///
/// The twin is taken exactly to where the live view stands, and swapped in there; if the live one has gone on meanwhile, the twin follows, in
/// ever smaller steps. A view that was never written needs no twin: its worker builds it, and nothing is done here.
///
/// # Errors
/// See [`RebuildError`].
pub async fn rebuild(
    projection: Arc<dyn Projection>,
    store: Arc<dyn EventStore>,
    views: &dyn ViewStore,
    plans: Arc<Plans>,
    progress: &mut (dyn FnMut(Position, Position) + Send),
) -> Result<(), RebuildError> {
    let view = projection.view();
    views.prepare(view).await?;
    views.begin_twin(view).await?;
    let mut showing = Showing::new(projection, store, plans);
    let mut place = Place::START;
    while let Some(live) = views.checkpoint(view).await? {
        progress(place.position, live.position);
        if place.position == live.position {
            if views.swap_twin(view).await? {
                return Ok(());
            }
            // Between the two looks the live view went on.
            continue;
        }
        let events = up_to(live.position, &place, showing.store()).await?;
        let Some(last) = events.last() else {
            let text = format!("view {} stands at position {}, beyond the log", view.name, live.position);
            return Err(StoreError::Corrupt(text).into());
        };
        let changes = showing.changes(&events).await?;
        views.commit_twin(view, place.commit(last, changes)).await?;
        place = Place { stored: last.envelope.position, position: last.envelope.position };
    }
    Ok(())
}

async fn up_to(end: Position, place: &Place, store: &dyn EventStore) -> Result<Vec<Arc<Recorded>>, StoreError> {
    let ahead = usize::try_from(end.0.saturating_sub(place.position.0)).unwrap_or(BATCH);
    place.read(store, BATCH.min(ahead)).await
}
