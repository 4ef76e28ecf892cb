//! The floor of HTTP, H: a bare warp that answers every order with the same 201, of the size that the service's answer has.

use std::time::Duration;

use tokio::net::TcpListener;
use warp::Filter;
use warp::http::{StatusCode, header};

use crate::load;
use crate::sample::Sample;

/// `answer`: what the service says to the same request.
pub(crate) async fn measure(answer: &str, clients: usize, time: Duration) -> Sample {
    let answer = answer.to_owned();
    let filter = warp::path!("api" / "v1" / "orders").and(warp::post()).and(warp::body::bytes()).map(move |_| {
        let reply = warp::reply::with_status(answer.clone(), StatusCode::CREATED);
        warp::reply::with_header(reply, header::CONTENT_TYPE, "application/json")
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(warp::serve(filter).incoming(listener).run());
    let sample = load::generate(address, clients, time).await;
    server.abort();
    sample
}
