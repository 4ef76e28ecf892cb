use crate::orders::OTHER;
use crate::world::{PURCHASE, with_world};

#[test]
fn a_known_version_is_not_sent_again() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let path = world.executed(&mut client).await;
        let answer = client.get(&path).await;
        let etag = answer.header("etag").unwrap().to_owned();
        let again = client.request("GET", &path, &[("if-none-match", &etag)], "").await;
        assert_eq!((again.status, again.header("etag")), (304, Some(etag.as_str())));
        assert_eq!(client.request("GET", &path, &[("if-none-match", "\"1\"")], "").await.status, 200);
    });
}

#[test]
fn an_order_is_shown_as_of_any_moment() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let placed = world.place(&mut client, PURCHASE).await;
        let then = placed["createdAt"].as_str().unwrap().to_owned();
        world.clock.advance(std::time::Duration::from_secs(60));
        world.run().await;
        let path = format!("/api/v1/orders/{}", placed["orderId"].as_str().unwrap());
        assert_eq!(client.get(&path).await.json()["status"], "EXECUTED");
        assert_eq!(client.get(&format!("{path}?asOf={then}")).await.json()["status"], "CREATED");
        client.get(&format!("{path}?asOf=2020-01-01T00:00:00Z")).await.problem(404, "NOT_FOUND");
        let problem = client.get(&format!("{path}?asOf=yesterday&x=1")).await.problem(400, "VALIDATION_FAILED");
        assert!(problem["errors"]["asOf"].is_string() && problem["errors"]["x"].is_string());
    });
}

#[test]
fn absent_and_not_yours_look_the_same() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let path = world.executed(&mut client).await;
        let headers = [OTHER, ("x-request-id", "r")];
        let absent = "/api/v1/orders/0190a5b0-0000-7000-8000-00000000dead";
        let mut foreign = client.request("GET", &path, &headers, "").await.problem(404, "NOT_FOUND");
        let mut missing = client.request("GET", absent, &headers, "").await.problem(404, "NOT_FOUND");
        assert_eq!((foreign["instance"].take(), missing["instance"].take()), (path.into(), absent.into()));
        assert_eq!(foreign, missing);
    });
}

#[test]
fn an_id_that_is_none_says_so() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let problem = client.get("/api/v1/orders/17").await.problem(400, "VALIDATION_FAILED");
        assert_eq!(problem["errors"]["id"], "must be a UUID");
    });
}
