//! What each kind of step asks of its participant, built from the order.

use std::sync::Arc;

use crate::shared::{Ask, CustomAsk, Money, Reason, Reserve, RouteKey, StepKind, StepRequest, StreamKey, UndoRequest};

use super::event::{Purchase, Wanted};
use super::order::Order;
use super::plan::StepSpec;

impl Order {
    /// The request for an attempt of a step; none if the order lacks what it needs, which the checks of plan and `Place` exclude.
    pub(super) fn request(&self, spec: &StepSpec, attempt: u32) -> Option<StepRequest> {
        let facts = self.facts.as_ref()?;
        let ask = self.ask(spec)?;
        Some(StepRequest { order: facts.id, customer: facts.customer, step: spec.kind.clone(), attempt, ask })
    }

    /// The request to undo an attempt, under the key of the request itself.
    pub(super) fn undo_request(&self, spec: &StepSpec, attempt: u32) -> Option<UndoRequest> {
        let order = self.facts.as_ref()?.id;
        let route = self.ask(spec).map_or_else(|| RouteKey(StreamKey::Id(order.0)), |ask| ask.route(order));
        let step = self.index(&spec.kind).and_then(|index| self.steps.get(index));
        let failed = || step.and_then(|step| step.failure.as_ref()).map(|failure| failure.reason.clone());
        let cause = self.cause.as_ref().map(|cause| cause.failure.reason.clone());
        let reason = cause.or_else(failed).unwrap_or(Reason::Discarded);
        Some(UndoRequest { order, step: spec.kind.clone(), attempt, route, reason })
    }

    fn ask(&self, spec: &StepSpec) -> Option<Ask> {
        let wanted = &self.facts.as_ref()?.wanted;
        match (&spec.kind, wanted) {
            (StepKind::AdmitTrade, Wanted::Trade(ticket)) => Some(Ask::AdmitTrade(ticket.clone())),
            (StepKind::RouteToVenue, Wanted::Trade(ticket)) => Some(Ask::RouteToVenue(ticket.clone())),
            (StepKind::ReserveStock, Wanted::Purchase(purchase)) => Some(Ask::ReserveStock(Reserve {
                outlet: purchase.outlet.clone(),
                lines: Arc::clone(&purchase.lines),
                expected_total: purchase.expected_total,
            })),
            (StepKind::AuthorisePayment, Wanted::Purchase(purchase)) => Some(Ask::AuthorisePayment {
                amount: self.total()?,
                method: purchase.method,
                token: purchase.token.clone(),
            }),
            (StepKind::Ship, Wanted::Purchase(purchase)) => Some(Ask::Ship {
                outlet: purchase.outlet.clone(),
                lines: Arc::clone(&purchase.lines),
                addressed: purchase.addressed,
            }),
            (StepKind::CapturePayment, _) => Some(Ask::CapturePayment { amount: self.total()? }),
            (StepKind::CommitStock, Wanted::Purchase(purchase)) => {
                Some(Ask::CommitStock { outlet: purchase.outlet.clone() })
            }
            (StepKind::ApproveByOutlet | StepKind::AssignPartner, Wanted::Purchase(purchase)) => {
                Some(Ask::Custom(at_outlet(spec, purchase)))
            }
            (StepKind::Custom(_), Wanted::Purchase(purchase)) => Some(Ask::Custom(at_outlet(spec, purchase))),
            (StepKind::Custom(_), Wanted::Trade(_)) => {
                Some(Ask::Custom(CustomAsk { lines: Arc::default(), attributes: spec.attributes.clone() }))
            }
            (
                StepKind::AdmitTrade
                | StepKind::RouteToVenue
                | StepKind::ReserveStock
                | StepKind::AuthorisePayment
                | StepKind::Ship
                | StepKind::CommitStock
                | StepKind::ApproveByOutlet
                | StepKind::AssignPartner
                | StepKind::Fill
                | StepKind::Prepare
                | StepKind::PickUp
                | StepKind::Deliver
                | StepKind::Refund,
                _,
            ) => None,
        }
    }

    fn total(&self) -> Option<Money> {
        self.priced.as_ref().map(|priced| priced.totals.total)
    }
}

fn at_outlet(spec: &StepSpec, purchase: &Purchase) -> CustomAsk {
    let mut attributes = spec.attributes.clone();
    attributes.entry("outlet".to_owned()).or_insert_with(|| purchase.outlet.to_string());
    CustomAsk { lines: Arc::clone(&purchase.lines), attributes }
}

/// Whether a step of that kind can be asked for what is wanted.
pub(super) const fn fits(kind: &StepKind, wanted: &Wanted) -> bool {
    match kind {
        StepKind::AdmitTrade | StepKind::RouteToVenue | StepKind::Fill => matches!(wanted, Wanted::Trade(_)),
        StepKind::Custom(_) => true,
        StepKind::ReserveStock
        | StepKind::AuthorisePayment
        | StepKind::ApproveByOutlet
        | StepKind::Prepare
        | StepKind::AssignPartner
        | StepKind::PickUp
        | StepKind::Ship
        | StepKind::CapturePayment
        | StepKind::CommitStock
        | StepKind::Deliver
        | StepKind::Refund => matches!(wanted, Wanted::Purchase(_)),
    }
}
