//! Runs in which nothing goes wrong, and what is refused when an order is placed.

use super::super::event::{Fulfilment, Wanted};
use super::super::{FillState, LineFulfilment, PaymentState, Plans, Rejection, Stage, Status, StepState};
use super::harness::{Given, done, eur, fill, name, outcome, place, purchase, ticket};
use crate::shared::StepKind::{
    AdmitTrade, ApproveByOutlet, AssignPartner, AuthorisePayment, CapturePayment, CommitStock, Deliver, Fill, PickUp,
    Prepare, ReserveStock, RouteToVenue, Ship,
};
use crate::shared::{Note, PaymentMethod, StepResult, TradeType};

#[test]
fn a_parcel() {
    let wanted = purchase(Fulfilment::Shipping, PaymentMethod::Card);
    let given = Given::blank(Plans::standard())
        .then(place("shipped-v1", wanted), &["placed", "step_requested ReserveStock/1"])
        .then(done(ReserveStock), &["step_succeeded ReserveStock/1", "validated", "step_requested AuthorisePayment/1"])
        .then(
            done(AuthorisePayment),
            &["step_succeeded AuthorisePayment/1", "step_requested Ship/1", "sent_to_executor"],
        );
    assert_eq!(given.order.payment_state(), PaymentState::Authorised);
    assert_eq!(
        (given.order.stage(), given.order.fulfilment()),
        (Some(Stage::ReadyToShip), Some(LineFulfilment::Reserved))
    );
    let given = given.then(
        done(Ship),
        &[
            "step_succeeded Ship/1",
            "executing",
            "step_requested CapturePayment/1",
            "step_requested CommitStock/1",
            "step_awaited Deliver/1",
        ],
    );
    assert_eq!(
        (given.order.stage(), given.order.fulfilment()),
        (Some(Stage::OnTheWay), Some(LineFulfilment::OnTheWay))
    );
    assert_eq!(given.order.tracking(), Some(&name("T1")));
    let given = given
        .then(done(CommitStock), &["step_succeeded CommitStock/1"])
        .then(done(CapturePayment), &["step_succeeded CapturePayment/1"])
        .then(done(Deliver), &["step_succeeded Deliver/1", "executed"]);
    let order = &given.order;
    assert_eq!((order.status(), order.payment_state()), (Status::Executed, PaymentState::Captured));
    assert_eq!((order.stage(), order.fulfilment()), (None, Some(LineFulfilment::Delivered)));
    assert_eq!(order.completed_at(), Some(given.now));
    assert_eq!(order.totals().unwrap().total, eur(1_000));
}

#[test]
fn a_trade() {
    let given = Given::blank(Plans::standard())
        .then(place("trade-v1", Wanted::Trade(ticket())), &["placed", "step_requested AdmitTrade/1"])
        .then(
            done(AdmitTrade),
            &["step_succeeded AdmitTrade/1", "validated", "step_requested RouteToVenue/1", "sent_to_executor"],
        )
        .then(done(RouteToVenue), &["step_succeeded RouteToVenue/1", "executing"])
        .then(fill(1, "100", 4), &["filled"]);
    assert_eq!(given.order.fill_state(), Some(FillState::PartiallyFilled));
    let given = given.then(fill(2, "99.5", 6), &["filled"]).then(done(Fill), &["step_succeeded Fill/1", "executed"]);
    assert_eq!(given.order.fill_state(), Some(FillState::Filled));
    assert_eq!(given.order.average_price().unwrap().with_decimals(2), "99.70");
}

#[test]
fn a_prepaid_meal() {
    let given = Given::meal(PaymentMethod::Card).done(ReserveStock).then(
        done(AuthorisePayment),
        &["step_succeeded AuthorisePayment/1", "step_requested ApproveByOutlet/1", "sent_to_executor"],
    );
    assert_eq!(given.order.stage(), Some(Stage::AwaitingOutlet));
    let given = given.then(
        done(ApproveByOutlet),
        &["step_succeeded ApproveByOutlet/1", "executing", "step_awaited Prepare/1", "step_requested AssignPartner/1"],
    );
    assert_eq!(given.order.stage(), Some(Stage::Preparing));
    let given = given.then(done(Prepare), &["step_succeeded Prepare/1"]);
    assert_eq!(given.order.stage(), Some(Stage::FindingCourier));
    let given = given.then(done(AssignPartner), &["step_succeeded AssignPartner/1", "step_awaited PickUp/1"]);
    assert_eq!(given.order.stage(), Some(Stage::WaitingForCourier));
    given
        .then(
            done(PickUp),
            &[
                "step_succeeded PickUp/1",
                "step_requested CapturePayment/1",
                "step_requested CommitStock/1",
                "step_awaited Deliver/1",
            ],
        )
        .done(Deliver)
        .done(CommitStock)
        .then(done(CapturePayment), &["step_succeeded CapturePayment/1", "executed"]);
}

