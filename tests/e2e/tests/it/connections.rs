//! What clients do with their connections, and pages of other origins.

use orderflow_support::bodies::beans;
use orderflow_support::client::ORDERS;
use orderflow_support::raw::Raw;
use orderflow_support::server::Data;
use orderflow_support::{Server, unique};

use crate::world::{client, log_head, quiet, quiet_server, shared};

fn head(more: &str) -> String {
    format!("POST {ORDERS} HTTP/1.1\r\nHost: test\r\nIdempotency-Key: {}\r\n{more}\r\n", unique("key"))
}

#[tokio::test]
async fn headers_that_never_end_are_not_waited_for() {
    let mut raw = Raw::connect(shared().address()).await;
    assert!(raw.send("GET /livez HTTP/1.1\r\nHost: test\r\nX-Slow: ").await);
    let answer = raw.rest().await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[tokio::test]
async fn headers_that_are_too_large_are_refused() {
    let mut raw = Raw::connect(shared().address()).await;
    raw.send(format!("GET /livez HTTP/1.1\r\nHost: test\r\nX-Large: {}\r\n\r\n", "x".repeat(40_000))).await;
    let answer = raw.rest().await;
    assert!(answer.starts_with("HTTP/1.1 431") || answer.starts_with("HTTP/1.1 400"), "{answer}");
    let _ = client().get("/livez").await.expect(200);
}

#[tokio::test]
async fn a_large_body_is_refused_in_a_way_that_the_client_can_read() {
    let client = quiet();
    let before = log_head(&client).await;
    let body = "x".repeat(1024 * 1024);
    let mut raw = Raw::connect(quiet_server().address()).await;
    raw.send(head(&format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len()))).await;
    raw.send(&body).await;
    let answer = raw.until("PAYLOAD_TOO_LARGE").await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");

    let mut raw = Raw::connect(quiet_server().address()).await;
    raw.send(head("Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n")).await;
    for _ in 0..100 {
        raw.send(format!("400\r\n{}\r\n", "x".repeat(1024))).await;
    }
    raw.send("0\r\n\r\n").await;
    let answer = raw.until("PAYLOAD_TOO_LARGE").await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert_eq!(log_head(&client).await, before);
}

#[tokio::test]
async fn what_is_no_http_is_refused() {
    for text in ["hello\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}\r\n\r\n"] {
        let mut raw = Raw::connect(shared().address()).await;
        raw.send(text).await;
        let answer = raw.rest().await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{text:?}: {answer}");
    }
    let _ = client().get("/livez").await.expect(200);
}

#[tokio::test]
async fn a_client_that_goes_away_in_the_middle_places_nothing() {
    let client = quiet();
    let before = log_head(&client).await;
    let body = beans(1).to_string();
    for sent in [0, 1, body.len() - 1] {
        let mut raw = Raw::connect(quiet_server().address()).await;
        raw.send(head(&format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len()))).await;
        raw.send(&body[..sent]).await;
    }
    let _ = client.get("/livez").await.expect(200);
    assert_eq!(log_head(&client).await, before);
}

#[tokio::test]
async fn pages_of_other_origins_may_call_only_if_allowed() {
    let server = Server::dev_on(&Data::new(), &["--cors", "https://shop.example"]);
    let client = server.client();
    let ask = async |origin: &str| {
        let request = client.request("OPTIONS", ORDERS).header("Origin", origin);
        let request = request.header("Access-Control-Request-Method", "POST");
        request.header("Access-Control-Request-Headers", "idempotency-key,content-type").send().await
    };
    let allowed = ask("https://shop.example").await;
    assert_eq!(allowed.header("access-control-allow-origin"), Some("https://shop.example"));
    assert!(allowed.header("access-control-allow-headers").unwrap().to_lowercase().contains("idempotency-key"));
    assert_eq!(ask("https://evil.example").await.header("access-control-allow-origin"), None);
    let request = client.request("POST", ORDERS).header("Origin", "https://evil.example").key("k").json(&beans(1));
    let refused = request.send().await;
    assert_eq!(refused.status, 403, "{}", refused.text());
}
