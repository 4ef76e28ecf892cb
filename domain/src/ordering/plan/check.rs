//! The static check: what can be wrong with a plan is found before the first order runs by it.

use crate::shared::limits::MAX_STEPS;
use crate::shared::{Name, StepKind};

use super::super::axes::Status;
use super::compiled::{Compiled, bit, bits};
use super::{Attempts, How, OnlyFor, Plan, StepSpec, UndoRule};

/// Something wrong with a plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanFault {
    /// Names are 1–64 characters of `[A-Za-z0-9_-]`.
    #[error("the plan's name must be 1 to 64 characters of A-Z a-z 0-9 _ -")]
    Name,
    /// Another plan has the name, and orders run by it.
    #[error("another plan has that name")]
    Taken,
    /// None, or more than 32.
    #[error("a plan has 1 to {MAX_STEPS} steps")]
    Size,
    /// The kind names the step.
    #[error("{0} stands twice in the plan")]
    Twice(StepKind),
    /// Refunds are an operator's, beside the plan.
    #[error("{0} is never a step of a plan")]
    NotAStep(StepKind),
    /// A step stands after all that it rests on.
    #[error("{step} rests on {on}, which does not stand before it")]
    Order {
        /// The step.
        step: StepKind,
        /// What it rests on.
        on: StepKind,
    },
    /// There is no point of no return.
    #[error("the plan names no pivot among its steps")]
    NoPivot,
    /// The guard is not one of the steps.
    #[error("the plan's guard is none of its steps")]
    NoGuard,
    /// Only what was asked can be asked back.
    #[error("the guard {0} must be asked, be undone until the pivot, and be the pivot or stand before it")]
    Guard(StepKind),
    /// Its success would neither be undone nor wait for the point of no return.
    #[error("{0} stands neither before nor after the pivot")]
    BesidePivot(StepKind),
    /// Past the point of no return there is no giving up.
    #[error("{0} is asked after the pivot, so it must be tried for ever")]
    GivesUp(StepKind),
    /// After the pivot nothing is undone "until the pivot".
    #[error("{0} is asked after the pivot and can't be undone until the pivot")]
    UndoneTooLate(StepKind),
    /// It could be requested while the guard's undo races the pivot.
    #[error("{0} is asked before the pivot, but not at or before the guard")]
    PastGuard(StepKind),
    /// Marks rise along the plan, from VALIDATED to EXECUTING.
    #[error("the status marks of {0} do not rise from those before it, or are not VALIDATED to EXECUTING")]
    Marks(StepKind),
    /// Nobody requests it, or nobody can undo it.
    #[error("{0} is expected: it is never requested, so it has no mark on request, no attempts and no undo")]
    Expected(StepKind),
    /// The engine's own step needs what another one brings.
    #[error("{step} needs {needs} before it")]
    Needs {
        /// The step.
        step: StepKind,
        /// What brings what it needs.
        needs: StepKind,
    },
}

pub(super) fn faults(plan: &Plan) -> Vec<PlanFault> {
    let mut faults = Vec::new();
    if Name::new(&plan.name).is_err() {
        faults.push(PlanFault::Name);
    }
    if plan.steps.is_empty() || plan.steps.len() > MAX_STEPS {
        faults.push(PlanFault::Size);
        return faults;
    }
    shape(plan, &mut faults);
    if faults.is_empty() {
        let compiled = plan.compile();
        guard(plan, &compiled, &mut faults);
        for (index, step) in plan.steps.iter().enumerate() {
            around_pivot(step, index, &compiled, &mut faults);
            marks(plan, step, index, &compiled, &mut faults);
            needs(plan, step, index, &compiled, &mut faults);
        }
    }
    faults
}

