//! The contract of the order service, against the program itself.

#![expect(clippy::unwrap_used, reason = "what a test can't do without is there, or the test fails")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

/// The program on a free port; ended with the test.
struct Service {
    process: Child,
    url: String,
    client: Client,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _gone_already = self.process.kill();
        let _status = self.process.wait();
    }
}

impl Service {
    fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_order-service"));
        let command = command.args(["--listen", "127.0.0.1:0"]).env("NO_COLOR", "1").stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap()).lines();
        let url = log.by_ref().find_map(|line| Some(line.unwrap().split_once("listening on ")?.1.trim().to_owned()));
        // The log is read on, or else the program would wait for a reader.
        std::thread::Builder::new().spawn(move || log.for_each(drop)).unwrap();
        Self { process, url: url.unwrap(), client: Client::new() }
    }

    async fn post(&self, key: Option<&str>, body: &Value) -> Response {
        let request = self.client.post(format!("{}/orders", self.url)).json(body);
        let request = match key {
            Some(key) => request.header("Idempotency-Key", key),
            None => request,
        };
        request.send().await.unwrap()
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        let response = self.client.get(format!("{}{path}", self.url)).send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }
}

#[tokio::test]
async fn an_order_is_taken_and_carried_out() {
    let service = Service::start();
    let response = service.post(None, &json!({"items": [{"productId": "p1", "quantity": 2}]})).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let body: Value = response.json().await.unwrap();
    assert_eq!((body["status"].as_str(), body.as_object().unwrap().len()), (Some("PENDING"), 2));
    let id = body["orderId"].as_str().unwrap();
    let path = format!("/orders/{id}");
    loop {
        let (status, order) = service.get(&path).await;
        assert_eq!((status, &order["orderId"]), (StatusCode::OK, &body["orderId"]));
        if order["status"] != "PENDING" {
            assert_eq!(order["status"], "COMPLETED");
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_by_field() {
    let service = Service::start();
    let response = service.post(None, &json!({"items": []})).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["status"], 400);
    assert_eq!(body["message"], "Validation failed");
    assert_eq!(body["errors"], json!({"items": "items must not be empty"}));
    assert!(body["timestamp"].is_string());
}

#[tokio::test]
async fn a_key_gives_one_order() {
    let service = Service::start();
    let body =
        json!({"items": [{"productId": "any", "quantity": 1, "price": 19.99}], "customerEmail": "a@example.org"});
    let first = service.post(Some("k"), &body).await;
    let again = service.post(Some("k"), &body).await;
    assert_eq!((first.status(), again.status()), (StatusCode::CREATED, StatusCode::OK));
    let (first, again): (Value, Value) = (first.json().await.unwrap(), again.json().await.unwrap());
    assert_eq!(first["orderId"], again["orderId"]);
    let other = service.post(Some("k"), &json!({"items": [{"productId": "any", "quantity": 2}]})).await;
    assert_eq!(other.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_list_is_a_bare_array_the_newest_first() {
    let service = Service::start();
    for number in 0..120 {
        service.post(None, &json!({"items": [{"productId": format!("p{number}"), "quantity": 1}]})).await;
    }
    let (status, list) = service.get("/orders?limit=500").await;
    assert_eq!((status, list.as_array().unwrap().len()), (StatusCode::OK, 120));
    assert_eq!(list[0]["productId"], "p119");
    assert!(list[0]["createdAt"].is_string() && list[0]["orderId"].is_string() && list[0]["status"].is_string());
    assert_eq!(service.get("/orders?limit=501").await.0, StatusCode::BAD_REQUEST);
    assert_eq!(service.get("/orders").await.1.as_array().unwrap().len(), 100);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let service = Service::start();
    for path in ["/orders/01900000-0000-7000-8000-000000000009", "/orders/x", "/nothing"] {
        let (status, body) = service.get(path).await;
        assert_eq!((status, &body["status"]), (StatusCode::NOT_FOUND, &json!(404)), "{path}");
    }
}
