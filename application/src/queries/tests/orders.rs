use std::collections::BTreeSet;

use orderflow_domain::ordering::Status;
use orderflow_domain::shared::{OrderId, OutletId, StepKind};

use crate::projections::scene::{ANN, BOB, Scene, acme, admitted, demo, limit_buy, purchase, run, staff};
use crate::views::OrderView;
use crate::{Access, Listed, OrdersQuery, OrdersSort, PageTotals, Paging, QueryError, projections};

pub(super) async fn all(scene: &Scene) -> Vec<OrderView> {
    scene.engine.orders(&staff(), OrdersQuery::newest(Paging::first(100))).await.unwrap().items
}

async fn found(scene: &Scene, access: &Access, query: OrdersQuery) -> Vec<OrderId> {
    ids(&scene.engine.orders(access, query).await.unwrap())
}

fn ids(page: &Listed<OrderView>) -> Vec<OrderId> {
    page.items.iter().map(|order| order.order_id).collect()
}

/// Ann's purchase, delivered; Bob's trade, admitted; Ann's purchase, placed.
async fn three() -> (Scene, [OrderId; 3]) {
    let scene = Scene::new();
    let delivered = scene.place(ANN, purchase(&[("p1", 2)])).await;
    scene.deliver(delivered).await;
    let trade = scene.place(BOB, limit_buy("101.3", "10")).await;
    scene.succeed(trade, StepKind::AdmitTrade, admitted()).await;
    let placed = scene.place(ANN, purchase(&[("p2", 1)])).await;
    scene.show().await;
    (scene, [delivered, trade, placed])
}

fn query() -> OrdersQuery {
    OrdersQuery::newest(Paging::first(100))
}

#[tokio::test]
async fn the_newest_first_and_only_ones_own() {
    let (scene, [delivered, trade, placed]) = three().await;
    assert_eq!(found(&scene, &staff(), query()).await, [placed, trade, delivered]);
    assert_eq!(found(&scene, &Access::Customer(ANN), query()).await, [placed, delivered]);
    let of_bob = OrdersQuery { customer: Some(BOB), ..query() };
    assert_eq!(found(&scene, &staff(), of_bob.clone()).await, [trade]);
    assert!(found(&scene, &Access::Customer(ANN), of_bob).await.is_empty());
}

#[tokio::test]
async fn what_a_list_shows_is_the_order_without_steps() {
    let (scene, _) = three().await;
    for listed in all(&scene).await {
        let whole = scene.engine.order(listed.order_id, &staff(), None).await.unwrap();
        assert_eq!(listed, OrderView { steps: None, ..whole });
    }
}

#[tokio::test]
async fn every_filter_filters() {
    let (scene, [delivered, trade, placed]) = three().await;
    let created = async |order| scene.engine.order(order, &staff(), None).await.unwrap().created_at;
    let (first, second) = (created(delivered).await, created(trade).await);
    let q = |text: &str| OrdersQuery { q: Some(text.to_owned()), ..query() };
    let cases = [
        (OrdersQuery { statuses: vec![Status::Executed, Status::Created], ..query() }, vec![placed, delivered]),
        (OrdersQuery { kind: Some("trade".parse().unwrap()), ..query() }, vec![trade]),
        (OrdersQuery { outlet: Some(demo()), ..query() }, vec![placed, delivered]),
        (OrdersQuery { outlet: Some(OutletId::new("other").unwrap()), ..query() }, vec![]),
        (OrdersQuery { instrument: Some(acme()), ..query() }, vec![trade]),
        (OrdersQuery { from: Some(second), ..query() }, vec![placed, trade]),
        (OrdersQuery { to: Some(second), ..query() }, vec![trade, delivered]),
        (OrdersQuery { from: Some(first), to: Some(first), ..query() }, vec![delivered]),
        (q("acm"), vec![trade]),
        (q(" TRACK-1 "), vec![delivered]),
        (q("p"), vec![placed, delivered]),
        (q("p2"), vec![placed]),
        (q("p1 track"), vec![delivered]),
        (q("p1 acme"), vec![]),
        (q(&delivered.to_string().to_uppercase()), vec![delivered]),
        (q("  "), vec![placed, trade, delivered]),
    ];
    for (query, expected) in cases {
        assert_eq!(found(&scene, &staff(), query.clone()).await, expected, "{query:?}");
    }
}

