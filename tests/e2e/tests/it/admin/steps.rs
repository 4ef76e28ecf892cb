//! /api/v1/admin/steps/{order}/{step}

use orderflow_support::bodies::{beans, paid_with, sent_to};
use orderflow_support::client::id;
use orderflow_support::uuid;
use serde_json::{Value, json};

use crate::world::{client, step};

fn path(order: &str, rest: &str) -> String {
    format!("/api/v1/admin/steps/{order}/{rest}")
}

#[tokio::test]
async fn what_is_done_stays_done() {
    let client = client();
    let order = client.carry_out(&beans(1)).await;
    let id = id(&order);
    for (action, body) in [
        ("retry", json!({})),
        ("skip", json!({"reason": "x"})),
        ("resolve", json!({"reason": "x", "resolution": "DONE"})),
    ] {
        let answer = client.post(&path(&id, &format!("ReserveStock/{action}")), &body).await;
        assert!([200, 409].contains(&answer.status), "{action}: {}", answer.text());
    }
    let failed = json!({"reason": "x", "resolution": "FAILED"});
    client.post(&path(&id, "Deliver/resolve"), &failed).await.problem(409, "STEP_NOT_RESOLVABLE");
    assert_eq!(client.order(&id).await, order);
}

#[tokio::test]
async fn what_is_not_there_is_told() {
    let client = client();
    let order = client.carry_out(&beans(1)).await;
    client.act(&path(&id(&order), "Prepare/retry")).await.problem(404, "UNKNOWN_STEP");
    client.act(&path(&uuid().to_string(), "Ship/retry")).await.problem(404, "NOT_FOUND");
    client.act(&path("7", "Ship/retry")).await.problem(400, "VALIDATION_FAILED");
    let body = json!({"resolution": "MAYBE"});
    let problem = client.post(&path(&id(&order), "Ship/resolve"), &body).await.problem(400, "VALIDATION_FAILED");
    assert!(problem["errors"]["reason"].is_string() && problem["errors"]["resolution"].is_string(), "{problem}");
}

#[tokio::test]
async fn an_operator_can_give_a_step_up() {
    let client = client();
    let id = client.place(&sent_to("Slowtown")).await;
    client.order_when(&id, "asked to ship", |order| order["status"] == "SENT_TO_EXECUTOR").await;
    let body = json!({"reason": "the parcel was lost before it was handed over", "resolution": "FAILED"});
    let _ = client.post(&path(&id, "Ship/resolve"), &body).await.expect(200);
    let order = client.ended(&id).await;
    assert_eq!((&order["status"], &order["payment"]["state"]), (&json!("FAILED"), &json!("VOIDED")), "{order}");
}

#[tokio::test]
async fn a_capture_that_is_skipped_is_written_off() {
    let client = client();
    let id = client.place(&paid_with("tok_capture_fails")).await;
    let failed = |order: &Value| step(order, "CapturePayment")["reason"].is_object();
    client.order_when(&id, "a capture that failed", failed).await;
    let again = client.act(&path(&id, "CapturePayment/retry")).await;
    assert!([200, 409].contains(&again.status), "{}", again.text());
    let _ = client.post(&path(&id, "CapturePayment/skip"), &json!({"reason": "a goodwill"})).await.expect(200);
    let order = client.ended(&id).await;
    assert_eq!(order["status"], "EXECUTED", "{order}");
}
