//! What becomes of purchases: each way in which one can fail, and what is left behind.

use futures_util::future::join_all;
use orderflow_support::bodies::{beans, euros, paid_with, purchase, sent_to, with};
use orderflow_support::client::{ORDERS, id};
use serde_json::{Value, json};

use crate::world::{client, item, step, stock, types};

fn outcome(order: &Value) -> (&str, &str, &str) {
    fn text(value: &Value) -> &str {
        value.as_str().unwrap_or_default()
    }
    (text(&order["status"]), text(&order["outcome"]["code"]), text(&order["outcome"]["by"]))
}

#[tokio::test]
async fn a_declined_card_gives_the_goods_back() {
    let client = client();
    for token in ["tok_declined", "tok_insufficient_funds", "tok_nobody_knows"] {
        let item = item(&client, 5).await;
        let body = with(purchase(&item, 2), "payment", json!({"token": token}));
        let order = client.carry_out(&body).await;
        assert_eq!(outcome(&order), ("FAILED", "DECLINED", "payment"), "{order}");
        assert_eq!(order["payment"]["authorised"], euros(0));
        assert_eq!(step(&order, "ReserveStock")["undo"], "DONE");
        assert_eq!(stock(&client, &item).await, (5, 0));
    }
}

#[tokio::test]
async fn what_is_not_there_can_not_be_sold() {
    let order = client().carry_out(&purchase("sold-out", 1)).await;
    assert_eq!(outcome(&order), ("FAILED", "OUT_OF_STOCK", "inventory"));
    assert_eq!(order["payment"]["state"], "NONE");
}

#[tokio::test]
async fn all_lines_at_fault_are_named() {
    let client = client();
    let scarce = item(&client, 3).await;
    let lines = [("p1", 1), ("sold-out", 1), ("no-such-item", 1), (scarce.as_str(), 4)];
    let lines: Vec<_> = lines.iter().map(|(item, count)| json!({"productId": item, "quantity": count})).collect();
    let order = client.carry_out(&json!({"items": lines})).await;
    assert_eq!(order["status"], "FAILED");
    let expected = json!([
        {"line": 1, "productId": "sold-out", "code": "OUT_OF_STOCK", "available": 0},
        {"line": 2, "productId": "no-such-item", "code": "UNKNOWN_ITEM"},
        {"line": 3, "productId": scarce, "code": "OUT_OF_STOCK", "available": 3},
    ]);
    assert_eq!(order["outcome"]["details"]["lines"], expected);
    assert_eq!(stock(&client, &scarce).await, (3, 0));
}

#[tokio::test]
async fn the_last_one_is_sold_once() {
    let client = client();
    let buyers: Vec<_> = (0..20).map(|_| client.someone()).collect();
    let orders = join_all(buyers.iter().map(async |buyer| buyer.carry_out(&purchase("last-one", 1)).await)).await;
    let won = orders.iter().filter(|order| order["status"] == "EXECUTED").count();
    let lost = orders.iter().filter(|order| outcome(order) == ("FAILED", "OUT_OF_STOCK", "inventory")).count();
    assert_eq!((won, lost), (1, 19));
    assert_eq!(stock(&client, "last-one").await, (0, 0));
}

#[tokio::test]
async fn an_item_that_nobody_lists_is_no_error_of_the_request() {
    let order = client().carry_out(&purchase("no-such-item", 1)).await;
    assert_eq!(outcome(&order), ("FAILED", "UNKNOWN_ITEM", "inventory"));
}

#[tokio::test]
async fn an_item_that_is_not_for_sale_stays() {
    let client = client();
    let item = item(&client, 5).await;
    let listing = json!({"name": "Something", "price": euros(1_000), "forSale": false});
    let _ = client.put(&format!("/api/v1/outlets/demo/items/{item}"), &listing).await.expect(200);
    let order = client.carry_out(&purchase(&item, 1)).await;
    assert_eq!(outcome(&order), ("FAILED", "NOT_FOR_SALE", "inventory"));
}

#[tokio::test]
async fn another_total_than_expected_is_told() {
    let client = client();
    let order = client.carry_out(&with(beans(2), "expectedTotal", euros(2_400))).await;
    assert_eq!(outcome(&order), ("FAILED", "PRICE_CHANGED", "inventory"));
    let order = client.carry_out(&with(beans(2), "expectedTotal", json!({"amount": 2_500, "currency": "USD"}))).await;
    assert_eq!(outcome(&order), ("FAILED", "PRICE_CHANGED", "inventory"));
}

