//! A client that has just placed an order finds it in the list: lists wait, for a while, until their view shows what this engine last
//! acknowledged.

use jiff::SignedDuration;
use orderflow_domain::shared::Position;

use crate::engine::Engine;
use crate::projections::Projection;
use crate::reactors::runtime::bounded;

/// A list that is a second behind is shown as it is.
const PATIENCE: SignedDuration = SignedDuration::from_secs(1);
/// How often a view that another process keeps is looked at.
const LOOK_EVERY: SignedDuration = SignedDuration::from_millis(20);

impl Engine {
    /// Waits until the view shows what was acknowledged, or patience ends.
    pub(super) async fn fresh(&self, projection: &dyn Projection) {
        let wanted = self.acknowledged();
        if wanted == Position::START {
            return;
        }
        match self.statuses().find(projection.name()) {
            // One that does not go on is not worth waiting for.
            Some(status) if status.is_paused() || status.stopped().is_some() => {}
            Some(status) if status.position() >= wanted => {}
            Some(status) => {
                let _late = bounded(PATIENCE, status.reached(wanted)).await;
            }
            None => {
                let _late = bounded(PATIENCE, self.shown_elsewhere(projection, wanted)).await;
            }
        }
    }

    /// Returns once the view's stored checkpoint is there: its worker is in another process.
    async fn shown_elsewhere(&self, projection: &dyn Projection, wanted: Position) {
        loop {
            let checkpoint = self.views().checkpoint(projection.view()).await;
            // A store that is away makes the query itself fail; that is the better answer.
            if checkpoint.is_err() || checkpoint.is_ok_and(|at| at.is_some_and(|at| at.position >= wanted)) {
                return;
            }
            let _elapsed = bounded(LOOK_EVERY, std::future::pending::<()>()).await;
        }
    }
}
