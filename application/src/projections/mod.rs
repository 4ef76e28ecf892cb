//! Projections: read models that follow the log. Each is a pure function from a folded stream to a document; what reads the log, folds and
//! writes is the same for all ([`ProjectionWorker`], [`rebuild`]), so a new one touches no adapter.
//!
//! A document is made of the last state of its stream in a batch and not of each event: a batch of the log writes each document once. And it is
//! made of the state alone, so a view can be rebuilt beside the live one at any time and comes out the same.

mod instruments;
pub(crate) mod orders;
mod place;
mod rebuild;
#[cfg(test)]
pub(crate) mod scene;
mod showing;
mod stock;
#[cfg(test)]
mod tests;
mod worker;

use std::sync::Arc;

use orderflow_domain::ports::{DocumentChange, ViewError, ViewSpec, ViewStore};
use orderflow_domain::shared::{Category, StreamId};

use crate::cache::Held;
use crate::engine::Engine;
use crate::queries::ChangesWorker;
use crate::worker::Worker;

pub use instruments::InstrumentsProjection;
pub use orders::OrdersProjection;
pub use rebuild::{RebuildError, rebuild};
pub use stock::StockProjection;
pub use worker::ProjectionWorker;

/// A read model of the streams of one kind; see the module.
pub trait Projection: Send + Sync {
    /// Its name as a worker: `projection-orders`.
    fn name(&self) -> &'static str;

    /// Where its documents are kept. A change of their form raises the version.
    fn view(&self) -> &'static ViewSpec;

    /// The kind of stream whose events it follows.
    fn shows(&self) -> Category;

    /// The document of a stream as it is now; none if there is nothing to show of it.
    fn document(&self, stream: &StreamId, held: &Held) -> Option<DocumentChange>;
}

/// All that the engine brings.
#[must_use]
pub fn all() -> Vec<Arc<dyn Projection>> {
    vec![Arc::new(OrdersProjection), Arc::new(StockProjection), Arc::new(InstrumentsProjection)]
}

/// The workers of the read side: one for each of [`all`], and the one that live timelines hear from.
#[must_use]
pub fn workers(engine: &Engine) -> Vec<Box<dyn Worker>> {
    let worker = |projection: Arc<dyn Projection>| {
        let (store, views) = (engine.store().clone(), engine.views().clone());
        let status = engine.statuses().of(projection.name());
        Box::new(ProjectionWorker::new(projection, store, views, engine.plans().clone(), status)) as Box<dyn Worker>
    };
    let views = all().into_iter().map(worker);
    views.chain([Box::new(ChangesWorker::new(engine)) as Box<dyn Worker>]).collect()
}

/// Makes sure that the views of [`all`] exist, so that they can be read before their workers have begun.
///
/// # Errors
/// The view store's.
pub async fn prepare(views: &dyn ViewStore) -> Result<(), ViewError> {
    for projection in all() {
        views.prepare(projection.view()).await?;
    }
    Ok(())
}
