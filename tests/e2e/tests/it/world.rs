//! The servers that tests share, and things of a test's own on them.
//!
//! Starting a server for each test would take longer than the tests. A test that changes what others see (pauses a worker, kills the process) starts one
//! of its own; all others make the customers, items and instruments that they need.

use std::sync::OnceLock;

use orderflow_support::bodies::euros;
use orderflow_support::{Client, Server, unique, wait};
use serde_json::{Value, json};

/// The server of most tests.
pub(crate) fn shared() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::dev)
}

/// A client of it, with operator rights.
pub(crate) fn client() -> Client {
    shared().client()
}

/// The server of tests that change nothing, and look whether that is so.
pub(crate) fn quiet_server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::dev)
}

/// A client of it.
pub(crate) fn quiet() -> Client {
    quiet_server().client()
}

/// How many events the log has. A worker that has only just started does not know yet how far it is behind.
pub(crate) async fn log_head(client: &Client) -> u64 {
    wait::until("a worker at work", async || {
        let workers = client.get("/api/v1/admin/reactors").await.expect(200).json();
        let ordering = worker(&workers, "ordering");
        Some(ordering["position"].as_u64()? + ordering["lag"].as_u64()?)
    })
    .await
}

/// A worker of a list of workers.
pub(crate) fn worker<'a>(workers: &'a Value, name: &str) -> &'a Value {
    let items = workers["items"].as_array().unwrap();
    items.iter().find(|worker| worker["name"] == name).unwrap_or_else(|| panic!("no {name} in {workers}"))
}

/// A new item of the demo outlet at 10.00 EUR, with so many in stock.
pub(crate) async fn item(client: &Client, pieces: u64) -> String {
    let item = unique("item");
    let listing = json!({"name": "Something", "price": euros(1_000)});
    let _ = client.put(&format!("/api/v1/outlets/demo/items/{item}"), &listing).await.expect(200);
    if pieces > 0 {
        let path = format!("/api/v1/outlets/demo/stock/{item}/receive");
        let _ = client.post(&path, &json!({"quantity": pieces})).await.expect(200);
    }
    item
}

/// Pieces of an item: on the shelf, and held of these.
pub(crate) async fn stock(client: &Client, item: &str) -> (u64, u64) {
    let shown = client.get(&format!("/api/v1/outlets/demo/items/{item}")).await.expect(200).json();
    (shown["onHand"].as_u64().unwrap(), shown["held"].as_u64().unwrap())
}

/// A new instrument: tick 0.01, lot 1.
pub(crate) async fn instrument(client: &Client) -> String {
    let symbol = unique("SYM");
    let terms = json!({"symbol": symbol, "tick": "0.01", "lot": "1"});
    let _ = client.post("/api/v1/instruments", &terms).await.expect(200);
    symbol
}

/// State of a step.
pub(crate) fn step<'a>(order: &'a Value, name: &str) -> &'a Value {
    let steps = order["steps"].as_array().unwrap();
    steps.iter().find(|step| step["step"] == name).unwrap_or_else(|| panic!("no {name} in {order}"))
}

/// Types of a timeline, in order.
pub(crate) fn types(timeline: &[Value]) -> Vec<&str> {
    timeline.iter().filter_map(|entry| entry["type"].as_str()).collect()
}
