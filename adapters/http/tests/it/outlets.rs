use orderflow_http::wire::{Item, ItemList};

use crate::orders::OTHER;
use crate::world::with_world;

const ITEMS: &str = "/api/v1/outlets/demo/items";
const STOCK: &str = "/api/v1/outlets/demo/stock";

#[test]
fn stock_is_listed_received_and_counted() {
    with_world(|world| async move {
        let mut client = world.client().await;
        client
            .ok(
                "PUT",
                &format!("{ITEMS}/p2"),
                r#"{"name":"Filter papers","price":{"amount":320,"currency":"EUR"},"forSale":false}"#,
            )
            .await;
        client.ok("POST", &format!("{STOCK}/p2/receive"), r#"{"quantity":5,"reference":"note 7"}"#).await;
        let item: Item = serde_json::from_value(
            client.ok("POST", &format!("{STOCK}/p2/adjust"), r#"{"onHand":4,"reason":"count"}"#).await,
        )
        .unwrap();
        assert_eq!((item.on_hand, item.available, item.for_sale), (4, 4, false));
        world.run().await;
        let list: ItemList = serde_json::from_str(&client.get(ITEMS).await.body).unwrap();
        assert_eq!(list.items.iter().map(|item| item.product_id.as_str()).collect::<Vec<_>>(), ["p1", "p2"]);
        assert_eq!(serde_json::from_str::<ItemList>(&client.get(STOCK).await.body).unwrap(), list);
        client.request("GET", STOCK, &[OTHER], "").await.problem(403, "FORBIDDEN");
        let found: ItemList = serde_json::from_str(&client.get(&format!("{ITEMS}?q=filter")).await.body).unwrap();
        assert_eq!(found.items, std::slice::from_ref(&item));
        let page: ItemList = serde_json::from_str(&client.get(&format!("{ITEMS}?page=0&size=1")).await.body).unwrap();
        assert_eq!((page.page, page.size, page.total_items, page.total_pages), (Some(0), Some(1), Some(2), Some(2)));
        assert_eq!(serde_json::from_str::<Item>(&client.get(&format!("{ITEMS}/p2")).await.body).unwrap(), item);
    });
}

#[test]
fn a_receipt_is_repeated_safely() {
    with_world(|world| async move {
        let mut client = world.client().await;
        for _ in 0..2 {
            let key = [("idempotency-key", "delivery-7")];
            let answer = client.request("POST", &format!("{STOCK}/p1/receive"), &key, r#"{"quantity":5}"#).await;
            assert_eq!(answer.json()["onHand"], 15);
        }
        let key = [("idempotency-key", "delivery-7")];
        let other = client.request("POST", &format!("{STOCK}/p1/receive"), &key, r#"{"quantity":6}"#).await;
        other.problem(422, "IDEMPOTENCY_KEY_REUSED");
    });
}

#[test]
fn what_can_not_be_is_refused() {
    with_world(|world| async move {
        let mut client = world.client().await;
        client.post(&format!("{STOCK}/unknown/receive"), r#"{"quantity":5}"#).await.problem(404, "NOT_FOUND");
        client.get(&format!("{ITEMS}/unknown")).await.problem(404, "NOT_FOUND");
        for (path, body, field) in [
            ("p1/receive", r#"{"quantity":0}"#, "quantity"),
            ("p1/receive", r#"{"quantity":9007199254740992}"#, "quantity"),
            ("p1/adjust", r#"{"onHand":1}"#, "reason"),
            ("a%20b/adjust", r#"{"onHand":1,"reason":"x"}"#, "item"),
        ] {
            let problem = client.post(&format!("{STOCK}/{path}"), body).await.problem(400, "VALIDATION_FAILED");
            assert!(problem["errors"][field].is_string(), "{problem}");
        }
        client
            .request("POST", &format!("{STOCK}/p1/receive"), &[OTHER], r#"{"quantity":5}"#)
            .await
            .problem(403, "FORBIDDEN");
    });
}
