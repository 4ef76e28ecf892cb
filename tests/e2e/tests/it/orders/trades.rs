//! What becomes of trades on the built-in venue.

use orderflow_support::bodies::{limit, market, with};
use orderflow_support::client::id;
use orderflow_support::{Client, unique};
use serde_json::{Value, json};

use crate::world::{client, instrument, types};

/// Places a limit order and waits until it rests.
async fn rest(client: &Client, body: &Value) -> String {
    let id = client.place(body).await;
    client.order_when(&id, "on the venue", |order| order["status"] == "EXECUTING").await;
    id
}

/// Status, reason, and how much is filled.
fn result(order: &Value) -> (&str, &str, &str) {
    fn text(value: &Value) -> &str {
        value.as_str().unwrap_or_default()
    }
    (text(&order["status"]), text(&order["outcome"]["code"]), text(&order["trade"]["filledQuantity"]))
}

#[tokio::test]
async fn the_best_price_is_filled_first_at_the_resting_price() {
    let client = client();
    let symbol = instrument(&client).await;
    let seller = client.someone();
    rest(&seller, &limit(&symbol, "SELL", "5", "102.00")).await;
    rest(&seller, &limit(&symbol, "SELL", "5", "101.00")).await;
    let order = client.carry_out(&limit(&symbol, "BUY", "8", "103.00")).await;
    assert_eq!(result(&order), ("EXECUTED", "", "8"));
    let fills: Vec<_> =
        order["trade"]["fills"].as_array().unwrap().iter().map(|fill| (&fill["price"], &fill["quantity"])).collect();
    assert_eq!(fills, [(&json!("101.00"), &json!("5")), (&json!("102.00"), &json!("3"))]);
    assert_eq!(order["trade"]["averagePrice"], "101.375");
    assert_eq!(order["trade"]["remainingQuantity"], "0");
}

#[tokio::test]
async fn what_is_left_of_a_limit_order_rests() {
    let client = client();
    let symbol = instrument(&client).await;
    rest(&client.someone(), &limit(&symbol, "SELL", "4", "101.00")).await;
    let id = client.place(&limit(&symbol, "BUY", "10", "101.00")).await;
    let order = client.order_when(&id, "a fill", |order| order["trade"]["filledQuantity"] == "4").await;
    assert_eq!((&order["status"], &order["trade"]["fillState"]), (&json!("EXECUTING"), &json!("PARTIALLY_FILLED")));
    rest(&client.someone(), &limit(&symbol, "BUY", "1", "100.00")).await;
    let _ = client.someone().carry_out(&limit(&symbol, "SELL", "6", "101.00")).await;
    let order = client.ended(&id).await;
    assert_eq!(result(&order), ("EXECUTED", "", "10"));
    let timeline = client.timeline(&id).await;
    assert!(types(&timeline).contains(&"PARTIALLY_FILLED"), "{:?}", types(&timeline));
}

#[tokio::test]
async fn a_market_order_takes_what_there_is() {
    let client = client();
    let symbol = instrument(&client).await;
    let order = client.carry_out(&market(&symbol, "BUY", "4")).await;
    assert_eq!(result(&order), ("FAILED", "NO_LIQUIDITY", "0"));
    rest(&client.someone(), &limit(&symbol, "SELL", "3", "101.00")).await;
    let order = client.carry_out(&market(&symbol, "BUY", "4")).await;
    assert_eq!(result(&order), ("CANCELLED", "NO_LIQUIDITY", "3"), "short with some fills: {order}");
}

#[tokio::test]
async fn immediate_or_cancel_never_rests() {
    let client = client();
    let symbol = instrument(&client).await;
    let ioc = |quantity| with(limit(&symbol, "BUY", quantity, "101.00"), "timeInForce", json!("IOC"));
    let order = client.carry_out(&ioc("4")).await;
    assert_eq!(result(&order), ("FAILED", "KILLED", "0"));
    rest(&client.someone(), &limit(&symbol, "SELL", "3", "101.00")).await;
    let order = client.carry_out(&ioc("4")).await;
    assert_eq!(result(&order), ("CANCELLED", "KILLED", "3"));
}

