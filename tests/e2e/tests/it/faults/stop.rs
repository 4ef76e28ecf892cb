//! SIGTERM: what is under way is answered, then the process ends.

use futures_util::future::join_all;
use orderflow_support::bodies::{beans, paid_with};
use orderflow_support::client::{ORDERS, id};
use orderflow_support::raw::Raw;
use orderflow_support::{Program, Server, unique, wait};
use serde_json::Value;

#[tokio::test]
async fn a_request_under_way_is_answered() {
    let server = Server::dev();
    let body = beans(1).to_string();
    let mut raw = Raw::connect(server.address()).await;
    let length = body.len();
    let key = unique("key");
    raw.send(format!(
        "POST {ORDERS} HTTP/1.1\r\nHost: test\r\nIdempotency-Key: {key}\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n"
    ))
    .await;
    // Its answer to the headers shows that it has begun with the request.
    raw.until("100 Continue").await;
    server.terminate();
    wait::until("it no longer listens", async || {
        tokio::net::TcpStream::connect(server.address()).await.is_err().then_some(())
    })
    .await;
    raw.send(&body).await;
    let answer = raw.rest().await;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert_eq!(server.ended().await.code(), Some(0), "{}", server.said());

    let placed: Value = serde_json::from_str(&answer[answer.find("\r\n\r\n").unwrap() + 4..]).unwrap();
    let next = Server::dev_on(server.data(), &[]);
    assert_eq!(next.client().ended(&id(&placed)).await["status"], "EXECUTED");
}

#[tokio::test]
async fn under_load_nothing_that_was_answered_is_lost() {
    let server = Server::dev();
    let client = server.client();
    let body = beans(1);
    let requests = (0..200).map(async |number| {
        let key = format!("key-{number}");
        let answer = client.request("POST", ORDERS).key(&key).json(&body).try_send().await;
        if number == 20 {
            server.terminate();
        }
        answer.ok().filter(|answer| answer.status == 201).map(|answer| id(&answer.order()))
    });
    let placed: Vec<_> = join_all(requests).await.into_iter().flatten().collect();
    assert_eq!(server.ended().await.code(), Some(0), "{}", server.said());
    let next = Server::dev_on(server.data(), &[]);
    for id in &placed {
        assert_eq!(next.client().ended(id).await["status"], "EXECUTED");
    }
    next.terminate();
    assert!(next.ended().await.success());
    let _ = Program::orderflow(&["audit", "--store", &next.data().store()]).run().code(0);
}

#[tokio::test]
async fn streams_end_and_idle_connections_are_not_waited_for() {
    let server = Server::dev();
    let client = server.client();
    let id = client.place(&paid_with("tok_action")).await;
    let mut live = client.live(&id, None).await;
    assert_eq!(live.next().await.unwrap().id, 1);
    let idle = Raw::connect(server.address()).await;
    server.terminate();
    while live.next().await.is_some() {}
    assert_eq!(server.ended().await.code(), Some(0), "{}", server.said());
    drop(idle);
}

#[tokio::test]
async fn after_an_orderly_end_the_next_start_takes_up_where_it_was() {
    let server = Server::dev();
    let client = server.client();
    let id = client.place(&paid_with("tok_action")).await;
    client.order_when(&id, "an action", |order| order["payment"]["state"] == "ACTION_REQUIRED").await;
    server.terminate();
    assert!(server.ended().await.success());
    let next = Server::dev_on(server.data(), &[]);
    let client = next.client();
    assert_eq!(client.order(&id).await["payment"]["state"], "ACTION_REQUIRED");
    let _ = client.act(&format!("/simulator/confirm/{id}")).await.expect(200);
    assert_eq!(client.ended(&id).await["status"], "EXECUTED");
}
