//! One order for each key, however often and however fast it is asked for.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use orderflow_support::bodies::{beans, limit};
use orderflow_support::client::{ORDERS, id};
use orderflow_support::unique;
use serde_json::json;

use crate::world::{client, log_head, quiet};

#[tokio::test]
async fn a_repeat_is_the_same_order_as_it_is_now() {
    let client = client();
    let key = unique("key");
    let first = client.place_as(&key, &beans(2)).await.expect(201).order();
    let ended = client.ended(&id(&first)).await;
    let again = client.place_as(&key, &beans(2)).await.expect(200);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.order(), ended);
    assert_eq!(client.order(&id(&first)).await, ended, "a repeat changes nothing");
}

#[tokio::test]
async fn fifty_at_once_are_one_order() {
    let client = client().someone();
    let key = unique("key");
    let body = beans(1);
    let answers = join_all((0..50).map(|_| client.place_as(&key, &body))).await;
    let replayed = |answer: &orderflow_support::Answer| answer.header("idempotent-replayed") == Some("true");
    let of = |status, replay| answers.iter().filter(|it| it.status == status && replayed(it) == replay).count();
    assert_eq!((of(201, false), of(200, true)), (1, 49));
    let ids: BTreeSet<_> = answers.iter().map(|answer| id(&answer.order())).collect();
    assert_eq!(ids.len(), 1);
    let listed = client.get(&format!("{ORDERS}?page=0")).await.expect(200).json();
    assert_eq!(listed["totalItems"], 1);
}

#[tokio::test]
async fn the_same_body_written_otherwise_is_the_same() {
    let client = client();
    let key = unique("key");
    let first = client.place_as(&key, &beans(2)).await.expect(201).order();
    let spaced = "\n{ \"items\" : [ { \"quantity\":2, \"productId\":\"\\u0070\\u0031\" } ] }";
    for form in [key.clone(), format!("\"{key}\"")] {
        let again = client.request("POST", ORDERS).key(&form).text(spaced).send().await.expect(200);
        assert_eq!(id(&again.order()), id(&first));
    }
}

#[tokio::test]
async fn a_key_with_another_body_is_refused() {
    let client = client();
    let key = unique("key");
    let first = client.place_as(&key, &beans(2)).await.expect(201).order();
    client.place_as(&key, &beans(3)).await.problem(422, "IDEMPOTENCY_KEY_REUSED");
    client.place_as(&key, &limit("ACME", "BUY", "1", "0.01")).await.problem(422, "IDEMPOTENCY_KEY_REUSED");
    let again = client.place_as(&key, &beans(2)).await.expect(200).order();
    assert_eq!(id(&again), id(&first));
}

#[tokio::test]
async fn keys_belong_to_customers() {
    let client = client();
    let key = unique("key");
    let first = client.someone().place_as(&key, &beans(2)).await.expect(201).order();
    let second = client.someone().place_as(&key, &beans(2)).await.expect(201).order();
    assert_ne!(id(&first), id(&second));
}

#[tokio::test]
async fn without_a_key_nothing_is_placed() {
    let client = quiet();
    let before = log_head(&client).await;
    let problem = client.post(ORDERS, &beans(2)).await.problem(400, "VALIDATION_FAILED");
    assert!(problem["errors"]["Idempotency-Key"].is_string(), "{problem}");
    assert_eq!(log_head(&client).await, before);
}

#[tokio::test]
async fn a_refusal_leaves_the_key_free() {
    let client = client();
    let key = unique("key");
    client.place_as(&key, &json!({"items": []})).await.problem(400, "VALIDATION_FAILED");
    let _ = client.place_as(&key, &beans(1)).await.expect(201);
}

#[tokio::test]
async fn other_operations_take_keys_as_well() {
    let client = client();
    let order = client.carry_out(&beans(2)).await;
    let path = format!("{ORDERS}/{}/refunds", id(&order));
    let (key, body) =
        (unique("key"), json!({"amount": {"amount": 100, "currency": "EUR"}, "reason": "one was broken"}));
    for _ in 0..3 {
        let answer = client.request("POST", &path).key(&key).json(&body).send().await;
        assert!([200, 202].contains(&answer.status), "{}", answer.text());
    }
    let once = |order: &serde_json::Value| order["payment"]["refunded"]["amount"] == 100;
    let order = client.order_when(&id(&order), "a refund", once).await;
    assert_eq!(order["refunds"].as_array().unwrap().len(), 1);
    let other = json!({"amount": {"amount": 200, "currency": "EUR"}, "reason": "one was broken"});
    client.request("POST", &path).key(&key).json(&other).send().await.problem(422, "IDEMPOTENCY_KEY_REUSED");
}