/// Names, positions and references, on which everything else rests.
fn shape(plan: &Plan, faults: &mut Vec<PlanFault>) {
    for (index, step) in plan.steps.iter().enumerate() {
        let before = &plan.steps[..index];
        if before.iter().any(|other| other.kind == step.kind) {
            faults.push(PlanFault::Twice(step.kind.clone()));
        }
        if step.kind == StepKind::Refund {
            faults.push(PlanFault::NotAStep(step.kind.clone()));
        }
        let missing = step.after.iter().filter(|on| !before.iter().any(|other| other.kind == **on));
        faults.extend(missing.map(|on| PlanFault::Order { step: step.kind.clone(), on: on.clone() }));
        let asked_for =
            step.on_request.is_some() || step.undo != UndoRule::Nothing || step.attempts != Attempts::Times(0);
        if step.how == How::Expected && asked_for {
            faults.push(PlanFault::Expected(step.kind.clone()));
        }
    }
    if plan.pivot.as_ref().is_none_or(|kind| plan.index(kind).is_none()) {
        faults.push(PlanFault::NoPivot);
    }
    if plan.guard.as_ref().is_some_and(|kind| plan.index(kind).is_none()) {
        faults.push(PlanFault::NoGuard);
    }
}

fn guard(plan: &Plan, compiled: &Compiled, faults: &mut Vec<PlanFault>) {
    let Some(step) = plan.steps.get(compiled.guard) else { return };
    let reaches = compiled.guard == compiled.pivot || compiled.before[compiled.pivot] & bit(compiled.guard) != 0;
    if step.how != How::Asked || step.undo != UndoRule::UntilPivot || !reaches {
        faults.push(PlanFault::Guard(step.kind.clone()));
    }
}

fn around_pivot(step: &StepSpec, index: usize, compiled: &Compiled, faults: &mut Vec<PlanFault>) {
    let kind = || step.kind.clone();
    let after = compiled.past_pivot & bit(index) != 0;
    let at_or_before = |other: usize| index == other || compiled.before[other] & bit(index) != 0;
    if !after && !at_or_before(compiled.pivot) {
        faults.push(PlanFault::BesidePivot(kind()));
        return;
    }
    if step.how == How::Expected {
        return;
    }
    if after && step.attempts != Attempts::Forever {
        faults.push(PlanFault::GivesUp(kind()));
    }
    if after && step.undo == UndoRule::UntilPivot {
        faults.push(PlanFault::UndoneTooLate(kind()));
    }
    if !after && !at_or_before(compiled.guard) {
        faults.push(PlanFault::PastGuard(kind()));
    }
}

fn marks(plan: &Plan, step: &StepSpec, index: usize, compiled: &Compiled, faults: &mut Vec<PlanFault>) {
    let own: Vec<Status> = [step.on_request, step.on_success].into_iter().flatten().collect();
    let highest_before = bits(compiled.before[index])
        .flat_map(|before| [plan.steps[before].on_request, plan.steps[before].on_success])
        .flatten()
        .max();
    let in_range = own.iter().all(|mark| (Status::Validated..=Status::Executing).contains(mark));
    let rising = highest_before.into_iter().chain(own).collect::<Vec<_>>().is_sorted_by(|low, high| low < high);
    if !in_range || !rising {
        faults.push(PlanFault::Marks(step.kind.clone()));
    }
}

fn needs(plan: &Plan, step: &StepSpec, index: usize, compiled: &Compiled, faults: &mut Vec<PlanFault>) {
    let needs = match step.kind {
        StepKind::AuthorisePayment | StepKind::CommitStock => StepKind::ReserveStock,
        StepKind::CapturePayment => StepKind::AuthorisePayment,
        StepKind::Fill => StepKind::RouteToVenue,
        StepKind::AdmitTrade
        | StepKind::RouteToVenue
        | StepKind::ReserveStock
        | StepKind::ApproveByOutlet
        | StepKind::Prepare
        | StepKind::AssignPartner
        | StepKind::PickUp
        | StepKind::Ship
        | StepKind::Deliver
        | StepKind::Refund
        | StepKind::Custom(_) => return,
    };
    let brings = |needed: usize| {
        let always_there = plan.steps[needed].only_for == OnlyFor::All || step.only_for == OnlyFor::Prepaid;
        compiled.before[index] & bit(needed) != 0 && always_there
    };
    if !plan.index(&needs).is_some_and(brings) {
        faults.push(PlanFault::Needs { step: step.kind.clone(), needs });
    }
}
