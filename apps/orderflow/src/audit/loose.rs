//! Loose ends of orders: what has to be tied up before an order can be forgotten. At the end of the log some are under way, which is no finding; what
//! nobody is at is one.

use std::collections::{BTreeSet, HashMap};

use orderflow_domain::ordering::UndoState;
use orderflow_domain::ports::{EventStore, ReaderId, StoreError, WorkKind, WorkRow};
use orderflow_domain::shared::{Context, Name, OrderId, Position, StreamId};
use orderflow_domain::venue::Route;

use super::file::File;
use super::report::{Check, Report};

/// Rows read at once.
const PAGE: usize = 1_000;

/// What an order that is at its end still has outstanding.
pub(super) fn ends(order: OrderId, file: &File) -> Vec<(Check, String)> {
    let mut ends = Vec::new();
    if file.order.plan().is_none() {
        return ends;
    }
    if let Some(step) = file.order.steps().find(|step| step.undo == UndoState::Requested) {
        ends.push((Check::Outstanding, format!("the undo of {} is not answered", step.kind)));
    }
    if file.payment.wants(order).is_some() {
        ends.push((Check::Outstanding, "its payment wants a call to the gateway".to_owned()));
    }
    if file.shipment.wants(order, None).is_some() {
        ends.push((Check::Outstanding, "its shipment wants a call to the carrier".to_owned()));
    }
    if let Some(step) = file.task.wanting().next() {
        ends.push((Check::Outstanding, format!("its step {step} wants a call")));
    }
    if matches!(file.venue.route(), Route::Working { .. }) {
        ends.push((Check::Books, "it is done and still open on the venue".to_owned()));
    }
    if file.order.filled_quantity() != file.venue.filled() {
        let (order, venue) = (file.order.filled_quantity(), file.venue.filled());
        ends.push((Check::Fills, format!("it knows of {order} filled, the venue of {venue}")));
    }
    if file.held != 0 {
        ends.push((Check::Reservations, format!("it is done and holds {} pieces of stock", file.held)));
    }
    ends.extend(money(file).map(|difference| (Check::Payments, difference)));
    ends
}

/// Where the order and its payment say different things of the money. What an operator settled by hand is known to the order alone.
fn money(file: &File) -> Option<String> {
    let (ledger, payment) = (file.order.ledger(), &file.payment);
    if ledger.written_off() != 0 || file.order.steps().any(|step| step.by_hand) {
        return None;
    }
    let of_order = (ledger.captured(), ledger.refunded(), ledger.held());
    let captured = payment.captured();
    let of_payment = (captured, payment.refunded(), payment.authorised().saturating_sub(captured));
    (of_order != of_payment).then(|| {
        let told = |(captured, refunded, held)| format!("captured {captured}, refunded {refunded}, held {held}");
        format!("the order says {}; the payment says {}", told(of_order), told(of_payment))
    })
}

/// An order that is not at its end waits for a step, or for an undo; if for none, nothing will ever move it.
fn idle(file: &File) -> bool {
    let undoing = || file.order.steps().any(|step| step.undo == UndoState::Requested);
    file.order.plan().is_some() && !file.order.is_final() && file.order.stage().is_none() && !undoing()
}

/// What nobody is at.
pub(super) async fn check(
    files: &HashMap<OrderId, File>,
    store: &dyn EventStore,
    report: &mut Report,
) -> Result<(), StoreError> {
    let mut suspects: Vec<_> =
        files.iter().filter(|(_, file)| file.order.is_final() || idle(file) || !file.order.exists()).collect();
    if suspects.is_empty() {
        return Ok(());
    }
    suspects.sort_by_key(|(order, _)| **order);
    let busy = under_way(store).await?;
    for (order, file) in suspects {
        report.unknown_plans += u64::from(file.order.exists() && file.order.plan().is_none());
        if busy.contains(order) || is_read_later(file, store).await? || has_gone_on(*order, file, store).await? {
            continue;
        }
        let subject = format!("order {order}");
        if !file.order.exists() {
            report.find(Check::Streams, subject, None, "it was never placed, and participants know it".to_owned());
        } else if idle(file) {
            report.find(Check::Outstanding, subject, None, "it is not at its end and waits for nothing".to_owned());
        } else {
            for (check, message) in ends(*order, file) {
                report.find(check, &subject, None, message);
            }
        }
    }
    Ok(())
}

/// Orders that have a call to be made, or a message that is parked.
async fn under_way(store: &dyn EventStore) -> Result<BTreeSet<OrderId>, StoreError> {
    let mut orders = BTreeSet::new();
    for kind in [WorkKind::Intent, WorkKind::Parked] {
        let mut after = None;
        loop {
            let rows = store.work_list(kind, None, after.as_ref(), PAGE).await?;
            orders.extend(rows.iter().filter_map(|row| order_of(kind, row)));
            let whole = rows.len() == PAGE;
            after = rows.into_iter().last().map(|row| row.key);
            if !whole {
                break;
            }
        }
    }
    Ok(orders)
}

fn order_of(kind: WorkKind, row: &WorkRow) -> Option<OrderId> {
    if kind == WorkKind::Intent {
        // `<order>` or `<order>/<step>`.
        return row.key.id.split('/').next()?.parse().ok();
    }
    let parked: orderflow_application::reactors::ParkedEvent = serde_json::from_str(&row.body).ok()?;
    parked.order
}

/// Whether someone has yet to read a message about it.
async fn is_read_later(file: &File, store: &dyn EventStore) -> Result<bool, StoreError> {
    for (context, message) in &file.messages {
        let reader = ReaderId { name: Name::part(Context::name(*context)), partition: 0 };
        let read = store.checkpoint(&reader).await?.map_or(Position::START, |checkpoint| checkpoint.position);
        if read < *message {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether something has happened to it since the log was read. Looked at last: what was under way then has either gone on, or is so still.
async fn has_gone_on(order: OrderId, file: &File, store: &dyn EventStore) -> Result<bool, StoreError> {
    for (category, version) in &file.versions {
        if !store.read_stream(&StreamId::of_order(*category, order), *version, 1).await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}
