//! `orderflow replay`

use orderflow_support::client::ORDERS;
use orderflow_support::{Client, Program, Server, wait};
use serde_json::Value;

use crate::world::worker;

async fn lists(client: &Client) -> Vec<Value> {
    let mut all = Vec::new();
    for path in [
        format!("{ORDERS}?limit=100"),
        format!("{ORDERS}?page=0&size=100&sort=status,asc"),
        format!("{ORDERS}?q=sold-out"),
        "/api/v1/outlets/demo/stock".to_owned(),
        "/api/v1/instruments".to_owned(),
    ] {
        all.push(client.get(&path).await.expect(200).json());
    }
    all
}

/// Until all that was said is in the lists.
async fn settled(client: &Client) {
    wait::until("no lag", async || {
        let workers = client.get("/api/v1/admin/reactors").await.expect(200).json();
        let names = ["projection-orders", "projection-stock", "projection-instruments"];
        names.iter().all(|name| worker(&workers, name)["lag"] == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn rebuilt_views_show_the_same() {
    let server = Server::dev();
    let client = server.client();
    super::audit::history(&client).await;
    settled(&client).await;
    let before = lists(&client).await;
    let store = server.data().store();
    let refused = Program::orderflow(&["replay", "--store", &store]).run().code(3);
    assert!(refused.stderr.contains("stop it first"), "{}", refused.stderr);
    server.terminate();
    assert!(server.ended().await.success());

    let _ = Program::orderflow(&["replay", "--store", &store]).run().code(0);
    let _ = Program::orderflow(&["replay", "--view", "orders", "--store", &store]).run().code(0);
    let unknown = Program::orderflow(&["replay", "--view", "order", "--store", &store]).run().code(2);
    assert!(unknown.stderr.contains("orders"), "it names those that there are: {}", unknown.stderr);
    let _ = Program::orderflow(&["audit", "--store", &store]).run().code(0);

    let server = Server::dev_on(server.data(), &[]);
    let client = server.client();
    settled(&client).await;
    assert_eq!(lists(&client).await, before);
}

#[tokio::test]
async fn views_that_are_gone_are_built_again() {
    let server = Server::dev();
    let client = server.client();
    super::audit::history(&client).await;
    settled(&client).await;
    let before = lists(&client).await;
    server.kill();
    let mut removed = 0;
    for entry in std::fs::read_dir(server.data().path()).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_string_lossy().contains("views") {
            std::fs::remove_file(&path).unwrap();
            removed += 1;
        }
    }
    assert!(removed > 0, "views are a file of their own");
    let server = Server::dev_on(server.data(), &[]);
    let client = server.client();
    settled(&client).await;
    assert_eq!(lists(&client).await, before);
}
