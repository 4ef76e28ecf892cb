//! GET /api/v1/orders/{id}

use orderflow_support::bodies::beans;
use orderflow_support::client::{ORDERS, id};
use orderflow_support::{unique, uuid};
use serde_json::json;

use crate::world::client;

#[tokio::test]
async fn an_unchanged_order_is_not_sent_again() {
    let client = client();
    let order = client.carry_out(&beans(2)).await;
    let path = format!("{ORDERS}/{}", id(&order));
    let etag = client.get(&path).await.expect(200).header("etag").unwrap().to_owned();
    assert_eq!(etag, format!("\"{}\"", order["version"]));
    for known in [etag.clone(), format!("W/{etag}"), format!("\"1\", {etag}"), "*".to_owned()] {
        let answer = client.request("GET", &path).header("If-None-Match", &known).send().await.expect(304);
        assert_eq!((answer.header("etag"), answer.body.len()), (Some(etag.as_str()), 0), "{known}");
    }
    let _ = client.request("GET", &path).header("If-None-Match", "\"1\"").send().await.expect(200);
    let _ = client.post(&format!("{path}/notes"), &json!({"text": "called the customer"})).await.expect(200);
    let _ = client.request("GET", &path).header("If-None-Match", &etag).send().await.expect(200);
}

#[tokio::test]
async fn an_order_can_be_seen_as_it_was() {
    let client = client();
    let order = client.carry_out(&beans(2)).await;
    let path = format!("{ORDERS}/{}", id(&order));
    for entry in client.timeline(&id(&order)).await {
        let at = entry["at"].as_str().unwrap();
        let then = client.get(&format!("{path}?asOf={at}")).await.expect(200).order();
        assert!(then["version"].as_u64() >= entry["version"].as_u64(), "{entry} {then}");
        assert!(then["updatedAt"].as_str() <= Some(at), "{entry} {then}");
    }
    let placed = client.get(&format!("{path}?asOf={}", order["createdAt"].as_str().unwrap())).await.expect(200).order();
    assert_eq!(placed["status"], "CREATED");
    client.get(&format!("{path}?asOf=2020-01-01T00:00:00Z")).await.problem(404, "NOT_FOUND");
    client.get(&format!("{path}?asOf=yesterday")).await.problem(400, "VALIDATION_FAILED");
}

#[tokio::test]
async fn what_is_not_there_is_said_to_be_so() {
    let client = client();
    client.get(&format!("{ORDERS}/{}", uuid())).await.problem(404, "NOT_FOUND");
    let problem = client.get(&format!("{ORDERS}/7")).await.problem(400, "VALIDATION_FAILED");
    assert_eq!(problem["errors"]["id"], "must be a UUID");
}

#[tokio::test]
async fn a_head_has_the_headers_of_a_get() {
    let client = client();
    let order = client.place_as(&unique("key"), &beans(1)).await.expect(201).order();
    let ended = client.ended(&id(&order)).await;
    let answer = client.request("HEAD", &format!("{ORDERS}/{}", id(&order))).send().await.expect(200);
    let etag = format!("\"{}\"", ended["version"]);
    assert_eq!((answer.header("etag"), answer.body.len()), (Some(etag.as_str()), 0));
}
