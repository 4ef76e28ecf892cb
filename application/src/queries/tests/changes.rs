use std::time::Duration;

use orderflow_domain::ordering::Command;
use orderflow_domain::shared::{OrderId, Version};

use crate::projections::scene::{ANN, Scene, operator, purchase, run, staff};
use crate::views::TimelineEntry;
use crate::{Changes, ChangesWorker, Next, Worker};

async fn remark(scene: &Scene, order: OrderId) {
    // The same remark again would change nothing.
    let text = format!("called at {}", scene.engine.now());
    let note = Command::AddNote { text, by: operator() };
    scene.command(order, operator(), note).await;
}

fn versions(entries: &[TimelineEntry]) -> Vec<u64> {
    entries.iter().map(|entry| entry.version.0).collect()
}

async fn is_quiet(changes: &mut Changes) -> bool {
    tokio::time::timeout(Duration::from_secs(60), changes.next()).await.is_err()
}

/// Drives the worker as the runtime does.
async fn drive(mut worker: ChangesWorker) {
    loop {
        if let Next::When(_) = worker.step(jiff::Timestamp::UNIX_EPOCH).await.unwrap() {
            worker.ready().await;
        }
    }
}

/// What is there first, then what comes, then what comes after an abandoned wait, and nothing of other orders.
async fn follows(scene: &Scene) {
    let order = scene.place(ANN, purchase(&[("p1", 1)])).await;
    let other = scene.place(ANN, purchase(&[("p1", 1)])).await;
    let placed = scene.engine.timeline(order, &staff(), Version::EMPTY, 100).await.unwrap();
    let end = placed.len() as u64;
    let mut changes = scene.engine.changes(order, &staff(), Version(1)).await.unwrap();
    assert_eq!(changes.next().await.unwrap(), placed[1..]);
    let (next, ()) = tokio::join!(changes.next(), async {
        remark(scene, other).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        remark(scene, order).await;
    });
    assert_eq!(versions(&next.unwrap()), [end + 1]);
    remark(scene, other).await;
    assert!(is_quiet(&mut changes).await);
    remark(scene, order).await;
    remark(scene, order).await;
    assert_eq!(versions(&changes.next().await.unwrap()), [end + 2, end + 3]);
    assert!(is_quiet(&mut changes).await);
}

#[tokio::test(start_paused = true)]
async fn a_watcher_follows_its_order_by_itself() {
    follows(&Scene::new()).await;
}

#[tokio::test(start_paused = true)]
async fn a_watcher_follows_its_order_as_the_worker_says() {
    let scene = Scene::new();
    let worker = ChangesWorker::new(&scene.engine);
    tokio::select! {
        () = follows(&scene) => {}
        () = drive(worker) => {}
    }
    assert!(scene.engine.watchers().nobody(), "places are given back");
}

#[tokio::test(start_paused = true)]
async fn watchers_outlive_their_worker() {
    let scene = Scene::new();
    let order = scene.place(ANN, purchase(&[("p1", 1)])).await;
    let end = scene.engine.order(order, &staff(), None).await.unwrap().version;
    let mut changes = scene.engine.changes(order, &staff(), end).await.unwrap();
    let mut worker = ChangesWorker::new(&scene.engine);
    run(&mut worker).await;
    assert!(is_quiet(&mut changes).await);
    let (next, ()) = tokio::join!(changes.next(), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        drop(worker);
        remark(&scene, order).await;
    });
    assert_eq!(versions(&next.unwrap()), [end.0 + 1]);
}

#[tokio::test(start_paused = true)]
async fn a_watcher_from_the_future_waits_for_it() {
    let scene = Scene::new();
    let order = scene.place(ANN, purchase(&[("p1", 1)])).await;
    let end = scene.engine.order(order, &staff(), None).await.unwrap().version;
    let mut changes = scene.engine.changes(order, &staff(), Version(end.0 + 1)).await.unwrap();
    remark(&scene, order).await;
    assert!(is_quiet(&mut changes).await);
    remark(&scene, order).await;
    assert_eq!(versions(&changes.next().await.unwrap()), [end.0 + 2]);
}