#[tokio::test]
async fn pages_join_without_gap_or_overlap_in_every_order() {
    let (scene, _) = three().await;
    for _ in 0..4 {
        scene.place(BOB, purchase(&[("p1", 1)])).await;
        scene.place(ANN, limit_buy("7", "1")).await;
    }
    scene.show().await;
    for sort in OrdersSort::ALL.iter().copied() {
        for descending in [false, true] {
            let sorted = OrdersQuery { sort, descending, ..query() };
            let whole = found(&scene, &staff(), sorted.clone()).await;
            assert_eq!(whole.len(), 11);
            assert_eq!(whole.iter().collect::<BTreeSet<_>>().len(), 11);
            let (mut joined, mut token) = (Vec::new(), None);
            loop {
                let paging = Paging::After { token, limit: 3 };
                let page = scene.engine.orders(&staff(), OrdersQuery { paging, ..sorted.clone() }).await.unwrap();
                joined.extend(ids(&page));
                token = page.next;
                if token.is_none() {
                    break;
                }
            }
            assert_eq!(joined, whole, "{sort:?} {descending}");
        }
    }
    let oldest = OrdersQuery { descending: false, ..query() };
    let mut turned = found(&scene, &staff(), oldest).await;
    turned.reverse();
    assert_eq!(turned, found(&scene, &staff(), query()).await);
}

#[tokio::test]
async fn numbered_pages_have_totals() {
    let (scene, [delivered, trade, placed]) = three().await;
    let page = async |page, size| {
        let paging = Paging::Numbered { page, size };
        scene.engine.orders(&staff(), OrdersQuery { paging, ..query() }).await.unwrap()
    };
    let (first, second, third) = (page(0, 2).await, page(1, 2).await, page(2, 2).await);
    assert_eq!((ids(&first), ids(&second), ids(&third)), (vec![placed, trade], vec![delivered], vec![]));
    assert_eq!(second.totals, Some(PageTotals { page: 1, size: 2, items: 3, pages: 2 }));
    assert_eq!(page(usize::MAX, 100).await.items, Vec::new());
}

#[tokio::test]
async fn a_question_that_makes_no_sense_is_refused() {
    let (scene, _) = three().await;
    let ask = async |query| match scene.engine.orders(&staff(), query).await {
        Err(QueryError::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    for limit in [0, 101] {
        assert_eq!(ask(OrdersQuery { paging: Paging::first(limit), ..query() }).await, "limit");
        assert_eq!(ask(OrdersQuery { paging: Paging::Numbered { page: 0, size: limit }, ..query() }).await, "size");
    }
    assert_eq!(ask(OrdersQuery { q: Some("x".repeat(257)), ..query() }).await, "q");
    assert_eq!(ask(OrdersQuery { q: Some("a b c d e f".to_owned()), ..query() }).await, "q");
    let by_time = OrdersQuery { paging: Paging::first(1), ..query() };
    let token = scene.engine.orders(&staff(), by_time).await.unwrap().next;
    let by_status = OrdersQuery { sort: OrdersSort::Status, paging: Paging::After { token, limit: 1 }, ..query() };
    assert_eq!(ask(by_status).await, "cursor");
}

#[tokio::test(start_paused = true)]
async fn a_client_finds_its_own_order_in_the_list() {
    let scene = Scene::new();
    scene.place(ANN, purchase(&[("p1", 1)])).await;
    scene.show().await;
    let order = scene.place(ANN, purchase(&[("p1", 1)])).await;
    let worker_later = async {
        tokio::task::yield_now().await;
        for mut worker in projections::workers(&scene.engine) {
            run(&mut *worker).await;
        }
    };
    let (listed, ()) = tokio::join!(all(&scene), worker_later);
    assert_eq!(listed.first().map(|shown| shown.order_id), Some(order));
}

#[tokio::test(start_paused = true)]
async fn a_list_that_stays_behind_is_shown_after_a_while() {
    let scene = Scene::new();
    let shown = scene.place(ANN, purchase(&[("p1", 1)])).await;
    scene.show().await;
    scene.place(ANN, purchase(&[("p1", 1)])).await;
    let begun = tokio::time::Instant::now();
    assert_eq!(all(&scene).await.iter().map(|order| order.order_id).collect::<Vec<_>>(), [shown]);
    assert_eq!(begun.elapsed().as_secs(), 1);
    // A paused view is not waited for.
    scene.engine.statuses().of("projection-orders").pause(true);
    let begun = tokio::time::Instant::now();
    assert_eq!(all(&scene).await.len(), 1);
    assert!(begun.elapsed().is_zero());
}

#[tokio::test(start_paused = true)]
async fn a_view_that_another_process_keeps_is_waited_for_by_its_checkpoint() {
    use orderflow_domain::ports::ViewStore;
    use std::sync::Arc;
    let scene = Scene::new();
    let order = scene.place(ANN, purchase(&[("p1", 1)])).await;
    let (store, views) = (scene.engine.store().clone(), scene.engine.views().clone());
    projections::prepare(&*views as &dyn ViewStore).await.unwrap();
    let elsewhere = crate::Statuses::default().of("projection-orders");
    let plans = scene.engine.plans().clone();
    let projection = Arc::new(projections::OrdersProjection);
    let mut worker = projections::ProjectionWorker::new(projection, store, views, plans, elsewhere);
    let worker_later = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        run(&mut worker).await;
    };
    let begun = tokio::time::Instant::now();
    let (listed, ()) = tokio::join!(all(&scene), worker_later);
    assert_eq!(listed.first().map(|shown| shown.order_id), Some(order));
    assert!(begun.elapsed().as_millis() < 1_000);
}
