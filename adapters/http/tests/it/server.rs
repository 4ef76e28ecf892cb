//! Limits and shutdown, on routes that do nothing but what a test needs.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use orderflow_http::Problems;
use orderflow_http::server::{Cors, Drained, Limits, ServeError, Serving, Shutdown, bind};
use orderflow_system::{SystemClock, SystemIds};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use warp::Filter;
use warp::filters::BoxedFilter;
use warp::reply::{Reply, Response};

use crate::raw::Client;

struct Running {
    address: SocketAddr,
    shutdown: Shutdown,
    /// Handlers of `/wait` go on as permits are added.
    gate: Arc<Semaphore>,
    server: JoinHandle<Drained>,
}

fn routes(gate: &Arc<Semaphore>, shutdown: &Shutdown) -> BoxedFilter<(Response,)> {
    let (gate, shutdown) = (gate.clone(), shutdown.clone());
    let echo = warp::path!("echo").and(warp::body::bytes()).map(|body: Bytes| Response::new(body.into()));
    let panics = warp::path!("panic").map(|| -> Response { panic!("on purpose") });
    let live = warp::path!("livez").map(|| "alive".into_response());
    let wait = warp::path!("wait").then(move || {
        let gate = gate.clone();
        async move {
            gate.acquire().await.unwrap().forget();
            "waited".into_response()
        }
    });
    let stream = warp::path!("stream").map(move || {
        let shutdown = shutdown.clone();
        let first =
            futures_util::stream::once(async { Ok::<_, Infallible>(warp::sse::Event::default().data("first")) });
        let last = futures_util::stream::once(async move {
            shutdown.begun().await;
            Ok(warp::sse::Event::default().data("last"))
        });
        warp::sse::reply(futures_util::StreamExt::chain(first, last)).into_response()
    });
    echo.or(panics).unify().or(live).unify().or(wait).unify().or(stream).unify().boxed()
}

async fn start(limits: Limits) -> Running {
    let bound = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let (address, shutdown, gate) = (bound.address(), Shutdown::default(), Arc::new(Semaphore::new(0)));
    let problems = Problems::new(Arc::new(SystemClock), Arc::new(SystemIds::default()));
    let cors = Cors::allow(["https://shop.example"]).unwrap();
    let serving = Serving { limits, cors, problems, shutdown: shutdown.clone() };
    let routes = routes(&gate, &shutdown);
    let server = tokio::task::spawn_local(bound.serve(routes, serving));
    Running { address, shutdown, gate, server }
}

/// Runs a test and its server on one thread.
fn with_server<F: Future<Output = ()>>(limits: Limits, test: impl FnOnce(Running) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async { test(start(limits).await).await });
}

