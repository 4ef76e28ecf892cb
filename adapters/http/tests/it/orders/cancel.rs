use crate::orders::OTHER;
use crate::world::{PURCHASE, with_world};

#[test]
fn an_order_is_cancelled_while_it_can_be() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let placed = world.place(&mut client, PURCHASE).await;
        let path = format!("/api/v1/orders/{}", placed["orderId"].as_str().unwrap());
        let answer = client.request("POST", &format!("{path}/cancel"), &[], r#"{"comment":"changed my mind"}"#).await;
        assert_eq!((answer.status, &answer.json()["undoing"]), (202, &true.into()));
        world.run().await;
        let order = client.get(&path).await.json();
        assert_eq!((&order["status"], &order["outcome"]["by"]), (&"CANCELLED".into(), &"customer".into()));
        let again = client.post(&format!("{path}/cancel"), "").await;
        assert!(again.status == 200 || again.status == 409, "{again:?}");
    });
}

#[test]
fn too_late_is_a_conflict() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let path = world.executed(&mut client).await;
        client.post(&format!("{path}/cancel"), "").await.problem(409, "TOO_LATE_TO_CANCEL");
        assert_eq!(client.get(&path).await.json()["status"], "EXECUTED");
    });
}

#[test]
fn only_ones_own_orders_can_be_cancelled() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let placed = world.place(&mut client, PURCHASE).await;
        let path = format!("/api/v1/orders/{}/cancel", placed["orderId"].as_str().unwrap());
        client.request("POST", &path, &[OTHER], "").await.problem(404, "NOT_FOUND");
        let problem = client.post(&path, r#"{"why":"x","comment":7}"#).await.problem(400, "VALIDATION_FAILED");
        assert!(problem["errors"]["why"].is_string() && problem["errors"]["comment"].is_string());
    });
}