#[tokio::test]
async fn fill_or_kill_is_all_or_nothing() {
    let client = client();
    let symbol = instrument(&client).await;
    let fok = |quantity| with(limit(&symbol, "BUY", quantity, "101.00"), "timeInForce", json!("FOK"));
    let resting = rest(&client.someone(), &limit(&symbol, "SELL", "3", "101.00")).await;
    let order = client.carry_out(&fok("4")).await;
    assert_eq!(result(&order), ("FAILED", "KILLED", "0"));
    assert_eq!(client.order(&resting).await["trade"]["filledQuantity"], "0");
    let order = client.carry_out(&fok("3")).await;
    assert_eq!(result(&order), ("EXECUTED", "", "3"));
}

#[tokio::test]
async fn nobody_trades_with_themselves() {
    let client = client().someone();
    let symbol = instrument(&crate::world::client()).await;
    let resting = rest(&client, &limit(&symbol, "SELL", "3", "101.00")).await;
    let order = client.carry_out(&limit(&symbol, "BUY", "3", "101.00")).await;
    assert_eq!(result(&order), ("CANCELLED", "SELF_TRADE", "0"), "the newer one goes");
    assert_eq!(client.order(&resting).await["status"], "EXECUTING");
}

#[tokio::test]
async fn what_only_the_venue_can_know_is_no_error_of_the_request() {
    let client = client();
    let symbol = unique("SYM");
    let order = client.carry_out(&limit(&symbol, "BUY", "1", "1")).await;
    assert_eq!(result(&order), ("FAILED", "UNKNOWN_INSTRUMENT", "0"));
    let terms = json!({"symbol": symbol, "tick": "0.05", "lot": "10", "maxQuantity": "1000"});
    let _ = client.post("/api/v1/instruments", &terms).await.expect(200);
    for (quantity, price, code) in
        [("10", "1.01", "BAD_TICK"), ("15", "1.05", "BAD_LOT"), ("1010", "1.05", "OVER_LIMIT")]
    {
        let order = client.carry_out(&limit(&symbol, "BUY", quantity, price)).await;
        assert_eq!(result(&order), ("FAILED", code, "0"));
        assert_eq!(order["outcome"]["by"], "venue");
    }
}

#[tokio::test]
async fn a_halted_instrument_takes_no_orders_and_keeps_its_book() {
    let client = client();
    let symbol = instrument(&client).await;
    let resting = rest(&client, &limit(&symbol, "SELL", "3", "101.00")).await;
    let halted = client.act(&format!("/api/v1/instruments/{symbol}/halt")).await.expect(200).json();
    assert_eq!(halted["halted"], true);
    let order = client.someone().carry_out(&limit(&symbol, "BUY", "3", "101.00")).await;
    assert_eq!(result(&order), ("FAILED", "MARKET_CLOSED", "0"));
    assert_eq!(client.order(&resting).await["status"], "EXECUTING");
    let _ = client.act(&format!("/api/v1/instruments/{symbol}/resume")).await.expect(200);
    let order = client.someone().carry_out(&limit(&symbol, "BUY", "3", "101.00")).await;
    assert_eq!(result(&order), ("EXECUTED", "", "3"));
}

#[tokio::test]
async fn both_sides_of_a_trade_tell_the_same() {
    let client = client();
    let symbol = instrument(&client).await;
    let resting = rest(&client.someone(), &limit(&symbol, "SELL", "3", "101.00")).await;
    let bought = client.carry_out(&limit(&symbol, "BUY", "3", "105.00")).await;
    let sold = client.ended(&resting).await;
    assert_eq!(bought["trade"]["fills"][0]["tradeId"], sold["trade"]["fills"][0]["tradeId"]);
    for order in [&bought, &sold] {
        assert_eq!(result(order), ("EXECUTED", "", "3"), "{}", id(order));
        assert_eq!(order["trade"]["averagePrice"], "101.00");
    }
}
