//! The order service as load scripts of the second system use it. Its contract is tested beside it; here are crowds and rough handling.

use std::collections::BTreeSet;
use std::net::TcpListener;

use futures_util::future::join_all;
use orderflow_support::bodies::purchase;
use orderflow_support::{Answer, Client, Program, Server, unique, wait};
use serde_json::{Value, json};

async fn place(client: &Client, key: Option<&str>, body: &Value) -> Answer {
    let request = client.request("POST", "/orders").json(body);
    match key {
        Some(key) => request.key(key).send().await,
        None => request.send().await,
    }
}

fn id(answer: &Answer) -> String {
    answer.json()["orderId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_crowd_is_served_and_every_order_is_carried_out() {
    let server = Server::order_service();
    let client = server.client();
    let bodies: Vec<_> = (0..300)
        .map(|number| {
            let line = json!({"productId": format!("p{}", number % 7), "quantity": 1 + number % 3, "price": 9.99});
            json!({"items": [line], "customerEmail": format!("customer{number}@example.org")})
        })
        .collect();
    let answers = join_all(bodies.iter().map(async |body| place(&client, Some(&unique("key")), body).await)).await;
    let ids: BTreeSet<_> = answers.into_iter().map(|answer| id(&answer.expect(201))).collect();
    assert_eq!(ids.len(), 300);
    wait::until("all are completed", async || {
        let list = client.get("/orders?limit=500").await.expect(200).json();
        let completed = list.as_array()?.iter().filter(|order| order["status"] == "COMPLETED");
        let completed: BTreeSet<_> =
            completed.filter_map(|order| order["orderId"].as_str().map(str::to_owned)).collect();
        (completed == ids).then_some(())
    })
    .await;
}

#[tokio::test]
async fn fifty_at_once_under_one_key_are_one_order() {
    let server = Server::order_service();
    let client = server.client();
    let body = purchase("p1", 2);
    let answers = join_all((0..50).map(|_| place(&client, Some("k"), &body))).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!((created, answers.iter().filter(|answer| answer.status == 200).count()), (1, 49));
    assert_eq!(answers.iter().map(id).collect::<BTreeSet<_>>().len(), 1);
}

#[tokio::test]
async fn an_answer_is_what_the_contract_says_and_no_more() {
    let server = Server::order_service();
    let client = server.client();
    let placed = place(&client, None, &purchase("p1", 2)).await.expect(201).json();
    let id = placed["orderId"].as_str().unwrap();
    assert!(id.parse::<uuid::Uuid>().is_ok(), "{placed}");
    assert_eq!(placed, json!({"orderId": id, "status": "PENDING"}));
    let shown = client.get(&format!("/orders/{id}")).await.expect(200).json();
    assert_eq!(shown, json!({"orderId": id, "status": shown["status"]}));
    let list = client.get("/orders?limit=1").await.expect(200).json();
    let fields: BTreeSet<_> = list[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, BTreeSet::from(["createdAt", "orderId", "productId", "status"]));
}

#[tokio::test]
async fn what_is_wrong_is_a_400_and_nothing_worse() {
    let server = Server::order_service();
    let client = server.client();
    for body in [
        "",
        "{",
        "[]",
        "null",
        "{}",
        r#"{"items":[]}"#,
        r#"{"items":[{"productId":"","quantity":1}]}"#,
        r#"{"items":[{"productId":"p1","quantity":0}]}"#,
        r#"{"items":[{"productId":"p1","quantity":-3}]}"#,
        r#"{"items":[{"productId":"p1","quantity":1e99}]}"#,
        r#"{"items":[{"productId":"p1","quantity":1,"price":-1}]}"#,
        r#"{"items":[{"productId":"p1","quantity":1,"price":1e300}]}"#,
        r#"{"items":[{"quantity":1}]}"#,
    ] {
        let answer = client.request("POST", "/orders").text(body).send().await.expect(400);
        let told = answer.json();
        assert_eq!((&told["status"], told["timestamp"].is_string()), (&json!(400), true), "{body}: {told}");
    }
    let large = format!(r#"{{"items":"{}"}}"#, "x".repeat(1_000_000));
    let _ = client.request("POST", "/orders").text(large).send().await.expect(413);
    let list = client.get("/orders").await.expect(200).json();
    assert_eq!(list, json!([]), "nothing of that is an order");
}

#[test]
fn a_busy_port_is_a_message() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let finished = Program::order_service(&["--listen", &address]).run();
    assert_ne!(finished.code, Some(0));
    let told = finished.stdout + &finished.stderr;
    assert!(told.contains("in use") && !told.contains("panicked"), "{told}");
}

#[tokio::test]
async fn it_ends_when_it_is_asked_to() {
    let server = Server::order_service();
    let _ = place(&server.client(), None, &purchase("p1", 1)).await.expect(201);
    server.terminate();
    assert_eq!(server.ended().await.code(), Some(0), "{}", server.said());
}
