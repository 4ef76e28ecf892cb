//! What belongs to others looks as if it did not exist.

use orderflow_support::bodies::beans;
use orderflow_support::client::{ORDERS, id};
use orderflow_support::{Client, uuid};
use serde_json::{Value, json};

use crate::world::client;

/// Method, path behind the order, body of everything that can be done to an order.
const ACTIONS: [(&str, &str, &str); 6] = [
    ("GET", "", ""),
    ("GET", "/events", ""),
    ("POST", "/cancel", ""),
    ("POST", "/rating", r#"{"order":5}"#),
    ("POST", "/refunds", r#"{"amount":{"amount":1,"currency":"EUR"},"reason":"x"}"#),
    ("POST", "/notes", r#"{"text":"x"}"#),
];

/// What a client gets, without what differs from request to request.
async fn told(client: &Client, (method, action, body): (&str, &str, &str), order: &str) -> (u16, Value) {
    let request = client.request(method, &format!("{ORDERS}/{order}{action}"));
    let answer = if body.is_empty() { request } else { request.text(body) }.send().await;
    let mut problem = answer.json();
    for field in ["instance", "timestamp", "requestId"] {
        problem[field] = json!(null);
    }
    (answer.status, problem)
}

#[tokio::test]
async fn anothers_order_and_none_are_told_alike() {
    let client = client();
    let (owner, other) = (client.someone(), client.someone());
    let order = owner.carry_out(&beans(1)).await;
    for action in ACTIONS {
        let (anothers, none) =
            (told(&other, action, &id(&order)).await, told(&other, action, &uuid().to_string()).await);
        assert_eq!(anothers, none, "{action:?}");
        assert!([403, 404].contains(&anothers.0), "{action:?} {anothers:?}");
    }
    assert_eq!(owner.order(&id(&order)).await, order, "nothing has happened to it");
}

#[tokio::test]
async fn the_owner_and_operators_see_it() {
    let client = client();
    let owner = client.someone();
    let order = owner.carry_out(&beans(1)).await;
    assert_eq!(client.order(&id(&order)).await["orderId"], order["orderId"]);
    assert_eq!(owner.timeline(&id(&order)).await.len(), client.timeline(&id(&order)).await.len());
}

#[tokio::test]
async fn what_operators_do_is_not_for_customers() {
    let customer = client().someone();
    let order = customer.carry_out(&beans(1)).await;
    let id = id(&order);
    for (method, path, body) in [
        ("GET", "/api/v1/admin/reactors".to_owned(), ""),
        ("POST", "/api/v1/admin/reactors/ordering/pause".to_owned(), ""),
        ("GET", "/api/v1/admin/dead-letters".to_owned(), ""),
        ("POST", format!("/api/v1/admin/steps/{id}/Ship/retry"), ""),
        ("POST", format!("/api/v1/admin/steps/{id}/Ship/skip"), r#"{"reason":"x"}"#),
        ("POST", format!("/api/v1/admin/steps/{id}/Ship/resolve"), r#"{"reason":"x","resolution":"DONE"}"#),
        ("POST", format!("{ORDERS}/{id}/refunds"), r#"{"amount":{"amount":1,"currency":"EUR"},"reason":"x"}"#),
        ("POST", format!("{ORDERS}/{id}/notes"), r#"{"text":"x"}"#),
        ("PUT", "/api/v1/outlets/demo/items/p1".to_owned(), r#"{"name":"x","price":{"amount":1,"currency":"EUR"}}"#),
        ("POST", "/api/v1/outlets/demo/stock/p1/receive".to_owned(), r#"{"quantity":1}"#),
        ("POST", "/api/v1/outlets/demo/stock/p1/adjust".to_owned(), r#"{"onHand":1,"reason":"x"}"#),
        ("POST", "/api/v1/instruments".to_owned(), r#"{"symbol":"MINE","tick":"1","lot":"1"}"#),
        ("POST", "/api/v1/instruments/ACME/halt".to_owned(), ""),
        ("POST", "/api/v1/instruments/ACME/resume".to_owned(), ""),
    ] {
        let request = customer.request(method, &path);
        let answer = if body.is_empty() { request } else { request.text(body) }.send().await;
        assert_eq!((answer.status, &answer.json()["code"]), (403, &json!("FORBIDDEN")), "{method} {path}");
    }
}

#[tokio::test]
async fn a_customer_id_that_is_none_is_told() {
    let request = client().request("GET", ORDERS).header("X-Customer-Id", "me");
    let problem = request.send().await.problem(400, "VALIDATION_FAILED");
    assert_eq!(problem["errors"]["X-Customer-Id"], "must be a UUID");
}
