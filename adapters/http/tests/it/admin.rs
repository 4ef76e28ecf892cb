use orderflow_http::wire::Workers;

use crate::orders::OTHER;
use crate::world::{PURCHASE, with_world};

#[test]
fn workers_are_seen_and_paused() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let path = "/api/v1/admin/reactors";
        let workers: Workers = serde_json::from_str(&client.get(path).await.body).unwrap();
        assert!(workers.items.iter().any(|worker| worker.name == "inventory" && worker.lag == Some(0)), "{workers:?}");

        client.ok("POST", &format!("{path}/inventory/pause"), "").await;
        let placed = world.place(&mut client, PURCHASE).await;
        let order = format!("/api/v1/orders/{}", placed["orderId"].as_str().unwrap());
        world.run().await;
        assert_eq!(client.get(&order).await.json()["status"], "CREATED");
        client.ok("POST", &format!("{path}/inventory/resume"), "").await;
        world.run().await;
        assert_eq!(client.get(&order).await.json()["status"], "EXECUTED");
        client.post(&format!("{path}/nobody/pause"), "").await.problem(404, "NOT_FOUND");
    });
}

#[test]
fn dead_letters_are_empty_while_all_goes_well() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let path = "/api/v1/admin/dead-letters";
        assert_eq!(client.get(path).await.json()["items"].as_array().unwrap().len(), 0);
        client.get(&format!("{path}/inventory-7")).await.problem(404, "NOT_FOUND");
        client.post(&format!("{path}/inventory-7/redrive"), "").await.problem(404, "NOT_FOUND");
        client.post(&format!("{path}/inventory-7/discard"), "{}").await.problem(400, "VALIDATION_FAILED");
    });
}

#[test]
fn steps_are_settled_only_where_they_can_be() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let id = world.place(&mut client, PURCHASE).await["orderId"].as_str().unwrap().to_owned();
        let step = format!("/api/v1/admin/steps/{id}/ReserveStock");
        client.post(&format!("{step}/skip"), r#"{"reason":"x"}"#).await.problem(409, "STEP_NOT_SKIPPABLE");
        client.post(&step.replace("ReserveStock", "Prepare/retry"), "").await.problem(404, "UNKNOWN_STEP");
        assert_eq!(client.ok("POST", &format!("{step}/retry"), "").await["status"], "CREATED");
        world.run().await;
        let done = client.ok("POST", &format!("{step}/retry"), "").await;
        let again = client.ok("POST", &format!("{step}/retry"), "").await;
        assert_eq!(
            (&done["status"], &done["version"]),
            (&"EXECUTED".into(), &again["version"]),
            "what is done stays done"
        );
        let problem = client
            .post(&format!("{step}/resolve"), r#"{"resolution":"MAYBE"}"#)
            .await
            .problem(400, "VALIDATION_FAILED");
        assert!(problem["errors"]["reason"].is_string() && problem["errors"]["resolution"].is_string());
    });
}

#[test]
fn operations_are_for_operators() {
    with_world(|world| async move {
        let mut client = world.client().await;
        for path in ["/api/v1/admin/dead-letters", "/api/v1/admin/reactors"] {
            client.request("GET", path, &[OTHER], "").await.problem(403, "FORBIDDEN");
        }
    });
}
