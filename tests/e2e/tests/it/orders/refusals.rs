//! What can't be accepted is told clearly, and changes nothing. The server is shared only with tests that change nothing either.

use orderflow_support::bodies::{beans, euros, limit, market, with};
use orderflow_support::client::ORDERS;
use orderflow_support::{Answer, Client, unique};
use serde_json::{Value, json};

use crate::world::{log_head, quiet};

async fn send(client: &Client, body: impl Into<String>) -> Answer {
    client.request("POST", ORDERS).key(&unique("key")).text(body).send().await
}

/// Each body is refused as invalid, with something said of that field.
async fn invalid(cases: Vec<(Value, &str)>) {
    let client = quiet();
    let before = log_head(&client).await;
    for (body, field) in cases {
        let problem = send(&client, body.to_string()).await.problem(400, "VALIDATION_FAILED");
        assert!(problem["errors"][field].is_string(), "{field} for {body}: {problem}");
        assert_eq!((&problem["message"], &problem["instance"]), (&json!("Validation failed"), &json!(ORDERS)));
    }
    assert_eq!(log_head(&client).await, before, "a refusal changes nothing");
}

#[tokio::test]
async fn what_is_no_json() {
    let client = quiet();
    let before = log_head(&client).await;
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
    for body in [
        String::new(),
        "{\"items\":".to_owned(),
        "hello".to_owned(),
        "{\"items\":[{\"productId\":\"p1\",\"quantity\":01}]}".to_owned(),
        r#"{"items":[{"productId":"p1","quantity":1}]} trailing"#.to_owned(),
        r#"{"items":[{"productId":"p1","quantity":NaN}]}"#.to_owned(),
        r#"{"items":[],"items":[]}"#.to_owned(),
        r#"{"note":"\ud800"}"#.to_owned(),
        deep("[", "]"),
        deep("{\"a\":", "}"),
    ] {
        send(&client, body).await.problem(400, "MALFORMED_BODY");
    }
    assert_eq!(log_head(&client).await, before);
}

#[tokio::test]
async fn what_is_no_order() {
    invalid(vec![
        (json!([]), "body"),
        (json!("order"), "body"),
        (json!(null), "body"),
        (json!({}), "items"),
        (json!({"items": []}), "items"),
        (json!({"items": {}}), "items"),
        (json!({"items": [7]}), "items[0]"),
        (json!({"items": [{"quantity": 1}]}), "items[0].productId"),
        (json!({"items": [{"productId": "p1"}]}), "items[0].quantity"),
        (json!({"kind": "barter", "items": [{"productId": "p1", "quantity": 1}]}), "kind"),
        (json!({"instrument": "ACME", "side": "BUY", "type": "MARKET", "quantity": "1"}), "kind"),
    ])
    .await;
}

#[tokio::test]
async fn fields_that_nobody_knows() {
    invalid(vec![
        (with(beans(1), "surprise", json!(1)), "surprise"),
        (json!({"items": [{"productId": "p1", "quantity": 1, "price": 1}]}), "items[0].price"),
        (with(beans(1), "payment", json!({"tokn": "tok_visa"})), "payment.tokn"),
        (with(limit("ACME", "BUY", "1", "1"), "items", json!([])), "items"),
        (with(beans(1), "customerId", json!("01900000-0000-7000-8000-000000000002")), "customerId"),
    ])
    .await;
}

#[tokio::test]
async fn quantities_that_nobody_can_buy() {
    let of = |quantity: Value| json!({"items": [{"productId": "p1", "quantity": quantity}]});
    let quantities =
        [json!(0), json!(-1), json!(10_001), json!(u64::MAX), json!(1.5), json!("2"), json!(1e99), json!(null)];
    invalid(quantities.map(|quantity| (of(quantity), "items[0].quantity")).into()).await;
    let line = json!({"productId": "p1", "quantity": 1});
    invalid(vec![(json!({"items": vec![line; 200]}), "items")]).await;
}

#[tokio::test]
async fn names_that_can_not_be() {
    let of = |item: &str| json!({"items": [{"productId": item, "quantity": 1}]});
    let long = "x".repeat(65);
    let names = ["", " ", "a b", "../etc/passwd", "p1'; DROP TABLE events; --", "käse", "\u{0}", long.as_str()];
    invalid(names.map(|name| (of(name), "items[0].productId")).into()).await;
    invalid(vec![
        (with(beans(1), "outletId", json!("not a name")), "outletId"),
        (with(beans(1), "payment", json!({"method": "BARTER"})), "payment.method"),
        (with(beans(1), "payment", json!({"method": "CASH"})), "payment.method"),
        (with(beans(1), "fulfilment", json!({"type": "DELIVERY"})), "fulfilment.type"),
        (with(beans(1), "fulfilment", json!({"address": {"line1": "1 Main St"}})), "fulfilment.address.city"),
        (with(beans(1), "fulfilment", json!({"address": {"city": "x".repeat(257)}})), "fulfilment.address.city"),
        (with(beans(1), "note", json!("x".repeat(257))), "note"),
    ])
    .await;
}