fn short(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[test]
fn a_connection_carries_many_requests() {
    with_server(Limits::default(), |it| async move {
        let mut client = Client::connect(it.address).await;
        for body in ["one", "two"] {
            let answer = client.request("POST", "/echo", &[], body).await;
            assert_eq!((answer.status, answer.body.as_str()), (200, body));
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        }
        let head = client.request("HEAD", "/livez", &[], "").await;
        assert_eq!((head.status, head.header("content-length")), (200, Some("5")));
        assert_eq!(client.get("/livez").await.body, "alive");
    });
}

#[test]
fn a_client_that_has_sent_all_is_still_answered() {
    with_server(Limits::default(), |it| async move {
        let mut client = Client::connect(it.address).await;
        client.send("GET /wait HTTP/1.1\r\nhost: test\r\n\r\n").await;
        client.sent_all().await;
        // Long enough for the server to have seen it.
        tokio::time::sleep(short(50)).await;
        it.gate.add_permits(1);
        assert_eq!(client.answer().await.body, "waited");
        assert!(client.is_closed().await);
    });
}

#[test]
fn a_request_without_a_path_is_refused() {
    with_server(Limits::default(), |it| async move {
        let mut client = Client::connect(it.address).await;
        let answer = client.request("CONNECT", "example.com:443", &[], "").await;
        answer.problem(405, "METHOD_NOT_ALLOWED");
        assert_eq!(answer.header("allow"), Some("GET, HEAD, POST, PUT"));
    });
}

#[test]
fn large_bodies_are_refused_and_the_client_reads_why() {
    with_server(Limits::default(), |it| async move {
        let mut client = Client::connect(it.address).await;
        let most = "x".repeat(64 * 1024);
        assert_eq!(client.request("POST", "/echo", &[], &most).await.body.len(), most.len());
        let answer = client.request("POST", "/echo", &[], &"x".repeat(1_000_000)).await;
        answer.problem(413, "PAYLOAD_TOO_LARGE");
        // The refused body was read to its end, so the connection goes on.
        assert_eq!(client.get("/livez").await.status, 200);
    });
}

#[test]
fn chunked_bodies_have_the_same_limit() {
    with_server(Limits::default(), |it| async move {
        let mut client = Client::connect(it.address).await;
        client.send("POST /echo HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n").await;
        for _ in 0..20 {
            client.send(format!("1000\r\n{}\r\n", "x".repeat(0x1000))).await;
        }
        client.send("0\r\n\r\n").await;
        client.answer().await.problem(413, "PAYLOAD_TOO_LARGE");

        client.send("POST /echo HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n").await;
        assert_eq!(client.answer().await.body, "abcdef");
    });
}

#[test]
fn a_client_that_asks_first_is_refused_without_sending() {
    with_server(Limits::default(), |it| async move {
        let mut client = Client::connect(it.address).await;
        client
            .send("POST /echo HTTP/1.1\r\nhost: test\r\nexpect: 100-continue\r\ncontent-length: 9000000\r\n\r\n")
            .await;
        client.answer().await.problem(413, "PAYLOAD_TOO_LARGE");
    });
}

#[test]
fn slow_headers_are_told_so() {
    let limits = Limits { header_timeout: short(80), ..Limits::default() };
    with_server(limits, |it| async move {
        let mut client = Client::connect(it.address).await;
        client.send("GET /livez HTTP/1.1\r\nhost: t").await;
        client.answer().await.problem(408, "REQUEST_TIMEOUT");
        assert!(client.is_closed().await);
    });
}

#[test]
fn slow_bodies_are_told_so() {
    let limits = Limits { body_timeout: short(50), ..Limits::default() };
    with_server(limits, |it| async move {
        let mut client = Client::connect(it.address).await;
        client.send("POST /echo HTTP/1.1\r\nhost: test\r\ncontent-length: 10\r\n\r\nabc").await;
        client.answer().await.problem(408, "REQUEST_TIMEOUT");
    });
}

#[test]
fn large_headers_are_refused() {
    with_server(Limits::default(), |it| async move {
        let mut client = Client::connect(it.address).await;
        let value = "x".repeat(17 * 1024);
        assert_eq!(client.request("GET", "/livez", &[("x-large", &value)], "").await.status, 431);
    });
}

#[test]
fn silent_connections_are_closed() {
    let limits = Limits { idle_timeout: short(60), ..Limits::default() };
    with_server(limits, |it| async move {
        let mut client = Client::connect(it.address).await;
        assert_eq!(client.get("/livez").await.status, 200);
        assert!(client.is_closed().await);
    });
}

#[test]
fn a_handler_that_takes_too_long_is_answered_for() {
    let limits = Limits { handler_timeout: short(30), ..Limits::default() };
    with_server(limits, |it| async move {
        let mut client = Client::connect(it.address).await;
        let answer = client.request("GET", "/wait", &[("x-request-id", "mine")], "").await;
        assert_eq!(answer.problem(503, "TIMED_OUT")["requestId"], "mine");
        assert_eq!(answer.header("retry-after"), Some("1"));
        assert_eq!(client.get("/livez").await.status, 200);
    });
}

#[test]
fn a_panic_stays_in_its_request() {
    with_server(Limits::default(), |it| async move {
        let mut client = Client::connect(it.address).await;
        client.get("/panic").await.problem(500, "INTERNAL");
        assert_eq!(client.get("/livez").await.status, 200);
    });
}

#[test]
fn requests_beyond_the_cap_are_asked_to_wait() {
    let limits = Limits { max_in_flight: 1, ..Limits::default() };
    with_server(limits, |it| async move {
        let mut first = Client::connect(it.address).await;
        first.send("GET /wait HTTP/1.1\r\nhost: test\r\n\r\n").await;
        let mut second = Client::connect(it.address).await;
        loop {
            // Until the first has reached its handler.
            let answer = second.request("POST", "/echo", &[], "x").await;
            if answer.status != 200 {
                answer.problem(503, "OVERLOADED");
                assert_eq!(answer.header("retry-after"), Some("1"));
                break;
            }
        }
        assert_eq!(second.get("/livez").await.status, 200, "health checks are exempt");
        it.gate.add_permits(1);
        assert_eq!(first.answer().await.body, "waited");
        assert_eq!(second.request("POST", "/echo", &[], "x").await.status, 200);
    });
}

#[test]
fn connections_beyond_the_cap_are_told_so() {
    let limits = Limits { max_connections: 1, ..Limits::default() };
    with_server(limits, |it| async move {
        let mut first = Client::connect(it.address).await;
        assert_eq!(first.get("/livez").await.status, 200);
        let mut second = Client::connect(it.address).await;
        let answer = second.request("POST", "/echo", &[], "body").await;
        answer.problem(503, "OVERLOADED");
        assert!(second.is_closed().await);
        assert_eq!(first.get("/livez").await.status, 200);
    });
}

#[test]
fn a_shutdown_loses_no_answer() {
    with_server(Limits::default(), |it| async move {
        let mut waiting = Client::connect(it.address).await;
        waiting.send("GET /wait HTTP/1.1\r\nhost: test\r\n\r\n").await;
        let mut stream = Client::connect(it.address).await;
        stream.send("GET /stream HTTP/1.1\r\nhost: test\r\n\r\n").await;
        stream.until(b"data:first\n\n").await;
        let mut idle = Client::connect(it.address).await;
        assert_eq!(idle.get("/livez").await.status, 200);

        it.shutdown.begin();
        stream.until(b"data:last\n\n").await;
        assert!(idle.is_closed().await);
        it.gate.add_permits(1);
        assert_eq!(waiting.answer().await.body, "waited");
        assert!(waiting.is_closed().await);
        assert_eq!(it.server.await.unwrap(), Drained { cut: 0 });
        assert!(tokio::net::TcpStream::connect(it.address).await.is_err());
    });
}

#[test]
fn a_shutdown_ends() {
    let limits = Limits { drain_timeout: short(50), ..Limits::default() };
    with_server(limits, |it| async move {
        let mut waiting = Client::connect(it.address).await;
        waiting.send("GET /wait HTTP/1.1\r\nhost: test\r\n\r\n").await;
        let mut other = Client::connect(it.address).await;
        assert_eq!(other.get("/livez").await.status, 200);
        it.shutdown.begin();
        assert_eq!(it.server.await.unwrap(), Drained { cut: 1 });
    });
}

#[test]
fn a_port_in_use_is_an_error_that_says_so() {
    with_server(Limits::default(), |it| async move {
        let error = bind(it.address).await.unwrap_err();
        assert!(matches!(error, ServeError::InUse(address) if address == it.address));
        assert!(error.to_string().contains("already in use"), "{error}");
    });
}

#[test]
fn other_origins_are_let_in_by_name() {
    with_server(Limits::default(), |it| async move {
        let mut client = Client::connect(it.address).await;
        let ask = [("origin", "https://shop.example"), ("access-control-request-method", "POST")];
        let answer = client.request("OPTIONS", "/echo", &ask, "").await;
        assert_eq!(answer.status, 204);
        assert_eq!(answer.header("access-control-allow-origin"), Some("https://shop.example"));
        let answer = client.request("GET", "/livez", &[("origin", "https://evil.example")], "").await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, None));
    });
}

#[test]
fn pages_of_other_origins_change_nothing() {
    with_server(Limits::default(), |it| async move {
        let mut client = Client::connect(it.address).await;
        for origin in ["https://evil.example", "null", "http://test.evil.example", "http://evil.example/test"] {
            let answer = client.request("POST", "/echo", &[("origin", origin)], "x").await;
            answer.problem(403, "FOREIGN_ORIGIN");
        }
        for origin in ["http://test", "https://test", "https://shop.example"] {
            assert_eq!(client.request("POST", "/echo", &[("origin", origin)], "x").await.status, 200, "{origin}");
        }
    });
}

#[test]
fn what_is_no_http_is_refused() {
    with_server(Limits::default(), |it| async move {
        let mut client = Client::connect(it.address).await;
        client.send("hello\r\n\r\n").await;
        assert_eq!(client.answer().await.status, 400);
    });
}
