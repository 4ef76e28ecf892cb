//! What was acknowledged is never lost and never done twice, wherever the process dies.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::StreamExt;
use futures_util::stream;
use orderflow_support::bodies::{limit, paid_with, purchase, sent_to, with};
use orderflow_support::client::{FINAL, ORDERS, id};
use orderflow_support::{Client, Program, Server, wait};
use serde_json::{Value, json};

use crate::world::{item, log_head, stock};

/// Connections at the same time.
const AT_ONCE: usize = 200;

/// Orders that all come to an end by themselves, of every kind.
fn order(number: usize, item: &str) -> Value {
    match number % 8 {
        0 => paid_with("tok_declined"),
        1 => paid_with("tok_timeout_charged"),
        2 => sent_to("Nowhere"),
        3 => {
            with(limit("ACME", if number % 16 < 8 { "BUY" } else { "SELL" }, "1", "5.00"), "timeInForce", json!("IOC"))
        }
        _ => purchase(item, 1),
    }
}

/// Sends all that have no answer yet, until `enough` have one; gives those that were acknowledged, with their order.
async fn place_all(
    client: &Client,
    orders: &[(String, Value)],
    enough: impl Fn(usize),
) -> BTreeMap<String, (u16, String)> {
    let answered = AtomicUsize::new(0);
    let requests = orders.iter().map(|(key, body)| {
        let (answered, enough) = (&answered, &enough);
        async move {
            let answer = client.request("POST", ORDERS).key(key).json(body).try_send().await.ok()?;
            enough(answered.fetch_add(1, Ordering::Relaxed) + 1);
            assert!([200, 201].contains(&answer.status), "{}", answer.text());
            Some((key.clone(), (answer.status, id(&answer.order()))))
        }
    });
    stream::iter(requests).buffer_unordered(AT_ONCE).filter_map(async |placed| placed).collect().await
}

/// The ids of orders that are not at their end.
async fn open(client: &Client, ids: impl IntoIterator<Item = &String>) -> Vec<String> {
    let shown = ids.into_iter().map(|id| client.order(id));
    let shown: Vec<_> = stream::iter(shown).buffer_unordered(AT_ONCE).collect().await;
    shown.iter().filter(|order| !FINAL.iter().any(|status| order["status"] == *status)).map(id).collect()
}

async fn all_ended(client: &Client, ids: impl IntoIterator<Item = &String>) {
    let left = std::cell::RefCell::new(ids.into_iter().cloned().collect::<Vec<_>>());
    wait::until("all orders come to an end", async || {
        let now = left.take();
        let now = open(client, &now).await;
        left.replace(now);
        left.borrow().is_empty().then_some(())
    })
    .await;
}

/// Money and stock say the same as the orders.
async fn nothing_is_lost_or_doubled(server: &Server, item: &str, pieces: u64, ids: &[&String]) {
    let client = server.client();
    let orders: Vec<_> = stream::iter(ids.iter().map(|id| client.order(id))).buffer_unordered(AT_ONCE).collect().await;
    let of_item = |order: &&Value| order["status"] == "EXECUTED" && order["lines"][0]["productId"] == item;
    let sold = orders.iter().filter(of_item).count() as u64;
    assert_eq!(stock(&client, item).await, (pieces - sold, 0));
    for order in orders.iter().filter(|order| order["kind"] == "purchase" && order["status"] == "EXECUTED") {
        assert_eq!(order["payment"]["captured"], order["totals"]["total"], "{order}");
    }
    let letters = client.get("/api/v1/admin/dead-letters").await.expect(200).json();
    assert_eq!(letters, json!({"items": []}));
    server.terminate();
    assert!(server.ended().await.success());
    let report = Program::orderflow(&["audit", "--json", "--store", &server.data().store()]).run().code(0).json();
    assert_eq!((&report["findings"], &report["open"]), (&json!([]), &json!(0)), "{report}");
    assert_eq!(report["orders"], ids.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_the_middle_of_a_thousand_placements() {
    let first = Server::dev();
    let item = item(&first.client(), 10_000).await;
    let orders: Vec<_> = (0..1_000).map(|number| (format!("key-{number}"), order(number, &item))).collect();
    // Dies when a third is acknowledged, with requests of every stage under way.
    let acknowledged = place_all(&first.client(), &orders, |count| {
        if count == 333 {
            first.kill()
        }
    })
    .await;
    assert!((333..1_000).contains(&acknowledged.len()), "{}", acknowledged.len());

    let second = Server::dev_on(first.data(), &[]);
    let client = second.client();
    for (status, id) in acknowledged.values() {
        assert_eq!(*status, 201);
        assert_eq!(client.order(id).await["orderId"], json!(id));
    }
    let again = place_all(&client, &orders, |_| {}).await;
    assert_eq!(again.len(), 1_000, "all are answered now");
    for (key, (_, id)) in &acknowledged {
        assert_eq!(again[key], (200, id.clone()), "{key} is the order that it was");
    }
    let ids: Vec<_> = again.values().map(|(_, id)| id).collect();
    all_ended(&client, ids.iter().copied()).await;
    nothing_is_lost_or_doubled(&second, &item, 10_000, &ids).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn again_and_again_while_orders_are_carried_out() {
    let mut server = Server::dev();
    let item = item(&server.client(), 10_000).await;
    let orders: Vec<_> = (0..150).map(|number| (format!("key-{number}"), order(number, &item))).collect();
    let placed = place_all(&server.client(), &orders, |_| {}).await;
    let ids: Vec<_> = placed.values().map(|(_, id)| id).collect();
    assert_eq!(ids.len(), orders.len());
    for round in 0..5 {
        let client = server.client();
        let before = log_head(&client).await;
        // Some are cancelled meanwhile, early ones and late ones.
        for id in ids.iter().skip(round).step_by(10) {
            let answer = client.act(&format!("{ORDERS}/{id}/cancel")).await;
            assert!([200, 202, 409].contains(&answer.status), "{}", answer.text());
        }
        // Dies wherever it is after some more of the work.
        wait::until("some progress", async || {
            let moved = log_head(&client).await >= before + 250;
            (moved || open(&client, ids.iter().copied()).await.is_empty()).then_some(())
        })
        .await;
        server.kill();
        server = Server::dev_on(server.data(), &[]);
    }
    all_ended(&server.client(), ids.iter().copied()).await;
    nothing_is_lost_or_doubled(&server, &item, 10_000, &ids).await;
}
