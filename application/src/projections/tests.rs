//! Views follow the log, and come out the same when they are rebuilt.

use std::sync::Arc;

use orderflow_domain::ports::{Document, Order, Query, ViewSpec};
use orderflow_domain::shared::{Position, StepKind};

use super::{OrdersProjection, Projection, all, rebuild};
use crate::projections::scene::{ANN, BOB, Scene, admitted, limit_buy, purchase, run};
use crate::{Next, Worker};

async fn documents(scene: &Scene, view: &ViewSpec) -> Vec<Document> {
    let query = Query { order: Order::default(), limit: 100, ..Query::default() };
    scene.engine.views().query(view, &query).await.unwrap().documents
}

async fn busy() -> Scene {
    let scene = Scene::new();
    scene.list_item("p1", "Espresso beans", 100).await;
    scene.trade_acme().await;
    let delivered = scene.place(ANN, purchase(&[("p1", 2)])).await;
    scene.hold("p1", 2).await;
    scene.deliver(delivered).await;
    let trade = scene.place(BOB, limit_buy("101.3", "10")).await;
    scene.succeed(trade, StepKind::AdmitTrade, admitted()).await;
    scene
}

/// A worker of one projection, with its status.
fn worker(scene: &Scene, projection: Arc<dyn Projection>) -> super::ProjectionWorker {
    let engine = &scene.engine;
    let status = engine.statuses().of(projection.name());
    super::ProjectionWorker::new(
        projection,
        engine.store().clone(),
        engine.views().clone(),
        engine.plans().clone(),
        status,
    )
}

async fn rebuild_view(scene: &Scene, projection: Arc<dyn Projection>) -> Vec<(Position, Position)> {
    let engine = &scene.engine;
    let mut heard = Vec::new();
    let mut progress = |at, live| heard.push((at, live));
    let (store, plans) = (engine.store().clone(), engine.plans().clone());
    rebuild(projection, store, &**engine.views(), plans, &mut progress).await.unwrap();
    heard
}

#[tokio::test]
async fn a_rebuilt_view_equals_the_live_one() {
    let scene = busy().await;
    // Live: step by step, so that the documents are written many times on the way.
    for projection in all() {
        let mut worker = worker(&scene, projection);
        run(&mut worker).await;
    }
    let order = scene.place(ANN, purchase(&[("p1", 1)])).await;
    scene.show().await;
    scene.reserve(order, &[("p1", 1)]).await;
    scene.show().await;
    for projection in all() {
        let view = projection.view();
        let live = documents(&scene, view).await;
        assert!(!live.is_empty(), "{}", view.name);
        let heard = rebuild_view(&scene, projection).await;
        assert_eq!(heard.first().map(|(at, _)| *at), Some(Position::START));
        assert!(heard.last().is_some_and(|(at, live)| at == live), "{heard:?}");
        assert_eq!(documents(&scene, view).await, live, "{}", view.name);
    }
}

#[tokio::test]
async fn a_rebuild_mends_a_view_and_its_worker_goes_on_from_there() {
    let scene = busy().await;
    scene.show().await;
    let view = &OrdersProjection::VIEW;
    let good = documents(&scene, view).await;
    spoil(&scene, view, &good[0]).await;
    assert_ne!(documents(&scene, view).await, good);
    rebuild_view(&scene, Arc::new(OrdersProjection)).await;
    assert_eq!(documents(&scene, view).await, good);
    scene.place(ANN, purchase(&[("p1", 1)])).await;
    scene.show().await;
    assert_eq!(documents(&scene, view).await.len(), good.len() + 1);
}

/// Writes nonsense into a view, under its checkpoint.
async fn spoil(scene: &Scene, view: &ViewSpec, document: &Document) {
    use orderflow_domain::ports::{DocumentChange, ViewCommit};
    let views = scene.engine.views();
    let at = views.checkpoint(view).await.unwrap().unwrap();
    let changes = vec![DocumentChange::Put(Document { body: "{}".into(), ..document.clone() })];
    views.commit(view, ViewCommit { from: at.position, to: at.position, event: at.event, changes }).await.unwrap();
}

#[tokio::test]
async fn a_batch_writes_each_document_once_in_its_last_state() {
    let scene = Scene::new();
    let order = scene.place(ANN, purchase(&[("p1", 2)])).await;
    scene.deliver(order).await;
    let mut worker = worker(&scene, Arc::new(OrdersProjection));
    assert_eq!(worker.step(scene.engine.now()).await, Ok(Next::Now));
    let shown = documents(&scene, &OrdersProjection::VIEW).await;
    assert_eq!(shown.len(), 1);
    assert!(shown[0].body.contains(r#""status":"EXECUTED""#), "{}", shown[0].body);
    let terms = ["p1".into(), "track-1".into(), order.to_string().into()];
    let found = match &shown[0].fields[6] {
        orderflow_domain::ports::IndexValue::Terms(found) => found.clone(),
        other => panic!("{other:?}"),
    };
    assert!(terms.iter().all(|term| found.contains(term)), "{found:?}");
}

#[tokio::test]
async fn two_workers_of_one_view_do_no_harm() {
    let scene = busy().await;
    let (mut one, mut other) = (worker(&scene, Arc::new(OrdersProjection)), worker(&scene, Arc::new(OrdersProjection)));
    run(&mut one).await;
    // Both stand at the same place, and both want to go on.
    run(&mut other).await;
    scene.place(ANN, purchase(&[("p1", 1)])).await;
    run(&mut one).await;
    assert!(other.step(scene.engine.now()).await.is_err(), "the other has moved the checkpoint");
    run(&mut other).await;
    assert_eq!(documents(&scene, &OrdersProjection::VIEW).await.len(), 3);
}

#[tokio::test]
async fn events_that_a_view_does_not_show_cost_no_commit() {
    let scene = Scene::new();
    scene.place(ANN, purchase(&[("p1", 1)])).await;
    let mut worker = worker(&scene, Arc::new(OrdersProjection));
    run(&mut worker).await;
    let views = scene.engine.views();
    let before = views.checkpoint(&OrdersProjection::VIEW).await.unwrap().unwrap().position;
    scene.list_item("p1", "Espresso beans", 100).await;
    run(&mut worker).await;
    let after = views.checkpoint(&OrdersProjection::VIEW).await.unwrap().unwrap().position;
    let head = scene.engine.store().head().await.unwrap();
    assert_eq!((after, scene.engine.statuses().of("projection-orders").position()), (before, head));
    assert!(after < head);
}

#[tokio::test]
async fn a_view_ahead_of_a_restored_log_stops_its_worker() {
    let (scene, shorter) = (busy().await, Scene::new());
    scene.show().await;
    shorter.place(ANN, purchase(&[("p1", 1)])).await;
    let status = shorter.engine.statuses().of("projection-orders");
    let (store, plans) = (shorter.engine.store().clone(), shorter.engine.plans().clone());
    let views = scene.engine.views().clone();
    let mut worker = super::ProjectionWorker::new(Arc::new(OrdersProjection), store, views, plans, status);
    let stopped = worker.step(shorter.engine.now()).await.unwrap_err();
    assert!(matches!(&stopped, crate::Stall::Lasting(why) if why.contains("remove the views")), "{stopped:?}");
}
