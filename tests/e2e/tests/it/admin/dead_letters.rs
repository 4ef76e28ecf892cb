//! /api/v1/admin/dead-letters

use serde_json::json;

use crate::world::client;

const ALL: &str = "/api/v1/admin/dead-letters";

#[tokio::test]
async fn there_are_none_while_all_goes_well() {
    let client = client();
    assert_eq!(client.get(ALL).await.expect(200).json(), json!({"items": []}));
    client.get(&format!("{ALL}?limit=101")).await.problem(400, "VALIDATION_FAILED");
}

#[tokio::test]
async fn what_is_not_there_can_not_be_handled() {
    let client = client();
    client.get(&format!("{ALL}/inventory-7")).await.problem(404, "NOT_FOUND");
    client.act(&format!("{ALL}/inventory-7/redrive")).await.problem(404, "NOT_FOUND");
    client.post(&format!("{ALL}/inventory-7/discard"), &json!({"reason": "x"})).await.problem(404, "NOT_FOUND");
    let problem =
        client.post(&format!("{ALL}/inventory-7/discard"), &json!({})).await.problem(400, "VALIDATION_FAILED");
    assert!(problem["errors"]["reason"].is_string(), "{problem}");
}
