use crate::world::with_world;

#[test]
fn a_payment_that_waits_is_confirmed_on_the_simulated_page() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let body = r#"{"items":[{"productId":"p1","quantity":1}],"payment":{"token":"tok_action"}}"#;
        let order = format!("/api/v1/orders/{}", world.place(&mut client, body).await["orderId"].as_str().unwrap());
        world.run().await;
        let waiting = client.get(&order).await.json();
        assert_eq!(waiting["payment"]["state"], "ACTION_REQUIRED", "{waiting}");
        let url = waiting["payment"]["action"]["url"].as_str().unwrap();
        let path = url.strip_prefix("http://test").unwrap();

        let page = client.get(path).await;
        assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
        assert!(page.body.contains("<form method=\"post\">"));
        assert_eq!(client.post(path, "").await.status, 200);
        world.clock.advance(std::time::Duration::from_secs(60));
        world.run().await;
        assert_eq!(client.get(&order).await.json()["status"], "EXECUTED");
        client.get("/simulator/confirm/x").await.problem(400, "VALIDATION_FAILED");
    });
}

#[test]
fn a_customer_that_is_none_is_told_so() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let answer = client.request("GET", "/api/v1/orders", &[("x-customer-id", "me")], "").await;
        assert!(answer.problem(400, "VALIDATION_FAILED")["errors"]["X-Customer-Id"].is_string());
    });
}
