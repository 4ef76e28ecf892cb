//! The static check, with faults planted; and an embedding program's own plan.

use super::super::event::{Fulfilment, Wanted};
use super::super::{Attempts, Plan, PlanFault, Plans, Status, UndoRule};
use super::harness::{Given, done, name, place, purchase, ticket};
use crate::shared::StepKind::{
    self, AuthorisePayment, CapturePayment, CommitStock, Deliver, Prepare, Refund, ReserveStock, RouteToVenue, Ship,
};
use crate::shared::{Ask, PaymentMethod};

fn wrap() -> StepKind {
    StepKind::Custom(name("wrap"))
}

fn gift() -> Plan {
    Plan::named("gift")
        .step(ReserveStock)
        .on_success(Status::Validated)
        .step(wrap())
        .attribute("paper", "red")
        .step(Ship)
        .on_request(Status::SentToExecutor)
        .on_success(Status::Executing)
        .step(CommitStock)
        .pivot(Ship)
}

#[track_caller]
fn faults(plan: &Plan, expected: &[PlanFault]) {
    assert_eq!(plan.check().err().unwrap_or_default(), expected);
}

#[test]
fn the_built_in_plans_are_sound_and_chosen_by_what_is_wanted() {
    let plans = Plans::standard();
    assert_eq!(plans.names(), [&name("local-delivery-v1"), &name("shipped-v1"), &name("trade-v1")]);
    let chosen = |wanted: &Wanted| plans.for_wanted(wanted).map(|plan| plan.name().to_owned());
    assert_eq!(chosen(&Wanted::Trade(ticket())).as_deref(), Some("trade-v1"));
    assert_eq!(chosen(&purchase(Fulfilment::Shipping, PaymentMethod::Card)).as_deref(), Some("shipped-v1"));
    assert_eq!(chosen(&purchase(Fulfilment::Delivery, PaymentMethod::Cash)).as_deref(), Some("local-delivery-v1"));
}

#[test]
fn an_own_plan_runs_without_touching_the_core() {
    let mut plans = Plans::standard();
    plans.register(gift().chosen_for(|_| true)).unwrap();
    let wanted = purchase(Fulfilment::Shipping, PaymentMethod::Card);
    assert_eq!(plans.for_wanted(&wanted).unwrap().name(), "gift", "the newest that fits is chosen");
    let given = Given::blank(plans)
        .when(place("gift", wanted))
        .then(done(ReserveStock), &["step_succeeded ReserveStock/1", "validated", "step_requested wrap/1"]);
    let request = given.order.request(&given.order.plan().unwrap().steps()[1], 1).unwrap();
    let Ask::Custom(ask) = request.ask else { panic!() };
    assert_eq!((ask.attributes["paper"].as_str(), ask.attributes["outlet"].as_str()), ("red", "demo"));
    given
        .then(done(wrap()), &["step_succeeded wrap/1", "step_requested Ship/1", "sent_to_executor"])
        .then(done(Ship), &["step_succeeded Ship/1", "executing", "step_requested CommitStock/1"])
        .then(done(CommitStock), &["step_succeeded CommitStock/1", "executed"]);
}

#[test]
fn a_plan_without_marks_still_passes_every_status() {
    let mut plans = Plans::default();
    plans.register(Plan::named("bare").step(wrap()).pivot(wrap())).unwrap();
    let given = Given::blank(plans).when(place("bare", Wanted::Trade(ticket())));
    given.then(done(wrap()), &["step_succeeded wrap/1", "validated", "sent_to_executor", "executing", "executed"]);
}

#[test]
fn names_sizes_and_references() {
    faults(&Plan::named("a b").step(wrap()).pivot(wrap()), &[PlanFault::Name]);
    faults(&Plan::named("empty"), &[PlanFault::Size]);
    faults(&Plan::named("twice").step(wrap()).step(wrap()).pivot(wrap()), &[PlanFault::Twice(wrap())]);
    faults(&Plan::named("refund").step(Refund).pivot(Refund), &[PlanFault::NotAStep(Refund)]);
    faults(&gift().pivot(Deliver), &[PlanFault::NoPivot]);
    faults(&gift().guard(Deliver), &[PlanFault::NoGuard]);
    let backwards = Plan::named("backwards").step(wrap()).after(&[Ship]).step(Ship).pivot(Ship);
    faults(&backwards, &[PlanFault::Order { step: wrap(), on: Ship }]);
    let mut plans = Plans::standard();
    plans.register(gift()).unwrap();
    assert_eq!(plans.register(gift()), Err(vec![PlanFault::Taken]));
}

#[test]
fn steps_stand_on_the_right_side_of_the_pivot() {
    let beside = gift().step(wrap_too()).after(&[ReserveStock]);
    faults(&beside, &[PlanFault::BesidePivot(wrap_too())]);
    let gives_up = gift().step(wrap_too()).after(&[Ship]).undo(UndoRule::Nothing);
    faults(&gives_up, &[PlanFault::GivesUp(wrap_too())]);
    let too_late = gift().step(wrap_too()).after(&[Ship]).attempts(Attempts::Forever);
    faults(&too_late, &[PlanFault::UndoneTooLate(wrap_too())]);
    let past_guard = Plan::named("past").step(Ship).step(wrap()).step(wrap_too()).pivot(wrap_too()).guard(Ship);
    faults(&past_guard, &[PlanFault::PastGuard(wrap()), PlanFault::PastGuard(wrap_too())]);
    faults(&gift().guard(CommitStock), &[PlanFault::Guard(CommitStock)]);
}

fn wrap_too() -> StepKind {
    StepKind::Custom(name("wrap-too"))
}

#[test]
fn marks_rise() {
    let falling = gift().step(wrap_too()).after(&[Ship]).attempts(Attempts::Forever).undo(UndoRule::Nothing);
    faults(&falling.clone().on_success(Status::Validated), &[PlanFault::Marks(wrap_too())]);
    faults(&falling.clone().on_success(Status::Cancelled), &[PlanFault::Marks(wrap_too())]);
    faults(&falling, &[]);
}

#[test]
fn expected_steps_are_neither_requested_nor_undone() {
    let asked = Plan::named("asked").step(Ship).step(Prepare).undo(UndoRule::Always).pivot(Ship);
    faults(&asked, &[PlanFault::Expected(Prepare)]);
    let expected = Plan::named("expected").step(Prepare).pivot(Prepare);
    faults(&expected, &[PlanFault::Guard(Prepare)]);
}

#[test]
fn the_engine_s_own_steps_need_each_other() {
    let unpriced = Plan::named("unpriced").step(AuthorisePayment).step(Ship).step(CommitStock).pivot(Ship);
    faults(
        &unpriced,
        &[
            PlanFault::Needs { step: AuthorisePayment, needs: ReserveStock },
            PlanFault::Needs { step: CommitStock, needs: ReserveStock },
        ],
    );
    let half = Plan::named("half")
        .step(ReserveStock)
        .step(AuthorisePayment)
        .prepaid_only()
        .step(Ship)
        .step(CapturePayment)
        .pivot(Ship);
    faults(&half, &[PlanFault::Needs { step: CapturePayment, needs: AuthorisePayment }]);
    let unrouted = Plan::named("unrouted")
        .step(StepKind::AdmitTrade)
        .step(StepKind::Fill)
        .pivot(StepKind::Fill)
        .guard(RouteToVenue);
    faults(&unrouted, &[PlanFault::NoGuard]);
}