#[tokio::test]
async fn a_gateway_that_does_not_answer_is_asked_again_and_charges_once() {
    let client = client();
    let bodies = ["tok_timeout_charged", "tok_timeout_lost"].map(paid_with);
    for order in join_all(bodies.iter().map(|body| client.carry_out(body))).await {
        assert_eq!(order["status"], "EXECUTED", "{order}");
        assert_eq!((&order["payment"]["authorised"], &order["payment"]["captured"]), (&euros(2_500), &euros(2_500)));
        assert_eq!(step(&order, "AuthorisePayment")["attempt"], 1, "a lost answer is no new attempt");
    }
}

#[tokio::test]
async fn a_capture_that_fails_once_is_done_again() {
    let client = client();
    let order = client.carry_out(&paid_with("tok_capture_fails_once")).await;
    assert_eq!((&order["status"], &order["payment"]["captured"]), (&json!("EXECUTED"), &euros(2_500)));
    let timeline = client.timeline(&id(&order)).await;
    assert!(types(&timeline).contains(&"STEP_NOTED"), "it is told: {:?}", types(&timeline));
    assert_eq!(step(&order, "CapturePayment").get("reason"), None, "and over");
}

#[tokio::test]
async fn money_that_can_not_be_captured_is_written_off_by_an_operator() {
    let client = client();
    let id = client.place(&paid_with("tok_capture_fails")).await;
    let failed = |order: &Value| step(order, "CapturePayment")["reason"].is_object();
    let order = client.order_when(&id, "a capture that failed", failed).await;
    assert_eq!(order["status"], "EXECUTING", "delivered or not, it is not over while the money is out");
    assert_eq!(step(&order, "CapturePayment")["reason"]["code"], "ALARM");
    let path = format!("/api/v1/admin/steps/{id}/CapturePayment/resolve");
    let body = json!({"resolution": "WRITTEN_OFF", "reason": "the card no longer exists"});
    let _ = client.post(&path, &body).await.expect(200).order();
    let order = client.ended(&id).await;
    assert_eq!(order["status"], "EXECUTED", "{order}");
    assert_eq!((&order["payment"]["authorised"], &order["payment"]["captured"]), (&euros(2_500), &euros(0)));
}

#[tokio::test]
async fn a_payment_waits_for_the_customer() {
    let client = client();
    let id = client.place(&paid_with("tok_action")).await;
    let waits = |order: &Value| order["payment"]["state"] == "ACTION_REQUIRED";
    let order = client.order_when(&id, "an action", waits).await;
    let action = &order["payment"]["action"];
    assert_eq!(action["type"], "REDIRECT");
    let url = action["url"].as_str().unwrap();
    let path = &url[url.find("/simulator").unwrap()..];
    assert_eq!(path, format!("/simulator/confirm/{id}"));
    let page = client.get(path).await.expect(200);
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    let _ = client.act(path).await.expect(200);
    let order = client.ended(&id).await;
    assert_eq!((&order["status"], &order["payment"]["state"]), (&json!("EXECUTED"), &json!("CAPTURED")));
    assert_eq!(order["payment"].get("action"), None);
}

#[tokio::test]
async fn a_parcel_that_no_carrier_takes_is_undone() {
    let client = client();
    let item = item(&client, 5).await;
    let order = client.carry_out(&with(sent_to("Nowhere"), "items", json!([{"productId": item, "quantity": 2}]))).await;
    assert_eq!(outcome(&order), ("FAILED", "CARRIER_REFUSED", "shipping"), "{order}");
    assert_eq!((&order["payment"]["state"], &order["payment"]["captured"]), (&json!("VOIDED"), &euros(0)));
    assert_eq!(stock(&client, &item).await, (5, 0));
    let timeline = client.timeline(&id(&order)).await;
    assert_eq!(types(&timeline).last(), Some(&"FAILED"), "it ends when all is undone: {:?}", types(&timeline));
}

#[tokio::test]
async fn sold_goods_leave_the_shelf() {
    let client = client();
    let item = item(&client, 5).await;
    let order = client.carry_out(&purchase(&item, 2)).await;
    assert_eq!((&order["status"], &order["totals"]["total"]), (&json!("EXECUTED"), &euros(2_000)));
    assert_eq!(stock(&client, &item).await, (3, 0));
    assert_eq!(client.get(&format!("{ORDERS}/{}", id(&order))).await.order(), order, "it stays as it is");
}
