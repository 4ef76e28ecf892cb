use crate::world::{with_closed_world, with_world};

#[test]
fn those_who_run_the_process_need_no_token() {
    with_closed_world(|world| async move {
        let mut client = world.client().await;
        assert_eq!(client.get("/livez").await.json()["status"], "alive");
        assert_eq!(client.get("/readyz").await.json()["status"], "ready");
        assert_eq!(client.get("/metrics").await.body, "a_metric 1\n");
        assert_eq!(client.get("/version").await.json()["name"], "orderflow");
        assert_eq!(client.get("/openapi.json").await.json()["openapi"], "3.1.0");
    });
}

#[test]
fn the_documentation_comes_with_the_server() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let answer = client.get("/docs").await;
        assert_eq!((answer.status, answer.header("location")), (303, Some("/docs/")));
        assert!(client.get("/docs/").await.body.contains("swagger-ui"));
        assert!(client.get("/docs/swagger-initializer.js").await.body.contains("/openapi.json"));
        client.get("/docs/nothing.js").await.problem(404, "NOT_FOUND");
    });
}

#[test]
fn without_a_token_nobody_is_let_in() {
    with_closed_world(|world| async move {
        let mut client = world.client().await;
        for path in ["/api/v1/orders", "/api/v1/orders/0190a5b0-0000-7000-8000-000000000007", "/api/v1/admin/reactors"]
        {
            client.get(path).await.problem(401, "UNAUTHENTICATED");
        }
        client.post("/api/v1/orders", "{}").await.problem(401, "UNAUTHENTICATED");
    });
}

#[test]
fn what_is_not_there_is_told_in_the_same_form() {
    with_world(|world| async move {
        let mut client = world.client().await;
        for path in ["/api/v1/nothing", "/nothing", "/", "/api/v1/orders/a/b/c"] {
            client.get(path).await.problem(404, "NOT_FOUND");
        }
        let answer = client.request("DELETE", "/api/v1/orders", &[], "").await;
        answer.problem(405, "METHOD_NOT_ALLOWED");
        assert_eq!(answer.header("allow"), Some("GET, HEAD, POST"));
        let answer = client.request("PATCH", "/api/v1/orders/17", &[], "{}").await;
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")));
        let head = client.request("HEAD", "/livez", &[], "").await;
        assert_eq!(head.status, 200);
    });
}

#[test]
fn a_request_keeps_its_name() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let headers = [("x-request-id", "abc-123")];
        assert_eq!(client.request("GET", "/livez", &headers, "").await.header("x-request-id"), Some("abc-123"));
        let answer = client.request("GET", "/nothing", &headers, "").await;
        assert_eq!(answer.header("x-request-id"), Some("abc-123"));
        assert_eq!(answer.problem(404, "NOT_FOUND")["requestId"], "abc-123");
    });
}

#[test]
fn a_shutdown_shows_in_readiness_first() {
    with_world(|world| async move {
        let mut client = world.client().await;
        assert_eq!(client.get("/readyz").await.status, 200);
        world.shutdown.begin();
        // The request may still be read on this connection, or the connection is closed already.
        client.send("GET /readyz HTTP/1.1\r\nhost: test\r\n\r\n").await;
        assert!(client.is_closed().await);
    });
}
