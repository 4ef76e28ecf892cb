//! POST /api/v1/orders/{id}/cancel: before, at and after the point of no return.

use futures_util::future::join_all;
use orderflow_support::Client;
use orderflow_support::bodies::{beans, euros, limit, market, purchase, sent_to, with};
use orderflow_support::client::{FINAL, ORDERS, id};
use serde_json::{Value, json};

use crate::world::{client, instrument, item, step, stock, types};

async fn cancel(client: &Client, id: &str) -> orderflow_support::Answer {
    client.act(&format!("{ORDERS}/{id}/cancel")).await
}

/// Two of an item, to where parcels are handed over after a minute.
fn slow(item: &str) -> Value {
    with(sent_to("Slowtown"), "items", json!([{"productId": item, "quantity": 2}]))
}

#[tokio::test]
async fn before_the_hand_over_everything_is_undone() {
    let client = client();
    let item = item(&client, 5).await;
    let id = client.place(&slow(&item)).await;
    client.order_when(&id, "paid", |order| order["payment"]["state"] == "AUTHORISED").await;
    assert_eq!(stock(&client, &item).await, (5, 2));
    let answer = cancel(&client, &id).await;
    assert!([200, 202].contains(&answer.status), "{}", answer.text());
    let order = client.ended(&id).await;
    assert_eq!((&order["status"], &order["outcome"]["by"]), (&json!("CANCELLED"), &json!("customer")), "{order}");
    assert_eq!((&order["payment"]["state"], &order["payment"]["captured"]), (&json!("VOIDED"), &euros(0)));
    assert_eq!(step(&order, "Ship")["undo"], "DONE");
    assert_eq!(stock(&client, &item).await, (5, 0));
}

#[tokio::test]
async fn a_cancel_may_say_why_and_be_repeated() {
    let client = client();
    let item = item(&client, 5).await;
    let id = client.place(&slow(&item)).await;
    let path = format!("{ORDERS}/{id}/cancel");
    let _ = client.post(&path, &json!({"comment": "found it cheaper"})).await;
    let order = client.ended(&id).await;
    let again = client.post(&path, &json!({"comment": "found it cheaper"})).await.expect(200).order();
    assert_eq!(again, order, "a second cancel gives no events");
    let timeline = client.timeline(&id).await;
    assert_eq!(types(&timeline).iter().filter(|kind| **kind == "CANCEL_REQUESTED").count(), 1);
}

#[tokio::test]
async fn afterwards_it_is_too_late() {
    let client = client();
    let order = client.carry_out(&beans(2)).await;
    cancel(&client, &id(&order)).await.problem(409, "TOO_LATE_TO_CANCEL");
    let after = client.order(&id(&order)).await;
    assert_eq!((&after["status"], &after["payment"]), (&order["status"], &order["payment"]));
}

#[tokio::test]
async fn a_failed_order_can_not_be_cancelled_into_another_end() {
    let client = client();
    let order = client.carry_out(&purchase("sold-out", 1)).await;
    let answer = cancel(&client, &id(&order)).await;
    assert_eq!(answer.status, 409, "{}", answer.text());
    assert_eq!(client.order(&id(&order)).await["status"], "FAILED");
}

#[tokio::test]
async fn a_resting_order_can_be_cancelled() {
    let client = client();
    let symbol = instrument(&client).await;
    let id = client.place(&limit(&symbol, "BUY", "10", "101.25")).await;
    client.order_when(&id, "on the venue", |order| order["status"] == "EXECUTING").await;
    let answer = cancel(&client, &id).await;
    assert!([200, 202].contains(&answer.status), "{}", answer.text());
    assert_eq!(client.ended(&id).await["status"], "CANCELLED");
    let book = client.get(&format!("/api/v1/instruments/{symbol}/book")).await.expect(200).json();
    assert_eq!(book["bids"], json!([]));
}

#[tokio::test]
async fn fills_stay_when_the_rest_is_cancelled() {
    let client = client();
    let symbol = instrument(&client).await;
    let id = client.place(&limit(&symbol, "BUY", "10", "101.25")).await;
    client.order_when(&id, "on the venue", |order| order["status"] == "EXECUTING").await;
    let _ = client.someone().carry_out(&market(&symbol, "SELL", "4")).await;
    client.order_when(&id, "a fill", |order| order["trade"]["filledQuantity"] == "4").await;
    let _ = cancel(&client, &id).await;
    let order = client.ended(&id).await;
    assert_eq!((&order["status"], &order["trade"]["filledQuantity"]), (&json!("CANCELLED"), &json!("4")));
    assert_eq!(order["trade"]["fills"].as_array().unwrap().len(), 1);
}

/// Each ends in one of two ways, and neither leaves anything behind.
#[tokio::test]
async fn a_cancel_and_the_hand_over_exclude_each_other() {
    let client = client();
    let item = item(&client, 1_000).await;
    let orders = join_all((0..40_u64).map(async |number| {
        let id = client.place(&purchase(&item, 1)).await;
        // Spread over the order's life by how far it has come, not by time.
        client
            .order_when(&id, "a version", |order| order["version"].as_u64() >= Some(2 + number / 2) || over(order))
            .await;
        let answer = cancel(&client, &id).await;
        (answer.status, client.ended(&id).await, types(&client.timeline(&id).await).contains(&"CANCEL_REJECTED"))
    }));
    let mut sold = 0;
    for (status, order, rejected) in orders.await {
        match (status, order["status"].as_str().unwrap()) {
            (200 | 202, "CANCELLED") => assert_ne!(order["payment"]["state"], "CAPTURED", "{order}"),
            (409, "EXECUTED") => sold += 1,
            (202, "EXECUTED") => {
                assert!(rejected, "an accepted cancel is rejected by an event: {order}");
                sold += 1;
            }
            other => panic!("{other:?}: {order}"),
        }
        if order["status"] == "EXECUTED" {
            assert_eq!(order["payment"]["captured"], euros(1_000));
        }
    }
    assert_eq!(stock(&client, &item).await, (1_000 - sold, 0));
}

fn over(order: &Value) -> bool {
    FINAL.iter().any(|status| order["status"] == *status)
}

#[tokio::test]
async fn a_cancel_and_a_fill_exclude_each_other() {
    let client = client();
    let symbol = instrument(&client).await;
    let (buyer, seller) = (client.someone(), client.someone());
    for _ in 0..10 {
        let resting = seller.place(&limit(&symbol, "SELL", "1", "101.00")).await;
        client.order_when(&resting, "on the venue", |order| order["status"] == "EXECUTING").await;
        let ioc = with(limit(&symbol, "BUY", "1", "101.00"), "timeInForce", json!("IOC"));
        let (_, bought) = futures_util::join!(cancel(&seller, &resting), buyer.carry_out(&ioc));
        let sold = client.ended(&resting).await;
        let both = (sold["status"].as_str().unwrap(), bought["status"].as_str().unwrap());
        assert!([("EXECUTED", "EXECUTED"), ("CANCELLED", "FAILED")].contains(&both), "{both:?}");
    }
}

#[tokio::test]
async fn what_is_not_there_can_not_be_cancelled() {
    let client = client();
    cancel(&client, &orderflow_support::uuid().to_string()).await.problem(404, "NOT_FOUND");
    cancel(&client, "7").await.problem(400, "VALIDATION_FAILED");
}
