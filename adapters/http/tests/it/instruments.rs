use orderflow_http::wire::{Book, Instrument, InstrumentList, TradeList};

use crate::orders::OTHER;
use crate::world::with_world;

const ALL: &str = "/api/v1/instruments";

#[test]
fn instruments_are_created_halted_and_resumed() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let made = client
            .ok("POST", ALL, r#"{"symbol":"GLOBEX","currency":"EUR","tick":"0.05","lot":"10","maxQuantity":"1000"}"#)
            .await;
        let made: Instrument = serde_json::from_value(made).unwrap();
        assert_eq!((made.tick.as_str(), made.max_quantity.as_str(), made.halted), ("0.05", "1000", false));
        assert_eq!(client.ok("POST", &format!("{ALL}/GLOBEX/halt"), "").await["halted"], true);
        assert_eq!(client.ok("POST", &format!("{ALL}/GLOBEX/resume"), "").await["halted"], false);
        world.run().await;
        let list: InstrumentList = serde_json::from_str(&client.get(ALL).await.body).unwrap();
        assert_eq!(list.items.iter().map(|one| one.symbol.as_str()).collect::<Vec<_>>(), ["ACME", "GLOBEX"]);
        assert_eq!(client.get(&format!("{ALL}/GLOBEX")).await.json()["symbol"], "GLOBEX");
    });
}

#[test]
fn market_data_shows_prices_and_no_orders() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let sell =
            r#"{"kind":"trade","instrument":"ACME","side":"SELL","type":"LIMIT","price":"101.20","quantity":"10"}"#;
        client.request("POST", "/api/v1/orders", &[("idempotency-key", "s"), OTHER], sell).await;
        world.run().await;
        world
            .place(&mut client, r#"{"kind":"trade","instrument":"ACME","side":"BUY","type":"MARKET","quantity":"4"}"#)
            .await;
        world.run().await;
        let book: Book = serde_json::from_str(&client.get(&format!("{ALL}/ACME/book?depth=5")).await.body).unwrap();
        assert_eq!((book.asks[0].price.as_str(), book.asks[0].quantity.as_str(), book.bids.len()), ("101.20", "6", 0));
        let trades: TradeList = serde_json::from_str(&client.get(&format!("{ALL}/ACME/trades")).await.body).unwrap();
        assert_eq!((trades.items[0].price.as_str(), trades.items[0].side.as_str()), ("101.20", "BUY"));
    });
}

#[test]
fn what_can_not_be_is_refused() {
    with_world(|world| async move {
        let mut client = world.client().await;
        for path in ["NONE", "NONE/book", "NONE/trades"] {
            client.get(&format!("{ALL}/{path}")).await.problem(404, "NOT_FOUND");
        }
        client.post(&format!("{ALL}/NONE/halt"), "").await.problem(404, "NOT_FOUND");
        client.request("POST", &format!("{ALL}/ACME/halt"), &[OTHER], "").await.problem(403, "FORBIDDEN");
        client.get(&format!("{ALL}/ACME/book?depth=0")).await.problem(400, "VALIDATION_FAILED");
        let problem =
            client.post(ALL, r#"{"symbol":"A/B","tick":"0","lot":1,"x":1}"#).await.problem(400, "VALIDATION_FAILED");
        let named: Vec<_> = problem["errors"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(named, ["lot", "symbol", "tick", "x"]);
        let other = client.post(ALL, r#"{"symbol":"ACME","currency":"USD","tick":"0.01","lot":"1"}"#).await;
        assert!(other.problem(400, "VALIDATION_FAILED")["errors"]["currency"].is_string());
    });
}
