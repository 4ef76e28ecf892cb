//! POST /api/v1/orders: the whole way, and the bodies that clients see.

use insta::assert_json_snapshot;
use orderflow_support::bodies::{beans, euros, limit, market, with};
use orderflow_support::client::{ORDERS, id};
use orderflow_support::{redacted, unique};
use serde_json::json;

use crate::world::{client, instrument};

#[tokio::test]
async fn a_purchase_is_answered_when_it_is_durable() {
    let client = client();
    let answer = client.place_as(&unique("key"), &beans(2)).await.expect(201);
    let order = answer.order();
    let location = format!("{ORDERS}/{}", id(&order));
    assert_eq!(answer.header("location"), Some(location.as_str()));
    assert_eq!(answer.header("etag"), Some(format!("\"{}\"", order["version"]).as_str()));
    assert_eq!(answer.header("idempotent-replayed"), None);
    assert_json_snapshot!(redacted(&order));
}

#[tokio::test]
async fn a_purchase_is_carried_out() {
    let order = client().carry_out(&beans(2)).await;
    assert_json_snapshot!(redacted(&order));
}

#[tokio::test]
async fn all_of_a_purchase_can_be_said() {
    let body = json!({
        "kind": "purchase",
        "outletId": "demo",
        "items": [{"productId": "p1", "quantity": 2}, {"productId": "p2", "quantity": 1}],
        "fulfilment": {"type": "SHIPPING", "address": {
            "name": "Ada", "line1": "1 Main St", "line2": "2nd floor", "postalCode": "10115", "city": "Berlin", "country": "DE",
        }},
        "payment": {"method": "WALLET", "token": "tok_visa"},
        "expectedTotal": euros(2_820),
        "note": "Leave it with the neighbours.",
    });
    let order = client().carry_out(&body).await;
    assert_json_snapshot!(redacted(&order));
}

#[tokio::test]
async fn a_limit_order_rests() {
    let client = client();
    let symbol = instrument(&client).await;
    let id = client.place(&limit(&symbol, "BUY", "10", "101.25")).await;
    let mut order = client.order_when(&id, "on the venue", |order| order["status"] == "EXECUTING").await;
    order["trade"]["instrument"] = json!("SYMBOL");
    assert_json_snapshot!(redacted(&order));
}

#[tokio::test]
async fn a_trade_is_filled() {
    let client = client();
    let symbol = instrument(&client).await;
    let resting = client.someone().place(&limit(&symbol, "SELL", "10", "101.20")).await;
    client.order_when(&resting, "on the venue", |order| order["status"] == "EXECUTING").await;
    let mut order = client.carry_out(&market(&symbol, "BUY", "4")).await;
    order["trade"]["instrument"] = json!("SYMBOL");
    order["trade"]["fills"][0]["tradeId"] = json!("TRADE");
    assert_json_snapshot!(redacted(&order));
}

#[tokio::test]
async fn quantities_and_prices_keep_their_exactness() {
    let client = client();
    let symbol = unique("SYM");
    let terms = json!({"symbol": symbol, "tick": "0.00000001", "lot": "0.00000001"});
    let _ = client.post("/api/v1/instruments", &terms).await.expect(200);
    let id = client.place(&limit(&symbol, "BUY", "0.00000003", "12345.67890123")).await;
    let order = client.order_when(&id, "on the venue", |order| order["status"] == "EXECUTING").await;
    assert_eq!(
        (&order["trade"]["quantity"], &order["trade"]["price"]),
        (&json!("0.00000003"), &json!("12345.67890123"))
    );
}

#[tokio::test]
async fn the_price_of_a_market_order_is_not_kept() {
    let client = client();
    let symbol = instrument(&client).await;
    let order = client.carry_out(&with(market(&symbol, "BUY", "1"), "price", json!("nonsense"))).await;
    assert_eq!(order["trade"].get("price"), None);
    assert_eq!(order["outcome"]["code"], "NO_LIQUIDITY");
}

#[tokio::test]
async fn a_hundred_lines_are_an_order() {
    let lines: Vec<_> = (0..100).map(|_| json!({"productId": "p1", "quantity": 1})).collect();
    let order = client().carry_out(&json!({"items": lines})).await;
    assert_eq!((&order["status"], &order["totals"]["total"]), (&json!("EXECUTED"), &euros(125_000)));
}
