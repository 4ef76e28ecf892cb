use orderflow_http::wire::Order;

use crate::orders::OTHER;
use crate::world::{PURCHASE, with_world};

#[test]
fn ratings_come_after_the_end_and_may_be_revised() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let early = world.place(&mut client, PURCHASE).await;
        let rating = format!("/api/v1/orders/{}/rating", early["orderId"].as_str().unwrap());
        client.post(&rating, r#"{"order":5}"#).await.problem(409, "ORDER_NOT_FINAL");
        world.run().await;
        client.ok("POST", &rating, r#"{"order":5,"outlet":4}"#).await;
        let order = client.ok("POST", &rating, r#"{"order":1}"#).await;
        assert_eq!(order["rating"]["order"], 1);
        for (body, path) in [("{}", "order"), (r#"{"order":6}"#, "order"), (r#"{"stars":1}"#, "stars")] {
            let problem = client.post(&rating, body).await.problem(400, "VALIDATION_FAILED");
            assert!(problem["errors"][path].is_string(), "{problem}");
        }
        client.request("POST", &rating, &[OTHER], r#"{"order":1}"#).await.problem(404, "NOT_FOUND");
    });
}

#[test]
fn never_more_is_refunded_than_was_captured() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let path = world.executed(&mut client).await;
        let refunds = format!("{path}/refunds");
        let body = r#"{"amount":{"amount":2000,"currency":"EUR"},"reason":"arrived broken"}"#;
        let key = [("idempotency-key", "r1")];
        assert_eq!(client.request("POST", &refunds, &key, body).await.status, 202);
        assert_eq!(client.request("POST", &refunds, &key, body).await.status, 202, "the same refund");
        client.post(&refunds, body).await.problem(409, "REFUND_EXCEEDS_CAPTURED");
        client.request("POST", &refunds, &[OTHER], body).await.problem(403, "FORBIDDEN");
        world.run().await;
        let order: Order = serde_json::from_str(&client.get(&path).await.body).unwrap();
        assert_eq!(order.refunds.len(), 1);
        assert_eq!(order.payment.unwrap().refunded.unwrap().amount, 2000);
    });
}

#[test]
fn staff_remark() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let path = world.executed(&mut client).await;
        let order = client.ok("POST", &format!("{path}/notes"), r#"{"text":"called the customer"}"#).await;
        assert_eq!(order["notes"][0]["text"], "called the customer");
        client.post(&format!("{path}/notes"), r#"{"text":"  "}"#).await.problem(400, "VALIDATION_FAILED");
    });
}