#[test]
fn a_cash_meal_has_no_payment_steps_and_posts_the_money_on_delivery() {
    let given = Given::meal(PaymentMethod::Cash)
        .then(
            done(ReserveStock),
            &["step_succeeded ReserveStock/1", "validated", "step_requested ApproveByOutlet/1", "sent_to_executor"],
        )
        .then_err(done(AuthorisePayment), Rejection::UnknownStep)
        .done(ApproveByOutlet)
        .done(Prepare)
        .done(AssignPartner)
        .then(done(PickUp), &["step_succeeded PickUp/1", "step_requested CommitStock/1", "step_awaited Deliver/1"])
        .done(CommitStock);
    assert_eq!(given.order.payment_state(), PaymentState::None);
    let given = given.then(done(Deliver), &["step_succeeded Deliver/1", "executed"]);
    let ledger = given.order.ledger();
    assert_eq!((ledger.authorised(), ledger.captured(), ledger.held()), (1_000, 1_000, 0));
    assert_eq!(given.order.steps().count(), 7);
}

#[test]
fn an_expected_step_implies_the_expected_ones_before_it() {
    // The courier picks up before the outlet says "ready", and only "delivered" is heard of.
    let given = Given::meal_approved().done(AssignPartner).then(
        done(PickUp),
        &[
            "step_succeeded PickUp/1",
            "step_requested CapturePayment/1",
            "step_requested CommitStock/1",
            "step_awaited Deliver/1",
        ],
    );
    assert_eq!(given.order.step(&Prepare).unwrap().state, StepState::Succeeded);
    given.then(done(Prepare), &[]);
    let given = Given::meal_approved().done(AssignPartner).done(Deliver);
    assert_eq!(given.order.step(&PickUp).unwrap().state, StepState::Succeeded);
    given.then(done(PickUp), &[]);
}

#[test]
fn news_are_recorded_once() {
    let url = "https://pay.example".to_owned();
    let act = || outcome(AuthorisePayment, 1, StepResult::Noted(Note::ActionRequired { url: url.clone() }));
    let given = Given::parcel().done(ReserveStock).then(act(), &["step_noted AuthorisePayment/1"]).then(act(), &[]);
    assert_eq!(given.order.payment_state(), PaymentState::ActionRequired);
    assert_eq!(given.order.action_url(), Some(url.as_str()));
    assert_eq!(given.done(AuthorisePayment).order.action_url(), None);
}

#[test]
fn what_is_wrong_as_it_stands_is_refused_at_once() {
    let blank = || Given::blank(Plans::standard());
    let parcel = || purchase(Fulfilment::Shipping, PaymentMethod::Card);
    blank().then_err(place("nope", parcel()), Rejection::UnknownPlan);
    blank().then_err(place("trade-v1", parcel()), Rejection::PlanDoesNotFit);
    blank().then_err(place("shipped-v1", Wanted::Trade(ticket())), Rejection::PlanDoesNotFit);
    let cash = purchase(Fulfilment::Shipping, PaymentMethod::Cash);
    blank().then_err(place("shipped-v1", cash), Rejection::MethodNotAccepted);
    blank().then_err(done(Ship), Rejection::OrderNotFound);
    let Wanted::Purchase(mut empty) = parcel() else { panic!() };
    empty.lines = std::sync::Arc::new([]);
    blank().then_err(place("shipped-v1", Wanted::Purchase(empty)), Rejection::InvalidLines);
    let free = crate::shared::TradeTicket { price: None, ..ticket() };
    blank().then_err(place("trade-v1", Wanted::Trade(free.clone())), Rejection::InvalidPrice);
    let market = crate::shared::TradeTicket { kind: TradeType::Market, ..free };
    blank().then(place("trade-v1", Wanted::Trade(market)), &["placed", "step_requested AdmitTrade/1"]);
    let nothing = crate::shared::TradeTicket { quantity: crate::shared::Quantity::ZERO, ..ticket() };
    blank().then_err(place("trade-v1", Wanted::Trade(nothing)), Rejection::InvalidQuantity);
    Given::parcel().then_err(place("local-delivery-v1", parcel()), Rejection::OrderExists);
}

#[test]
fn what_the_order_never_asked_is_refused() {
    Given::parcel()
        .then_err(done(Ship), Rejection::UnknownAttempt)
        .then_err(done(RouteToVenue), Rejection::UnknownStep)
        .then_err(fill(1, "1", 1), Rejection::UnknownStep);
    let wrong = outcome(ReserveStock, 1, StepResult::Succeeded(crate::shared::Success::Committed));
    Given::parcel().then_err(wrong, Rejection::WrongOutcome);
}
