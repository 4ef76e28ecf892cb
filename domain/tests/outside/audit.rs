//! After a run: what the order believes against what is true.

use std::sync::Arc;

use orderflow_domain::ordering::event::OrderEvent;
use orderflow_domain::ordering::{Order, Plans, Status, StepState, UndoState};
use orderflow_domain::shared::{Reason, StepKind};

use crate::participants::Truth;
use crate::script::Script;
use crate::world::{QUANTITY, TOTAL, World};

pub(crate) fn audit(world: &World<'_>, script: &Script) {
    let order = &world.order;
    assert!(order.is_final(), "every run comes to an end");
    assert!(world.timers.is_empty(), "no timer is left: {:?}", world.timers);
    money(order, &world.outside.truth, script);
    if order.fill_state().is_some() {
        trade(order, &world.outside.truth);
    } else {
        goods(order, &world.outside.truth);
    }
    for step in order.steps() {
        assert!(world.outside.effects(step.kind) <= 1, "{} has taken effect once at most", step.kind);
        let done = step.state == StepState::Succeeded;
        assert!(done || order.status() != Status::Executed, "EXECUTED means that {} is done", step.kind);
        assert_ne!(step.undo, UndoState::Requested, "the undo of {} is answered", step.kind);
    }
    cancels(world);
}

fn money(order: &Order, truth: &Truth, script: &Script) {
    let ledger = order.ledger();
    let cash = if script.cash { truth.cash } else { 0 };
    assert_eq!(ledger.held() + ledger.written_off(), truth.held, "what is held");
    assert_eq!(ledger.kept(), truth.captured - truth.refunded + cash, "what is kept");
    assert!(ledger.captured() <= ledger.authorised() && ledger.refunded() <= ledger.captured(), "{ledger:?}");
    if order.fill_state().is_some() {
        return;
    }
    let given_up = order.step(&StepKind::CapturePayment).is_some_and(|step| step.by_hand);
    match order.status() {
        Status::Executed if given_up => {
            assert_eq!(ledger.kept(), 0, "what is written off is not kept, even if it came");
        }
        Status::Executed => assert_eq!(ledger.kept() + refunds(order), TOTAL, "{ledger:?}"),
        Status::Cancelled | Status::Failed => assert_eq!((ledger.held(), ledger.kept()), (0, 0), "{ledger:?}"),
        other => panic!("{other} is not final"),
    }
}

fn refunds(order: &Order) -> i64 {
    order.refunds().iter().filter(|refund| refund.refunded_at.is_some()).map(|refund| refund.amount.amount).sum()
}

fn goods(order: &Order, truth: &Truth) {
    assert_eq!(truth.reserved, 0, "nothing stays held");
    assert_eq!(truth.couriers_bound, 0, "no courier stays bound");
    assert_eq!(truth.outlets_bound, 0, "no outlet stays bound");
    assert!(truth.handed_over <= 1, "goods go out once");
    let out = truth.handed_over == 1;
    assert_eq!(truth.left, if out { QUANTITY } else { 0 }, "what left the shelf is what went out");
    match order.status() {
        Status::Executed => assert_eq!(truth.delivered, Some(true), "EXECUTED means delivered"),
        Status::Cancelled => assert!(!out, "what is cancelled never went out"),
        Status::Failed if out => {
            assert_eq!(truth.delivered, Some(false));
            assert_eq!(order.ending().map(|(failure, _)| &failure.reason), Some(&Reason::DeliveryFailed));
        }
        Status::Failed => {}
        other => panic!("{other} is not final"),
    }
}

fn trade(order: &Order, truth: &Truth) {
    assert!(!truth.resting, "nothing stays in the book");
    let filled: i64 = truth.fills.iter().map(|fill| fill.quantity.units()).sum();
    assert_eq!(order.filled_quantity().units(), filled, "every fill is recorded once");
    assert_eq!(order.fills().len(), truth.fills.len());
    match order.status() {
        Status::Executed => {
            assert!(order.remaining().is_some_and(orderflow_domain::shared::Decimal::is_zero), "EXECUTED means filled");
        }
        Status::Failed => assert_eq!(filled, 0, "FAILED keeps no fills"),
        Status::Cancelled => assert!(
            !order.remaining().is_some_and(orderflow_domain::shared::Decimal::is_zero),
            "a full fill is no cancel"
        ),
        other => panic!("{other} is not final"),
    }
}

fn cancels(world: &World<'_>) {
    let is = |test: fn(&OrderEvent) -> bool| world.log.iter().filter(|(event, _)| test(event)).count();
    let requested = is(|event| matches!(event, OrderEvent::CancelRequested(_)));
    let rejected = is(|event| matches!(event, OrderEvent::CancelRejected(_)));
    assert!(requested <= 1, "a second cancel gives no events");
    if requested == 1 {
        let cancelled = world.order.status() == Status::Cancelled;
        assert_eq!(rejected == 0, cancelled, "an accepted cancel ends CANCELLED or is rejected by an event");
    }
    let guard = world.order.plan().and_then(|plan| plan.guard_step()).cloned();
    let pivot = world.order.plan().and_then(|plan| plan.pivot_step()).cloned();
    let pivots = world
        .log
        .iter()
        .filter(|(event, _)| matches!(event, OrderEvent::StepSucceeded(done) if Some(&done.step) == pivot.as_ref()));
    let current = guard.and_then(|kind| world.order.step(&kind).map(|step| (step.undo, step.kind == &StepKind::Ship)));
    let undone = current.is_some_and(|(undo, _)| undo == UndoState::Done);
    assert!(pivots.count() == 0 || !undone, "undone and succeeded exclude each other");
}

/// The same events give the same order.
pub(crate) fn replay(world: &World<'_>, plans: &Arc<Plans>) {
    let mut again = Order::blank(plans);
    for (event, at) in &world.log {
        again.apply(event, *at);
    }
    assert_eq!(format!("{again:?}"), format!("{:?}", world.order));
}
