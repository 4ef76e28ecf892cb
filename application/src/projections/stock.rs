//! The view `stock`: what outlets sell, and how much of it there is.

use std::sync::Arc;

use orderflow_domain::ports::{Document, DocumentChange, FieldKind, FieldSpec, IndexValue, ViewSpec};
use orderflow_domain::shared::{Category, ItemId, OutletId, StreamId};

use super::Projection;
use crate::aggregate::Aggregate;
use crate::cache::Held;
use crate::views::StockView;

/// See the module. Keys are `outlet/item`, as those of the streams.
pub struct StockProjection;

impl StockProjection {
    /// Its view.
    pub const VIEW: ViewSpec = ViewSpec {
        name: "stock",
        version: 1,
        fields: &[
            FieldSpec { name: "outlet", kind: FieldKind::Text },
            FieldSpec { name: "name", kind: FieldKind::Text },
            FieldSpec { name: "terms", kind: FieldKind::Terms },
        ],
    };

    /// The key of an item's document.
    #[must_use]
    pub fn key(outlet: &OutletId, item: &ItemId) -> String {
        format!("{outlet}/{item}")
    }
}

impl Projection for StockProjection {
    fn name(&self) -> &'static str {
        "projection-stock"
    }

    fn view(&self) -> &'static ViewSpec {
        &Self::VIEW
    }

    fn shows(&self) -> Category {
        Category::Stock
    }

    fn document(&self, _stream: &StreamId, held: &Held) -> Option<DocumentChange> {
        let Aggregate::Item(item) = &held.state else { return None };
        let shown = StockView::of(item)?;
        let id = shown.product_id.as_str().to_lowercase();
        let words = shown.name.split_whitespace().map(str::to_lowercase);
        let terms = std::iter::once(id).chain(words).map(Arc::from).collect();
        let fields = vec![
            IndexValue::Text(shown.outlet_id.as_str().into()),
            IndexValue::Text(shown.name.clone()),
            IndexValue::Terms(terms),
        ];
        let key = Self::key(&shown.outlet_id, &shown.product_id).into();
        let body = serde_json::to_string(&shown).ok()?.into();
        Some(DocumentChange::Put(Document { key, fields, body }))
    }
}
