//! Idempotency keys point at what was made with them, and no order was made twice.

use std::collections::HashSet;

use orderflow_domain::ports::{EventStore, StoreError};
use orderflow_domain::shared::{Category, OrderId, Version};

use super::report::{Check, Report};

/// Keys read at once.
const PAGE: usize = 4_096;
/// The operation that makes an order.
const PLACE: &str = "place";

pub(super) async fn check(
    placed: &HashSet<OrderId>,
    store: &dyn EventStore,
    report: &mut Report,
) -> Result<(), StoreError> {
    let (mut after, mut keyed) = (None, HashSet::new());
    loop {
        let page = store.claims(after.as_ref(), PAGE).await?;
        for (key, receipt) in &page {
            let subject = || format!("key {:?} of {} for {}", key.key, key.principal, key.operation);
            let stream = &receipt.stream;
            let order = stream.order_id().filter(|_| stream.category == Category::Order);
            // Orders of the log that was read are known; what is younger, or no order, is looked up.
            let known = order.is_some_and(|order| placed.contains(&order));
            if !known && store.read_stream(stream, Version::EMPTY, 1).await?.is_empty() {
                report.find(Check::Claims, subject(), None, format!("points at {stream}, which there is not"));
            }
            if *key.operation == *PLACE && order.is_none_or(|order| !keyed.insert(order)) {
                report.find(
                    Check::Claims,
                    subject(),
                    None,
                    format!("points at {stream}, which has another key or is no order"),
                );
            }
        }
        after = page.last().map(|(key, _)| key.clone());
        if after.is_none() {
            return Ok(());
        }
    }
}
