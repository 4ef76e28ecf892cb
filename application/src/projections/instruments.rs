//! The view `instruments`: what can be traded, on which terms, and what it last traded at. Depth and tape are read from the book itself.

use orderflow_domain::ports::{Document, DocumentChange, ViewSpec};
use orderflow_domain::shared::{Category, StreamId};

use super::Projection;
use crate::aggregate::Aggregate;
use crate::cache::Held;
use crate::views::InstrumentView;

/// See the module. Keys are the symbols.
pub struct InstrumentsProjection;

impl InstrumentsProjection {
    /// Its view; it is read in the order of the symbols.
    pub const VIEW: ViewSpec = ViewSpec { name: "instruments", version: 1, fields: &[] };
}

impl Projection for InstrumentsProjection {
    fn name(&self) -> &'static str {
        "projection-instruments"
    }

    fn view(&self) -> &'static ViewSpec {
        &Self::VIEW
    }

    fn shows(&self) -> Category {
        Category::Book
    }

    fn document(&self, _stream: &StreamId, held: &Held) -> Option<DocumentChange> {
        let Aggregate::Book(book) = &held.state else { return None };
        let shown = InstrumentView::of(book)?;
        let body = serde_json::to_string(&shown).ok()?.into();
        Some(DocumentChange::Put(Document { key: shown.symbol.as_str().into(), fields: Vec::new(), body }))
    }
}
