//! /api/v1/admin/reactors

use orderflow_http::wire::Workers;
use orderflow_support::bodies::beans;
use orderflow_support::{Server, wait};

use crate::world::{client, worker};

const ALL: &str = "/api/v1/admin/reactors";

#[tokio::test]
async fn a_worker_can_be_paused_across_restarts() {
    let server = Server::dev();
    let client = server.client();
    let paused = client.act(&format!("{ALL}/inventory/pause")).await.expect(200).json();
    assert_eq!(worker(&paused, "inventory")["paused"], true);
    let id = client.place(&beans(1)).await;
    let lags = async || {
        let workers = client.get(ALL).await.expect(200).json();
        (worker(&workers, "inventory")["lag"].as_u64() > Some(0)).then_some(())
    };
    wait::until("the paused worker lags", lags).await;
    server.terminate();
    assert!(server.ended().await.success());

    let server = Server::dev_on(server.data(), &[]);
    let client = server.client();
    let workers = client.get(ALL).await.expect(200).json();
    assert_eq!(worker(&workers, "inventory")["paused"], true, "{workers}");
    assert_eq!(client.order(&id).await["status"], "CREATED");
    let _ = client.act(&format!("{ALL}/inventory/resume")).await.expect(200);
    assert_eq!(client.ended(&id).await["status"], "EXECUTED");
}

#[tokio::test]
async fn all_workers_come_to_the_head_of_the_log() {
    let server = Server::dev();
    let client = server.client();
    client.carry_out(&beans(1)).await;
    let caught_up = async || {
        let workers: Workers = serde_json::from_value(client.get(ALL).await.expect(200).json()).unwrap();
        let fine = workers.items.iter().all(|it| !it.paused && it.parked == 0 && it.stopped.is_none());
        assert!(fine && workers.items.len() > 5, "{workers:?}");
        workers.items.iter().all(|it| it.lag.unwrap_or_default() == 0).then_some(())
    };
    wait::until("no lag", caught_up).await;
}

#[tokio::test]
async fn a_worker_that_there_is_not_can_not_be_paused() {
    client().act(&format!("{ALL}/nobody/pause")).await.problem(404, "NOT_FOUND");
    client().act(&format!("{ALL}/nobody/resume")).await.problem(404, "NOT_FOUND");
}
