//! /api/v1/instruments

use orderflow_http::wire::{Book, Instrument, InstrumentList, TradeList};
use orderflow_support::bodies::{limit, market};
use orderflow_support::{unique, uuid};
use serde_json::json;

use crate::world::{client, instrument};

const ALL: &str = "/api/v1/instruments";

#[tokio::test]
async fn the_demo_world_has_two() {
    let client = client();
    for symbol in ["ACME", "GLOBEX"] {
        let shown: Instrument =
            serde_json::from_value(client.get(&format!("{ALL}/{symbol}")).await.expect(200).json()).unwrap();
        assert_eq!((shown.currency.as_str(), shown.tick.as_str(), shown.lot.as_str()), ("EUR", "0.01", "1"));
    }
}

#[tokio::test]
async fn market_data_shows_prices_and_no_orders() {
    let client = client();
    let symbol = instrument(&client).await;
    let seller = client.someone();
    for price in ["101.20", "101.20", "101.30"] {
        let id = seller.place(&limit(&symbol, "SELL", "10", price)).await;
        client.order_when(&id, "on the venue", |order| order["status"] == "EXECUTING").await;
    }
    let resting = client.someone().place(&limit(&symbol, "BUY", "1", "100.00")).await;
    client.order_when(&resting, "on the venue", |order| order["status"] == "EXECUTING").await;
    let order = client.carry_out(&market(&symbol, "BUY", "4")).await;
    let text = client.get(&format!("{ALL}/{symbol}/book")).await.expect(200).text();
    let book: Book = serde_json::from_str(&text).unwrap();
    let asks: Vec<_> =
        book.asks.iter().map(|level| (level.price.as_str(), level.quantity.as_str(), level.orders)).collect();
    assert_eq!(asks, [("101.20", "16", 2), ("101.30", "10", 1)]);
    assert_eq!(book.bids.iter().map(|level| level.price.as_str()).collect::<Vec<_>>(), ["100.00"]);
    assert_eq!(book.last_price.as_deref(), Some("101.20"));
    let tape = client.get(&format!("{ALL}/{symbol}/trades")).await.expect(200).text();
    let trades: TradeList = serde_json::from_str(&tape).unwrap();
    let told: Vec<_> =
        trades.items.iter().map(|trade| (trade.price.as_str(), trade.quantity.as_str(), trade.side.as_str())).collect();
    assert_eq!(told, [("101.20", "4", "BUY")]);
    let id = order["orderId"].as_str().unwrap();
    for text in [text, tape] {
        assert!(!text.contains(id) && !text.contains(&id.replace('-', "")), "{text}");
    }
    let depth = client.get(&format!("{ALL}/{symbol}/book?depth=1")).await.expect(200).json();
    assert_eq!(depth["asks"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn terms_change_only_while_nothing_rests() {
    let client = client();
    let symbol = instrument(&client).await;
    let terms = json!({"symbol": symbol, "tick": "0.05", "lot": "1"});
    let changed = client.post(ALL, &terms).await.expect(200).json();
    assert_eq!(changed["tick"], "0.05");
    let id = client.place(&limit(&symbol, "BUY", "1", "1.00")).await;
    client.order_when(&id, "on the venue", |order| order["status"] == "EXECUTING").await;
    let terms = json!({"symbol": symbol, "tick": "0.10", "lot": "1"});
    client.post(ALL, &terms).await.problem(409, "ORDERS_REST");
    let currency = json!({"symbol": symbol, "tick": "0.05", "lot": "1", "currency": "USD"});
    assert!([400, 409].contains(&client.post(ALL, &currency).await.status));
}

#[tokio::test]
async fn a_list_goes_on_from_page_to_page() {
    let client = client();
    for _ in 0..3 {
        instrument(&client).await;
    }
    let (mut all, mut query) = (Vec::new(), "limit=2".to_owned());
    loop {
        let page = client.get(&format!("{ALL}?{query}")).await.expect(200).json();
        let page: InstrumentList = serde_json::from_value(page).unwrap();
        all.extend(page.items.into_iter().map(|one| one.symbol));
        let Some(cursor) = page.next_cursor else { break };
        query = format!("limit=2&cursor={cursor}");
    }
    let mut sorted = all.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(all, sorted, "by symbol, each once");
    assert!(all.len() >= 5, "{all:?}");
}

#[tokio::test]
async fn what_can_not_be_is_refused() {
    let client = client();
    let nothing = unique("NONE");
    for path in ["", "/book", "/trades"] {
        client.get(&format!("{ALL}/{nothing}{path}")).await.problem(404, "NOT_FOUND");
    }
    client.act(&format!("{ALL}/{nothing}/halt")).await.problem(404, "NOT_FOUND");
    client.get(&format!("{ALL}/ACME/book?depth=101")).await.problem(400, "VALIDATION_FAILED");
    client.get(&format!("{ALL}/{}", "x".repeat(65))).await.problem(400, "VALIDATION_FAILED");
    let problem = client.post(ALL, &json!({"symbol": "A/B", "tick": "0", "lot": "-1", "x": uuid()})).await;
    let problem = problem.problem(400, "VALIDATION_FAILED");
    for field in ["symbol", "lot", "x"] {
        assert!(problem["errors"][field].is_string(), "{field} in {problem}");
    }
}
