//! What is shown of orders in several states, word for word: clients are written against it.

use orderflow_domain::ordering::Command;
use orderflow_domain::shared::{
    Actor, Address, Contact, Failure, ItemId, LineFault, Note, OrderId, Reason, StepKind, StepResult, Success, Undone,
    Version,
};

use super::{OrderView, TimelineEntry};
use crate::projections::scene::{
    ANN, Scene, admitted, authorised, eur, failure, limit_buy, operator, purchase, routed, staff,
};

async fn shown(scene: &Scene, order: OrderId) -> OrderView {
    let shown = scene.engine.order(order, &staff(), None).await.unwrap();
    let text = serde_json::to_string(&shown).unwrap();
    assert_eq!(serde_json::from_str::<OrderView>(&text).unwrap(), shown, "reads back as it was");
    shown
}

async fn names(scene: &Scene, order: OrderId) -> Vec<String> {
    timeline(scene, order).await.into_iter().map(|entry| entry.kind).collect()
}

async fn timeline(scene: &Scene, order: OrderId) -> Vec<TimelineEntry> {
    scene.engine.timeline(order, &staff(), Version::EMPTY, 100).await.unwrap()
}

#[tokio::test]
async fn a_purchase_just_placed() {
    let scene = Scene::new();
    let address = Address { name: Some("Ann".to_owned()), city: "Paris".to_owned(), ..Address::default() };
    let contact = Contact { address: Some(address), email: None, note: Some("ring twice".to_owned()) };
    let order = scene.place_with(ANN, purchase(&[("p1", 2), ("p2", 1)]), contact).await;
    insta::assert_json_snapshot!(shown(&scene, order).await);
}

#[tokio::test]
async fn a_purchase_whose_customer_has_to_confirm() {
    let scene = Scene::new();
    let order = scene.place(ANN, purchase(&[("p1", 2)])).await;
    scene.reserve(order, &[("p1", 2)]).await;
    let note = Note::ActionRequired { url: "https://bank.example/confirm".to_owned() };
    scene.answer(order, StepKind::AuthorisePayment, StepResult::Noted(note)).await;
    insta::assert_json_snapshot!(shown(&scene, order).await);
}

#[tokio::test]
async fn a_purchase_delivered_rated_and_partly_refunded() {
    let scene = Scene::new();
    let order = scene.place(ANN, purchase(&[("p1", 2)])).await;
    scene.deliver(order).await;
    let rate = Command::Rate { order: Some(5), outlet: None, courier: Some(4) };
    scene.command(order, Actor::Customer(ANN), rate).await;
    let refund = Command::Refund { amount: eur(500), reason: "a torn bag".to_owned(), by: operator() };
    scene.command(order, operator(), refund).await;
    scene.succeed(order, StepKind::Refund, Success::Refunded { amount: eur(500) }).await;
    scene.command(order, operator(), Command::AddNote { text: "called back".to_owned(), by: operator() }).await;
    insta::assert_json_snapshot!(shown(&scene, order).await);
    insta::assert_json_snapshot!("timeline_of_a_purchase", names(&scene, order).await);
}

#[tokio::test]
async fn a_purchase_that_could_not_be_had() {
    let scene = Scene::new();
    let order = scene.place(ANN, purchase(&[("p1", 2), ("sold-out", 1)])).await;
    let fault =
        LineFault { line: 1, item: ItemId::new("sold-out").unwrap(), reason: Reason::OutOfStock, available: Some(0) };
    let refused =
        Failure { faults: vec![fault], ..Failure::definitive(Reason::OutOfStock, "1 of 2 lines can't be had") };
    scene.answer(order, StepKind::ReserveStock, StepResult::Failed(refused)).await;
    insta::assert_json_snapshot!(shown(&scene, order).await);
}

#[tokio::test]
async fn a_purchase_cancelled_and_undone() {
    let scene = Scene::new();
    let order = scene.place(ANN, purchase(&[("p1", 2)])).await;
    scene.reserve(order, &[("p1", 2)]).await;
    scene.succeed(order, StepKind::AuthorisePayment, authorised(2500)).await;
    let ann = Actor::Customer(ANN);
    let cancel = Command::Cancel { by: ann.clone(), reason: Reason::CancelRequested, comment: None };
    scene.command(order, ann, cancel).await;
    let undoing = shown(&scene, order).await;
    assert!(undoing.undoing && undoing.outcome.is_none() && !undoing.status.is_final());
    scene.undone(order, StepKind::Ship, Undone::Nothing).await;
    scene.undone(order, StepKind::AuthorisePayment, Undone::Voided { amount: eur(2500) }).await;
    scene.undone(order, StepKind::ReserveStock, Undone::Nothing).await;
    insta::assert_json_snapshot!(shown(&scene, order).await);
    insta::assert_json_snapshot!("timeline_of_a_cancel", names(&scene, order).await);
}

#[tokio::test]
async fn a_trade_before_it_is_admitted_and_filled_in_part() {
    let scene = Scene::new();
    let order = scene.place(ANN, limit_buy("101.3", "10")).await;
    let price = |shown: OrderView| shown.trade.unwrap().price.unwrap().to_string();
    assert_eq!(price(shown(&scene, order).await), "101.3", "the tick is not known yet");
    scene.succeed(order, StepKind::AdmitTrade, admitted()).await;
    scene.succeed(order, StepKind::RouteToVenue, routed()).await;
    scene.fill(order, "ACME-1", "101.2", "3").await;
    scene.fill(order, "ACME-2", "101.25", "4").await;
    insta::assert_json_snapshot!(shown(&scene, order).await);
}

#[tokio::test]
async fn a_trade_filled() {
    let scene = Scene::new();
    let order = scene.place(ANN, limit_buy("101.3", "10")).await;
    scene.succeed(order, StepKind::AdmitTrade, admitted()).await;
    scene.succeed(order, StepKind::RouteToVenue, routed()).await;
    scene.fill(order, "ACME-1", "101.2", "6").await;
    scene.fill(order, "ACME-2", "101.3", "4").await;
    let (quantity, average_price) = ("10".parse().unwrap(), Some("101.24".parse().unwrap()));
    scene.succeed(order, StepKind::Fill, Success::Filled { quantity, average_price }).await;
    let shown = shown(&scene, order).await;
    let trade = shown.trade.unwrap();
    assert_eq!(trade.average_price.unwrap().to_string(), "101.24");
    assert_eq!(shown.status.as_str(), "EXECUTED");
    insta::assert_json_snapshot!("timeline_of_a_trade", names(&scene, order).await);
}

#[tokio::test]
async fn a_trade_refused() {
    let scene = Scene::new();
    let order = scene.place(ANN, limit_buy("101.305", "10")).await;
    scene.answer(order, StepKind::AdmitTrade, failure(Reason::BadTick, "no multiple of 0.01")).await;
    let outcome = shown(&scene, order).await.outcome.unwrap();
    assert_eq!((outcome.code, outcome.by.as_str(), outcome.details), (Reason::BadTick, "venue", None));
}

#[tokio::test]
async fn a_timeline_tells_all_but_payment_tokens() {
    let scene = Scene::new();
    let order = scene.place(ANN, purchase(&[("p1", 2)])).await;
    scene.reserve(order, &[("p1", 2)]).await;
    let timeline = timeline(&scene, order).await;
    insta::assert_json_snapshot!(timeline[0]);
    let text = serde_json::to_string(&timeline).unwrap();
    assert!(text.contains("authorisePayment") && !text.contains("tok_visa"), "{text}");
}
