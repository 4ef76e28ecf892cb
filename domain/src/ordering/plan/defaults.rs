//! What each kind of step is, unless a plan says otherwise: the table of the defaults.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::shared::StepKind;

use super::super::axes::Stage;
use super::{Attempts, How, OnlyFor, StepSpec, UndoRule};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

impl StepSpec {
    pub(super) fn of(kind: StepKind, after: Vec<StepKind>) -> Self {
        let (how, attempts, watch, undo) = defaults(&kind);
        Self {
            stage: stage(&kind),
            kind,
            after,
            how,
            attempts,
            watch: watch.map(Duration::from_secs),
            undo,
            on_request: None,
            on_success: None,
            only_for: OnlyFor::All,
            attributes: BTreeMap::new(),
        }
    }
}

const fn defaults(kind: &StepKind) -> (How, Attempts, Option<u64>, UndoRule) {
    use {Attempts as A, How as H, UndoRule as U};
    match kind {
        StepKind::AdmitTrade => (H::Asked, A::Times(0), Some(30), U::Nothing),
        StepKind::RouteToVenue => (H::Asked, A::Times(3), Some(30), U::UntilPivot),
        // Its time in force is its patience.
        StepKind::Fill => (H::Expected, A::Times(0), None, U::Nothing),
        StepKind::ReserveStock => (H::Asked, A::Times(0), Some(30), U::UntilPivot),
        // The customer has 15 minutes.
        StepKind::AuthorisePayment => (H::Asked, A::Times(3), Some(20 * MINUTE), U::Always),
        // The outlet has 5 minutes.
        StepKind::ApproveByOutlet => (H::Asked, A::Times(0), Some(10 * MINUTE), U::UntilPivot),
        // The outlet has 60 minutes.
        StepKind::Prepare => (H::Expected, A::Times(0), Some(90 * MINUTE), U::Nothing),
        // The search takes 10 minutes.
        StepKind::AssignPartner => (H::Asked, A::Times(0), Some(15 * MINUTE), U::UntilPivot),
        StepKind::PickUp => (H::Expected, A::Times(0), Some(30 * MINUTE), U::Nothing),
        StepKind::Ship => (H::Asked, A::Times(3), Some(HOUR), U::UntilPivot),
        StepKind::CapturePayment => (H::Asked, A::Forever, Some(30), U::Always),
        StepKind::CommitStock => (H::Asked, A::Forever, Some(30), U::Nothing),
        StepKind::Deliver => (H::Expected, A::Times(0), Some(HOUR), U::Nothing),
        StepKind::Refund => (H::Asked, A::Forever, Some(30), U::Nothing),
        StepKind::Custom(_) => (H::Asked, A::Times(3), Some(5 * MINUTE), U::UntilPivot),
    }
}

const fn stage(kind: &StepKind) -> Stage {
    match kind {
        StepKind::AdmitTrade => Stage::Admitting,
        StepKind::RouteToVenue => Stage::Routing,
        StepKind::Fill => Stage::OnTheVenue,
        StepKind::ReserveStock => Stage::CheckingStock,
        StepKind::AuthorisePayment => Stage::AwaitingPayment,
        StepKind::ApproveByOutlet => Stage::AwaitingOutlet,
        StepKind::Prepare => Stage::Preparing,
        StepKind::AssignPartner => Stage::FindingCourier,
        StepKind::PickUp => Stage::WaitingForCourier,
        StepKind::Ship => Stage::ReadyToShip,
        StepKind::Deliver => Stage::OnTheWay,
        StepKind::CapturePayment | StepKind::CommitStock | StepKind::Refund => Stage::Settling,
        StepKind::Custom(_) => Stage::InProgress,
    }
}
