//! /livez, /readyz, /metrics, /version

use orderflow_support::bodies::{beans, purchase};
use orderflow_support::{Server, unique};
use serde_json::json;

use crate::world::client;

#[tokio::test]
async fn it_is_alive_and_ready() {
    let client = client();
    assert_eq!(client.get("/livez").await.expect(200).json(), json!({"status": "alive"}));
    assert_eq!(client.get("/readyz").await.expect(200).json(), json!({"status": "ready"}));
}

#[tokio::test]
async fn it_says_what_it_is() {
    let version = client().get("/version").await.expect(200).json();
    assert_eq!((&version["name"], &version["version"]), (&json!("orderflow"), &json!(env!("CARGO_PKG_VERSION"))));
}

#[tokio::test]
async fn metrics_count_what_happens() {
    let server = Server::dev();
    let client = server.client();
    let key = unique("key");
    let order = client.place_as(&key, &beans(1)).await.expect(201).order();
    client.ended(order["orderId"].as_str().unwrap()).await;
    let _ = client.place_as(&key, &beans(1)).await.expect(200);
    client.carry_out(&purchase("sold-out", 1)).await;
    let shown = async || {
        let text = client.get("/metrics").await.expect(200).text();
        let expected = [
            "orderflow_orders_placed_total 2",
            r#"orderflow_orders_ended_total{status="EXECUTED"} 1"#,
            r#"orderflow_orders_ended_total{status="FAILED"} 1"#,
            r#"orderflow_http_requests_total{method="POST",route="/api/v1/orders",status="201"} 2"#,
        ];
        expected.iter().all(|line| text.lines().any(|known| known == *line)).then_some(text)
    };
    let text = orderflow_support::wait::until("metrics", shown).await;
    for name in [
        "orderflow_events_total",
        "orderflow_order_seconds",
        "orderflow_step_failures_total",
        "orderflow_reader_lag_events",
        "orderflow_worker_stopped",
        "orderflow_log_head",
        "orderflow_outside_calls_total",
        "orderflow_store_batch_units",
        "orderflow_http_request_duration_seconds",
        "orderflow_http_connections",
        "orderflow_http_requests_in_flight",
    ] {
        assert!(text.lines().any(|line| line.starts_with(name)), "{name} in:\n{text}");
    }
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let value = line.rsplit(' ').next().unwrap();
        assert!(value.parse::<f64>().is_ok(), "{line}");
    }
}

#[tokio::test]
async fn a_request_has_the_id_that_its_caller_gave_it() {
    let client = client();
    let answer = client.request("GET", "/livez").header("X-Request-Id", "mine-7").send().await;
    assert_eq!(answer.header("x-request-id"), Some("mine-7"));
    let problem =
        client.request("GET", "/nothing").header("X-Request-Id", "mine-7").send().await.problem(404, "NOT_FOUND");
    assert_eq!(problem["requestId"], "mine-7");
}
