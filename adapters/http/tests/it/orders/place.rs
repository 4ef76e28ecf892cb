use serde_json::Value;

use crate::raw::{Answer, Client};
use crate::world::{PURCHASE, World, with_world};

const ORDERS: &str = "/api/v1/orders";

async fn place(client: &mut Client, key: &str, body: &str) -> Answer {
    client.request("POST", ORDERS, &[("idempotency-key", key)], body).await
}

async fn count(world: &World) -> Value {
    world.run().await;
    world.client().await.get("/api/v1/orders?page=0").await.json()["totalItems"].clone()
}

#[test]
fn items_alone_are_an_order_that_is_carried_out() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let answer = place(&mut client, "k", PURCHASE).await;
        assert_eq!(answer.status, 201);
        let order: orderflow_http::wire::Order = serde_json::from_str(&answer.body).unwrap();
        assert_eq!((order.status.as_str(), order.kind.as_str(), order.version), ("CREATED", "purchase", 2));
        assert_eq!(answer.header("location"), Some(format!("/api/v1/orders/{}", order.order_id).as_str()));
        assert_eq!(answer.header("etag"), Some("\"2\""));
        assert_eq!(order.customer_id, orderflow_http::DEMO_CUSTOMER.to_string());

        world.run().await;
        let body = client.get(answer.header("location").unwrap()).await.body;
        let order: orderflow_http::wire::Order = serde_json::from_str(&body).unwrap();
        assert_eq!(order.status, "EXECUTED", "{body}");
        assert_eq!(order.totals.unwrap().total.amount, 2500);
        assert_eq!(order.payment.unwrap().captured.unwrap().amount, 2500);
    });
}

#[test]
fn a_repeat_is_the_same_order() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let first = place(&mut client, "same", PURCHASE).await.json();
        let spaced = r#"{ "items" : [ { "quantity":2, "productId":"p1" } ] }"#;
        for (key, body) in [("same", PURCHASE), ("\"same\"", PURCHASE), ("same", spaced)] {
            let answer = place(&mut client, key, body).await;
            assert_eq!((answer.status, answer.header("idempotent-replayed")), (200, Some("true")));
            assert_eq!(answer.json()["orderId"], first["orderId"]);
        }
        assert_eq!(count(&world).await, 1);
    });
}

#[test]
fn fifty_at_once_are_one_order() {
    with_world(|world| async move {
        let tasks: Vec<_> = (0..50)
            .map(|_| {
                let world = world.clone();
                tokio::task::spawn_local(async move {
                    let answer = place(&mut world.client().await, "at once", PURCHASE).await;
                    answer.problem(400, "VALIDATION_FAILED");
                    place(&mut world.client().await, "at-once", PURCHASE).await
                })
            })
            .collect();
        let mut statuses = Vec::new();
        let mut ids = std::collections::BTreeSet::new();
        for task in tasks {
            let answer = task.await.unwrap();
            statuses.push(answer.status);
            ids.insert(answer.json()["orderId"].to_string());
        }
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 49, "{statuses:?}");
        assert_eq!(ids.len(), 1);
        assert_eq!(count(&world).await, 1);
    });
}