#[tokio::test]
async fn money_that_is_none() {
    let of = |total: Value| with(beans(1), "expectedTotal", total);
    invalid(vec![
        (of(euros(-1)), "expectedTotal.amount"),
        (of(json!({"amount": 12.5, "currency": "EUR"})), "expectedTotal.amount"),
        (of(json!({"amount": "1250", "currency": "EUR"})), "expectedTotal.amount"),
        (of(json!({"amount": 1e30, "currency": "EUR"})), "expectedTotal.amount"),
        (of(json!({"amount": 1250, "currency": "euro"})), "expectedTotal.currency"),
        (of(json!({"amount": 1250})), "expectedTotal.currency"),
    ])
    .await;
}

#[tokio::test]
async fn trades_that_can_not_be() {
    let order = || limit("ACME", "BUY", "1", "1.00");
    let without = |field: &str| {
        let mut body = order();
        body.as_object_mut().unwrap().remove(field);
        body
    };
    let mut cases = vec![
        (without("price"), "price"),
        (without("quantity"), "quantity"),
        (without("side"), "side"),
        (without("type"), "type"),
        (without("instrument"), "instrument"),
        (with(order(), "side", json!("HOLD")), "side"),
        (with(order(), "side", json!("buy")), "side"),
        (with(order(), "type", json!("STOP")), "type"),
        (with(order(), "timeInForce", json!("GTD")), "timeInForce"),
        (with(market("ACME", "BUY", "1"), "timeInForce", json!("GTC")), "timeInForce"),
    ];
    let numbers =
        ["0", "-1", "", "one", "1e5", "1.123456789", "99999999999999999999", " 1", "+1", "0x10", "1,5", "NaN", "."];
    for number in numbers {
        cases.push((with(order(), "price", json!(number)), "price"));
        cases.push((with(order(), "quantity", json!(number)), "quantity"));
    }
    cases.push((with(order(), "price", json!(1.5)), "price"));
    invalid(cases).await;
}

#[tokio::test]
async fn everything_wrong_is_told_at_once() {
    let body = json!({
        "items": [{"productId": "p1", "quantity": 0}, {"productId": "a b", "quantity": 1}],
        "payment": {"method": "BARTER"}, "surprise": true,
    });
    let problem = quiet().post(ORDERS, &body).await.problem(400, "VALIDATION_FAILED");
    let mut fields: Vec<_> = problem["errors"].as_object().unwrap().keys().cloned().collect();
    fields.sort();
    let expected = ["Idempotency-Key", "items[0].quantity", "items[1].productId", "payment.method", "surprise"];
    assert_eq!(fields, expected);
}

#[tokio::test]
async fn keys_that_are_none() {
    let client = quiet();
    let before = log_head(&client).await;
    for key in ["\"\"", "a b", "\"open", &"k".repeat(256)] {
        let problem = client.place_as(key, &beans(1)).await.problem(400, "VALIDATION_FAILED");
        assert!(problem["errors"]["Idempotency-Key"].is_string(), "{key}: {problem}");
    }
    assert_eq!(log_head(&client).await, before);
}

#[tokio::test]
async fn bodies_that_are_too_large() {
    let client = quiet();
    let before = log_head(&client).await;
    for size in [70_000, 1_000_000] {
        let body = with(beans(1), "note", json!("x".repeat(size))).to_string();
        send(&client, body).await.problem(413, "PAYLOAD_TOO_LARGE");
    }
    assert_eq!(log_head(&client).await, before);
}

#[tokio::test]
async fn other_media_types() {
    let client = quiet();
    let before = log_head(&client).await;
    for media in
        ["application/x-www-form-urlencoded", "text/plain", "application/xml", "multipart/form-data; boundary=x"]
    {
        let request = client.request("POST", ORDERS).key("k").header("Content-Type", media);
        request.json(&beans(1)).send().await.problem(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    assert_eq!(log_head(&client).await, before);
}

#[tokio::test]
async fn other_methods_and_paths() {
    let client = quiet();
    let before = log_head(&client).await;
    for (method, path, allow) in [
        ("PUT", ORDERS, "GET, HEAD, POST"),
        ("DELETE", ORDERS, "GET, HEAD, POST"),
        ("PATCH", "/api/v1/orders/0190a5b0-0000-7000-8000-000000000007", "GET, HEAD"),
        ("GET", "/api/v1/orders/0190a5b0-0000-7000-8000-000000000007/cancel", "POST"),
        ("POST", "/livez", "GET, HEAD"),
        ("DELETE", "/api/v1/outlets/demo/items/p1", "GET, HEAD, PUT"),
    ] {
        let answer = client.request(method, path).send().await;
        answer.problem(405, "METHOD_NOT_ALLOWED");
        assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
    }
    for path in
        ["/", "/api", "/api/v1", "/api/v2/orders", "/api/v1/order", "/api/v1/orders/1/2/3", "/../etc/passwd", "/%00"]
    {
        client.get(path).await.problem(404, "NOT_FOUND");
    }
    assert_eq!(log_head(&client).await, before);
}
