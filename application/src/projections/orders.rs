//! The view `orders`: every order as lists show it.

use std::collections::BTreeSet;
use std::sync::Arc;

use orderflow_domain::ports::{Document, DocumentChange, FieldKind, FieldSpec, IndexValue, ViewSpec};
use orderflow_domain::shared::{Category, Name, StreamId};

use super::Projection;
use crate::aggregate::Aggregate;
use crate::cache::Held;
use crate::views::OrderView;

/// See the module. Keys are order ids, which grow with time.
pub struct OrdersProjection;

/// When it was placed, in microseconds since 1970.
pub(crate) const CREATED_AT: &str = "created_at";
/// Its status.
pub(crate) const STATUS: &str = "status";
/// `purchase` or `trade`.
pub(crate) const KIND: &str = "kind";
/// Whose it is.
pub(crate) const CUSTOMER: &str = "customer";
/// Who sells; absent for a trade.
pub(crate) const OUTLET: &str = "outlet";
/// What is traded; absent for a purchase.
pub(crate) const INSTRUMENT: &str = "instrument";
/// What people search by, in lower case: the order's id, its items or instrument, its tracking number.
pub(crate) const TERMS: &str = "terms";

impl OrdersProjection {
    /// Its view.
    pub const VIEW: ViewSpec = ViewSpec {
        name: "orders",
        version: 1,
        fields: &[
            FieldSpec { name: CREATED_AT, kind: FieldKind::Number },
            FieldSpec { name: STATUS, kind: FieldKind::Text },
            FieldSpec { name: KIND, kind: FieldKind::Text },
            FieldSpec { name: CUSTOMER, kind: FieldKind::Text },
            FieldSpec { name: OUTLET, kind: FieldKind::Text },
            FieldSpec { name: INSTRUMENT, kind: FieldKind::Text },
            FieldSpec { name: TERMS, kind: FieldKind::Terms },
        ],
    };
}

impl Projection for OrdersProjection {
    fn name(&self) -> &'static str {
        "projection-orders"
    }

    fn view(&self) -> &'static ViewSpec {
        &Self::VIEW
    }

    fn shows(&self) -> Category {
        Category::Order
    }

    fn document(&self, _stream: &StreamId, held: &Held) -> Option<DocumentChange> {
        let Aggregate::Order(order) = &held.state else { return None };
        let shown = OrderView::brief(order, held.version);
        let body = serde_json::to_string(&shown).ok()?.into();
        Some(DocumentChange::Put(Document { key: shown.order_id.to_string().into(), fields: fields(&shown), body }))
    }
}

fn fields(shown: &OrderView) -> Vec<IndexValue> {
    let text = |text: &str| IndexValue::Text(text.into());
    let outlet = shown.fulfilment.as_ref().map(|fulfilment| fulfilment.outlet.outlet_id.as_str());
    let instrument = shown.trade.as_ref().map(|trade| trade.instrument.as_str());
    vec![
        IndexValue::Number(shown.created_at.as_microsecond()),
        text(shown.status.as_str()),
        text(shown.kind.as_str()),
        text(&shown.customer_id.to_string()),
        outlet.map_or(IndexValue::None, text),
        instrument.map_or(IndexValue::None, text),
        IndexValue::Terms(terms(shown)),
    ]
}

fn terms(shown: &OrderView) -> Vec<Arc<str>> {
    let items = shown.lines.iter().flatten().map(|line| line.product_id.as_str());
    let instrument = shown.trade.iter().map(|trade| trade.instrument.as_str());
    let tracking = shown.fulfilment.iter().filter_map(|fulfilment| fulfilment.tracking.as_ref()).map(Name::as_str);
    let terms = items.chain(instrument).chain(tracking).map(str::to_lowercase);
    // A set: an item on two lines is one term.
    let terms: BTreeSet<_> = std::iter::once(shown.order_id.to_string()).chain(terms).collect();
    terms.into_iter().map(Arc::from).collect()
}