#[test]
fn a_key_belongs_to_its_body_and_its_caller() {
    with_world(|world| async move {
        let mut client = world.client().await;
        assert_eq!(place(&mut client, "k", PURCHASE).await.status, 201);
        place(&mut client, "k", r#"{"items":[{"productId":"p1","quantity":3}]}"#)
            .await
            .problem(422, "IDEMPOTENCY_KEY_REUSED");
        let headers = [("idempotency-key", "k"), super::OTHER];
        assert_eq!(client.request("POST", ORDERS, &headers, PURCHASE).await.status, 201);
        assert_eq!(count(&world).await, 2);
    });
}

#[test]
fn bad_input_is_told_clearly_and_changes_nothing() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let deep = format!("{}1{}", "[".repeat(500), "]".repeat(500));
        let lines = |count| format!("{{\"items\":[{}]}}", vec![r#"{"productId":"p1","quantity":1}"#; count].join(","));
        for (body, code) in [
            ("{\"items\":", "MALFORMED_BODY"),
            ("hello", "MALFORMED_BODY"),
            (deep.as_str(), "MALFORMED_BODY"),
            (r#"{"items":[],"items":[]}"#, "MALFORMED_BODY"),
        ] {
            place(&mut client, "k", body).await.problem(400, code);
        }
        for (body, path) in [
            ("{}".to_owned(), "items"),
            ("[]".to_owned(), "body"),
            (r#"{"items":[]}"#.to_owned(), "items"),
            (r#"{"items":[{"productId":"p1","quantity":0}]}"#.to_owned(), "items[0].quantity"),
            (r#"{"items":[{"productId":"p1","quantity":-1}]}"#.to_owned(), "items[0].quantity"),
            (r#"{"items":[{"productId":"p1","quantity":1e99}]}"#.to_owned(), "items[0].quantity"),
            (r#"{"items":[{"productId":"p1","quantity":1}],"surprise":1}"#.to_owned(), "surprise"),
            (
                r#"{"items":[{"productId":"p1","quantity":1}],"expectedTotal":{"amount":1,"currency":"euro"}}"#
                    .to_owned(),
                "expectedTotal.currency",
            ),
            (
                r#"{"items":[{"productId":"p1","quantity":1}],"expectedTotal":{"amount":-1,"currency":"EUR"}}"#
                    .to_owned(),
                "expectedTotal.amount",
            ),
            (r#"{"instrument":"ACME","side":"BUY","type":"MARKET","quantity":"1"}"#.to_owned(), "kind"),
            (
                r#"{"kind":"trade","instrument":"ACME","side":"BUY","type":"LIMIT","quantity":"1","price":"-1"}"#
                    .to_owned(),
                "price",
            ),
            (lines(200), "items"),
        ] {
            let problem = place(&mut client, "k", &body).await.problem(400, "VALIDATION_FAILED");
            assert!(problem["errors"][path].is_string(), "{path} in {problem}");
            assert_eq!(problem["message"], "Validation failed");
            assert_eq!(problem["instance"], ORDERS);
        }
        place(&mut client, &"k".repeat(256), PURCHASE).await.problem(400, "VALIDATION_FAILED");
        let problem = client.post(ORDERS, "{}").await.problem(400, "VALIDATION_FAILED");
        assert!(
            problem["errors"]["Idempotency-Key"].is_string() && problem["errors"]["items"].is_string(),
            "{problem}"
        );
        place(&mut client, "k", &format!("{{\"note\":\"{}\"}}", "x".repeat(1_000_000)))
            .await
            .problem(413, "PAYLOAD_TOO_LARGE");
        let form = [("idempotency-key", "k"), ("content-type", "application/x-www-form-urlencoded")];
        client.request("POST", ORDERS, &form, "a=b").await.problem(415, "UNSUPPORTED_MEDIA_TYPE");
        assert_eq!(count(&world).await, 0);
        assert_eq!(place(&mut client, "k", &lines(100)).await.status, 201, "a refusal leaves the key free");
    });
}

#[test]
fn what_only_a_participant_knows_is_no_error_here() {
    with_world(|world| async move {
        let mut client = world.client().await;
        for (body, code) in [
            (r#"{"items":[{"productId":"nothing","quantity":1},{"productId":"p1","quantity":11}]}"#, "UNKNOWN_ITEM"),
            (
                r#"{"kind":"trade","instrument":"NONE","side":"BUY","type":"MARKET","quantity":"1"}"#,
                "UNKNOWN_INSTRUMENT",
            ),
            (
                r#"{"kind":"trade","instrument":"ACME","side":"BUY","type":"LIMIT","price":"1.001","quantity":"1"}"#,
                "BAD_TICK",
            ),
        ] {
            let id = world.place(&mut client, body).await["orderId"].clone();
            world.run().await;
            let body = client.get(&format!("{ORDERS}/{}", id.as_str().unwrap())).await.body;
            let order: orderflow_http::wire::Order = serde_json::from_str(&body).unwrap();
            assert_eq!(order.status, "FAILED");
            assert_eq!(order.outcome.unwrap().code, code, "{body}");
        }
    });
}

#[test]
fn trades_are_filled_against_each_other() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let sell =
            r#"{"kind":"trade","instrument":"ACME","side":"SELL","type":"LIMIT","price":"101.20","quantity":"10"}"#;
        let headers = [("idempotency-key", "sell"), super::OTHER];
        let resting = client.request("POST", ORDERS, &headers, sell).await.json();
        world.run().await;
        let buy = r#"{"kind":"trade","instrument":"ACME","side":"BUY","type":"MARKET","quantity":"4"}"#;
        let bought = world.place(&mut client, buy).await;
        world.run().await;
        for (order, status, filled) in [(&bought, "EXECUTED", "4"), (&resting, "EXECUTING", "4")] {
            let body = client.get(&format!("{ORDERS}/{}", order["orderId"].as_str().unwrap())).await.body;
            let shown: orderflow_http::wire::Order = serde_json::from_str(&body).unwrap();
            let trade = shown.trade.unwrap();
            assert_eq!((shown.status.as_str(), trade.filled_quantity.as_str()), (status, filled), "{body}");
            assert_eq!(trade.average_price.as_deref(), Some("101.20"));
        }
    });
}
