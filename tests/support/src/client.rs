//! A client of the HTTP interface.

use std::net::SocketAddr;

use bytes::Bytes;
use orderflow_http::wire;
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use uuid::Uuid;

use crate::sse::Live;
use crate::{unique, wait};

/// Where orders are.
pub const ORDERS: &str = "/api/v1/orders";
/// Statuses that an order never leaves.
pub const FINAL: [&str; 3] = ["EXECUTED", "CANCELLED", "FAILED"];

/// A client. It belongs to the test that made it.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    customer: Option<Uuid>,
}

/// A request under construction.
#[derive(Debug)]
#[must_use]
pub struct Request(RequestBuilder);

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Request {
    /// With a header.
    pub fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    /// With an idempotency key.
    pub fn key(self, key: &str) -> Self {
        self.header("Idempotency-Key", key)
    }

    /// With a JSON body.
    pub fn json(self, body: &Value) -> Self {
        Self(self.0.json(body))
    }

    /// With that text as JSON body, right or wrong.
    pub fn text(self, body: impl Into<String>) -> Self {
        Self(self.0.header("Content-Type", "application/json").body(body.into()))
    }

    /// Sends it.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn try_send(self) -> Result<Answer, reqwest::Error> {
        let response = self.0.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, body: response.bytes().await? })
    }

    /// Sends it.
    ///
    /// # Panics
    /// There is no answer.
    pub async fn send(self) -> Answer {
        self.try_send().await.expect("an answer")
    }
}

impl Answer {
    /// Asserts the status.
    #[track_caller]
    #[must_use]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// A header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body, as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body, as JSON.
    #[track_caller]
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    /// The body as an order, which has exactly the documented fields.
    #[track_caller]
    #[must_use]
    pub fn order(&self) -> Value {
        let order = self.json();
        if let Err(error) = serde_json::from_value::<wire::Order>(order.clone()) {
            panic!("not an order as documented: {error}: {order}");
        }
        order
    }

    /// Asserts that it is a complete problem of that status and code.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let body = self.json();
        if let Err(error) = serde_json::from_value::<wire::ProblemBody>(body.clone()) {
            panic!("not a problem as documented: {error}: {body}");
        }
        assert_eq!((body["code"].as_str(), body["status"].as_u64()), (Some(code), Some(status.into())), "{body}");
        body
    }
}

impl Client {
    /// A client of that server.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        let http = reqwest::Client::builder().no_proxy().timeout(wait::PATIENCE);
        let http = http.redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Self { http, base: format!("http://{address}"), customer: None }
    }

    /// The same connections, asking as that customer and nothing else.
    #[must_use]
    pub fn customer(&self, id: Uuid) -> Self {
        Self { customer: Some(id), ..self.clone() }
    }

    /// The same connections, asking as a customer that nobody knows yet.
    #[must_use]
    pub fn someone(&self) -> Self {
        self.customer(crate::uuid())
    }

    /// A request.
    pub fn request(&self, method: &str, path: &str) -> Request {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let request = self.http.request(method, format!("{}{path}", self.base));
        Request(match self.customer {
            Some(id) => request.header("X-Customer-Id", id.to_string()),
            None => request,
        })
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.request("GET", path).send().await
    }

    /// POST.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.request("POST", path).json(body).send().await
    }

    /// POST without a body.
    pub async fn act(&self, path: &str) -> Answer {
        self.request("POST", path).send().await
    }

    /// PUT.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.request("PUT", path).json(body).send().await
    }

    /// Places an order under that key.
    pub async fn place_as(&self, key: &str, body: &Value) -> Answer {
        self.request("POST", ORDERS).key(key).json(body).send().await
    }

    /// Places an order under a key of its own, and gives its id.
    pub async fn place(&self, body: &Value) -> String {
        id(&self.place_as(&unique("key"), body).await.expect(201).order())
    }

    /// The order as it is now.
    pub async fn order(&self, id: &str) -> Value {
        self.get(&format!("{ORDERS}/{id}")).await.expect(200).order()
    }

    /// The order as soon as that holds.
    pub async fn order_when(&self, id: &str, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let last = std::cell::RefCell::new(Value::Null);
        let found = tokio::time::timeout(wait::PATIENCE, async {
            loop {
                let order = self.order(id).await;
                if holds(&order) {
                    return order;
                }
                last.replace(order);
                tokio::time::sleep(wait::PAUSE).await;
            }
        });
        found.await.unwrap_or_else(|_| panic!("{what}: not in time: {}", last.borrow()))
    }

    /// The order at its end.
    pub async fn ended(&self, id: &str) -> Value {
        self.order_when(id, "an end", |order| FINAL.iter().any(|status| order["status"] == *status)).await
    }

    /// Places an order and waits for its end.
    pub async fn carry_out(&self, body: &Value) -> Value {
        let id = self.place(body).await;
        self.ended(&id).await
    }

    /// All that happened to an order, page after page.
    pub async fn timeline(&self, id: &str) -> Vec<Value> {
        let mut all: Vec<Value> = Vec::new();
        loop {
            let after = all.last().map_or(0, |entry| entry["version"].as_u64().unwrap_or_default());
            let page = self.get(&format!("{ORDERS}/{id}/events?after={after}")).await.expect(200).json();
            let page: wire::Timeline = serde_json::from_value(page).expect("a timeline as documented");
            if page.items.is_empty() {
                return all;
            }
            all.extend(page.items.iter().map(|entry| serde_json::to_value(entry).expect("JSON")));
        }
    }

    /// The live timeline of an order, from there on.
    pub async fn live(&self, id: &str, last: Option<u64>) -> Live {
        let request = self.request("GET", &format!("{ORDERS}/{id}/events")).header("Accept", "text/event-stream");
        let request = match last {
            Some(version) => request.header("Last-Event-ID", &version.to_string()),
            None => request,
        };
        Live::new(request.0.send().await.expect("a stream"))
    }
}

/// The id of an order.
///
/// # Panics
/// It has none.
#[must_use]
pub fn id(order: &Value) -> String {
    order["orderId"].as_str().unwrap_or_else(|| panic!("no orderId in {order}")).to_owned()
}
