//! What an order takes after its end: ratings, refunds, notes.

use futures_util::future::join_all;
use orderflow_support::bodies::{beans, euros, purchase, sent_to};
use orderflow_support::client::{ORDERS, id};
use serde_json::{Value, json};

use crate::world::client;

fn refund(cents: i64) -> Value {
    json!({"amount": euros(cents), "reason": "one was broken"})
}

#[tokio::test]
async fn part_of_the_money_goes_back() {
    let client = client();
    let order = client.carry_out(&beans(2)).await;
    let path = format!("{ORDERS}/{}/refunds", id(&order));
    let _ = client.post(&path, &refund(1_000)).await.expect(202).order();
    let refunded = |order: &Value| order["payment"]["refunded"] == euros(1_000);
    let partly = client.order_when(&id(&order), "a refund", refunded).await;
    assert_eq!((&partly["status"], &partly["payment"]["state"]), (&json!("EXECUTED"), &json!("PARTLY_REFUNDED")));
    assert_eq!(partly["refunds"][0]["reason"], "one was broken");
    client.post(&path, &refund(1_501)).await.problem(409, "REFUND_EXCEEDS_CAPTURED");
    let _ = client.post(&path, &refund(1_500)).await.expect(202);
    let refunded = |order: &Value| order["payment"]["state"] == "REFUNDED";
    let order = client.order_when(&id(&order), "all of it", refunded).await;
    assert_eq!((&order["payment"]["captured"], &order["payment"]["refunded"]), (&euros(2_500), &euros(2_500)));
    client.post(&path, &refund(1)).await.problem(409, "REFUND_EXCEEDS_CAPTURED");
}

#[tokio::test]
async fn many_refunds_at_once_never_exceed_what_was_captured() {
    let client = client();
    let order = client.carry_out(&beans(2)).await;
    let path = format!("{ORDERS}/{}/refunds", id(&order));
    let body = refund(1_000);
    let answers = join_all((0..10).map(|_| client.post(&path, &body))).await;
    let taken = answers.iter().filter(|answer| answer.status == 202).count();
    let refused = answers.iter().filter(|answer| answer.status == 409).count();
    assert_eq!((taken, refused), (2, 8));
    client.order_when(&id(&order), "both", |order| order["payment"]["refunded"] == euros(2_000)).await;
}

#[tokio::test]
async fn there_is_nothing_to_refund_before_the_end() {
    let client = client();
    let id = client.place(&sent_to("Slowtown")).await;
    client.post(&format!("{ORDERS}/{id}/refunds"), &refund(100)).await.problem(409, "ORDER_NOT_FINAL");
    let failed = client.carry_out(&purchase("sold-out", 1)).await;
    let path = format!("{ORDERS}/{}/refunds", failed["orderId"].as_str().unwrap());
    client.post(&path, &refund(100)).await.problem(409, "REFUND_EXCEEDS_CAPTURED");
}

#[tokio::test]
async fn what_is_no_refund_is_told() {
    let client = client();
    let order = client.carry_out(&beans(2)).await;
    let path = format!("{ORDERS}/{}/refunds", id(&order));
    for (body, field) in [
        (json!({"reason": "x"}), "amount"),
        (json!({"amount": euros(100)}), "reason"),
        (refund(0), "amount.amount"),
        (refund(-5), "amount.amount"),
        (json!({"amount": {"amount": 1.5, "currency": "EUR"}, "reason": "x"}), "amount.amount"),
        (json!({"amount": {"amount": 1, "currency": "EURO"}, "reason": "x"}), "amount.currency"),
    ] {
        let problem = client.post(&path, &body).await.problem(400, "VALIDATION_FAILED");
        assert!(problem["errors"][field].is_string(), "{field} in {problem}");
    }
    let dollars = json!({"amount": {"amount": 1, "currency": "USD"}, "reason": "x"});
    let answer = client.post(&path, &dollars).await;
    assert!([400, 409].contains(&answer.status), "{}", answer.text());
    assert_eq!(client.order(&id(&order)).await, order);
}

#[tokio::test]
async fn a_rating_may_be_revised() {
    let client = client().someone();
    let order = client.carry_out(&beans(1)).await;
    let path = format!("{ORDERS}/{}/rating", id(&order));
    let rated = client.post(&path, &json!({"order": 4, "outlet": 5})).await.expect(200).order();
    assert_eq!(rated["rating"], json!({"order": 4, "outlet": 5}));
    let rated = client.post(&path, &json!({"order": 2, "courier": 1})).await.expect(200).order();
    assert_eq!(rated["rating"]["order"], 2);
    assert_eq!((&rated["status"], &rated["payment"]), (&order["status"], &order["payment"]));
}

#[tokio::test]
async fn only_what_is_over_is_rated_and_only_from_one_to_five() {
    let client = client().someone();
    let id = client.place(&sent_to("Slowtown")).await;
    let path = format!("{ORDERS}/{id}/rating");
    client.post(&path, &json!({"order": 4})).await.problem(409, "ORDER_NOT_FINAL");
    for body in [json!({}), json!({"order": 0}), json!({"order": 6}), json!({"order": 4.5}), json!({"weather": 3})] {
        client.post(&path, &body).await.problem(400, "VALIDATION_FAILED");
    }
}

#[tokio::test]
async fn staff_may_remark_on_an_order() {
    let client = client();
    let owner = client.someone();
    let order = owner.carry_out(&beans(1)).await;
    let path = format!("{ORDERS}/{}/notes", id(&order));
    let _ = client.post(&path, &json!({"text": "called the customer"})).await.expect(200).order();
    let seen = owner.order(&id(&order)).await;
    assert_eq!(seen["notes"][0]["text"], "called the customer");
    client.post(&path, &json!({"text": "x".repeat(257)})).await.problem(400, "VALIDATION_FAILED");
    client.post(&path, &json!({"text": ""})).await.problem(400, "VALIDATION_FAILED");
}
