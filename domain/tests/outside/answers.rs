//! What participants say.

use std::collections::BTreeMap;
use std::sync::Arc;

use orderflow_domain::shared::{Failure, Name, PricedLine, Reason, StepKind, Success, Timestamp, Totals};

use crate::world::{QUANTITY, TOTAL, eur, item, quantity};

pub(crate) fn success(kind: &StepKind) -> Success {
    match kind {
        StepKind::AdmitTrade => Success::Admitted { reference_price: None, tick: "0.01".parse().unwrap() },
        StepKind::RouteToVenue => Success::Routed { venue_order: Name::new("v1").unwrap() },
        StepKind::Fill => Success::Filled { quantity: quantity(QUANTITY), average_price: None },
        StepKind::ReserveStock => Success::Reserved { lines: lines(), totals: totals() },
        StepKind::AuthorisePayment => Success::Authorised { payment: Name::new("pay").unwrap(), amount: eur(TOTAL) },
        StepKind::CapturePayment => Success::Captured { amount: eur(TOTAL) },
        StepKind::CommitStock => Success::Committed,
        StepKind::Ship => Success::HandedOver { tracking: None },
        StepKind::Deliver => Success::Delivered { at: Timestamp::UNIX_EPOCH },
        StepKind::Refund => unreachable!("a refund says how much"),
        StepKind::ApproveByOutlet
        | StepKind::Prepare
        | StepKind::AssignPartner
        | StepKind::PickUp
        | StepKind::Custom(_) => Success::Custom { attributes: BTreeMap::new() },
    }
}

fn lines() -> Arc<[PricedLine]> {
    Arc::new([PricedLine { item: item(), name: "Item".into(), quantity: 2, unit_price: eur(500), total: eur(1000) }])
}

fn totals() -> Totals {
    Totals { items: eur(1000), discount: eur(0), delivery: eur(0), tax: eur(0), total: eur(TOTAL) }
}

pub(crate) fn failure(kind: &StepKind, again: bool) -> Failure {
    let reason = match kind {
        StepKind::AdmitTrade => Reason::BadTick,
        StepKind::RouteToVenue => Reason::RejectedByVenue,
        StepKind::Fill => Reason::Killed,
        StepKind::ReserveStock | StepKind::CommitStock => Reason::OutOfStock,
        StepKind::AuthorisePayment => Reason::Declined,
        StepKind::CapturePayment | StepKind::Refund => Reason::GatewayUnavailable,
        StepKind::ApproveByOutlet => Reason::RejectedByOutlet,
        StepKind::Prepare => Reason::NeverPrepared,
        StepKind::AssignPartner | StepKind::PickUp => Reason::NoPartner,
        StepKind::Ship => Reason::CarrierRefused,
        StepKind::Deliver => Reason::DeliveryFailed,
        StepKind::Custom(_) => Reason::Unsupported,
    };
    if again { Failure::retriable(reason, "try again") } else { Failure::definitive(reason, "no") }
}
