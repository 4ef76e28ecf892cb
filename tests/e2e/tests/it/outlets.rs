//! /api/v1/outlets/{outlet}/items and …/stock

use orderflow_http::wire::{Item, ItemList};
use orderflow_support::bodies::{euros, purchase, sent_to, with};
use orderflow_support::{Server, unique, wait};
use serde_json::json;

use crate::world::{client, item, stock};

#[tokio::test]
async fn the_demo_world_is_there() {
    let server = Server::dev();
    let page = server.client().get("/api/v1/outlets/demo/items").await.expect(200).json();
    let list: ItemList = serde_json::from_value(page).unwrap();
    let shown: Vec<_> = list
        .items
        .iter()
        .map(|item| (item.product_id.as_str(), item.name.as_str(), item.price.amount, item.available))
        .collect();
    let expected = [
        ("p1", "Espresso beans", 1_250, 1_000_000),
        ("p2", "Filter papers", 320, 1_000_000),
        ("p3", "Kettle", 5_900, 1_000_000),
        ("sold-out", "Sold out", 990, 0),
        ("last-one", "The last one", 990, 1),
    ];
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn stock_is_received_held_and_counted() {
    let client = client();
    let item = item(&client, 5).await;
    let body = with(sent_to("Slowtown"), "items", json!([{"productId": item, "quantity": 2}]));
    let id = client.place(&body).await;
    client.order_when(&id, "reserved", |order| order["status"] != "CREATED").await;
    assert_eq!(stock(&client, &item).await, (5, 2));
    let adjust = format!("/api/v1/outlets/demo/stock/{item}/adjust");
    let counted = client.post(&adjust, &json!({"onHand": 3, "reason": "count"})).await.expect(200).json();
    let counted: Item = serde_json::from_value(counted).unwrap();
    assert_eq!((counted.on_hand, counted.held, counted.available), (3, 2, 1));
    let answer = client.post(&adjust, &json!({"onHand": 1, "reason": "count"})).await;
    assert_eq!(answer.status, 409, "fewer than are held: {}", answer.text());
    let order = client.carry_out(&purchase(&item, 2)).await;
    assert_eq!(order["outcome"]["code"], "OUT_OF_STOCK");
}

#[tokio::test]
async fn an_item_can_be_listed_and_changed() {
    let client = client();
    let item = item(&client, 5).await;
    let path = format!("/api/v1/outlets/demo/items/{item}");
    let changed =
        client.put(&path, &json!({"name": "Better", "price": euros(1_100), "threshold": 2})).await.expect(200);
    let changed: Item = serde_json::from_value(changed.json()).unwrap();
    assert_eq!((changed.name.as_str(), changed.price.amount, changed.on_hand), ("Better", 1_100, 5));
    let order = client.carry_out(&purchase(&item, 1)).await;
    assert_eq!(order["totals"]["total"], euros(1_100));
}

#[tokio::test]
async fn an_outlet_is_its_own() {
    let client = client();
    let (outlet, item) = (unique("outlet"), unique("item"));
    let path = format!("/api/v1/outlets/{outlet}");
    let listing = json!({"name": "Tea", "price": euros(500)});
    let _ = client.put(&format!("{path}/items/{item}"), &listing).await.expect(200);
    let _ = client.post(&format!("{path}/stock/{item}/receive"), &json!({"quantity": 3})).await.expect(200);
    let order = client.carry_out(&with(purchase(&item, 1), "outletId", json!(outlet))).await;
    assert_eq!((&order["status"], &order["fulfilment"]["outlet"]["outletId"]), (&json!("EXECUTED"), &json!(outlet)));
    let order = client.carry_out(&purchase(&item, 1)).await;
    assert_eq!(order["outcome"]["code"], "UNKNOWN_ITEM", "the demo outlet has no tea");
    // A list is as old as its view.
    wait::until("the list shows the sale", async || {
        let page = client.get(&format!("{path}/stock")).await.expect(200).json();
        (page["items"].as_array()?.len() == 1 && page["items"][0]["onHand"] == 2).then_some(())
    })
    .await;
    assert_eq!(
        client.get(&format!("{path}/items?q=te")).await.expect(200).json()["items"][0]["productId"],
        json!(item)
    );
}

#[tokio::test]
async fn a_receipt_is_repeated_safely() {
    let client = client();
    let item = item(&client, 0).await;
    let (path, key) = (format!("/api/v1/outlets/demo/stock/{item}/receive"), unique("key"));
    for _ in 0..3 {
        let body = json!({"quantity": 5, "reference": "note 7"});
        let _ = client.request("POST", &path).key(&key).json(&body).send().await.expect(200);
    }
    assert_eq!(stock(&client, &item).await, (5, 0));
}

#[tokio::test]
async fn what_can_not_be_is_refused() {
    let client = client();
    let item = item(&client, 5).await;
    let path = format!("/api/v1/outlets/demo/stock/{item}");
    for (path, body, field) in [
        (format!("{path}/receive"), json!({"quantity": 0}), "quantity"),
        (format!("{path}/receive"), json!({"quantity": -1}), "quantity"),
        (format!("{path}/receive"), json!({"quantity": u64::MAX}), "quantity"),
        (format!("{path}/receive"), json!({"quantity": 1, "surprise": 1}), "surprise"),
        (format!("{path}/adjust"), json!({"onHand": 1}), "reason"),
        ("/api/v1/outlets/demo/stock/a%20b/receive".to_owned(), json!({"quantity": 1}), "item"),
    ] {
        let problem = client.post(&path, &body).await.problem(400, "VALIDATION_FAILED");
        assert!(problem["errors"][field].is_string(), "{path} {body}: {problem}");
    }
    client.post("/api/v1/outlets/demo/stock/nothing/receive", &json!({"quantity": 1})).await.problem(404, "NOT_FOUND");
    client.get("/api/v1/outlets/demo/items/nothing").await.problem(404, "NOT_FOUND");
    let listing = json!({"name": "", "price": euros(-1)});
    client.put(&format!("/api/v1/outlets/demo/items/{item}"), &listing).await.problem(400, "VALIDATION_FAILED");
    assert_eq!(stock(&client, &item).await, (5, 0));
}
