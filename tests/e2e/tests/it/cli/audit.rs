//! `orderflow audit`

use futures_util::future::join_all;
use orderflow_support::bodies::{beans, euros, limit, market, paid_with, purchase, sent_to};
use orderflow_support::client::{ORDERS, id};
use orderflow_support::server::Data;
use orderflow_support::{Client, Program, Server};
use serde_json::json;

/// Orders of every kind and end.
pub(super) async fn history(client: &Client) {
    let purchases = [
        beans(2),
        purchase("sold-out", 1),
        paid_with("tok_declined"),
        paid_with("tok_capture_fails_once"),
        paid_with("tok_timeout_lost"),
        sent_to("Nowhere"),
        market("ACME", "BUY", "1"),
    ];
    let ended = join_all(purchases.iter().map(|body| client.carry_out(body))).await;
    let refund = json!({"amount": euros(1_000), "reason": "one was broken"});
    let _ = client.post(&format!("{ORDERS}/{}/refunds", id(&ended[0])), &refund).await.expect(202);
    let resting = client.someone().place(&limit("ACME", "SELL", "10", "101.00")).await;
    client.order_when(&resting, "on the venue", |order| order["status"] == "EXECUTING").await;
    assert_eq!(client.carry_out(&limit("ACME", "BUY", "4", "101.00")).await["status"], "EXECUTED");
    let slow = client.place(&sent_to("Slowtown")).await;
    client.order_when(&slow, "paid", |order| order["status"] == "SENT_TO_EXECUTOR").await;
    let cancelled = client.place(&sent_to("Slowtown")).await;
    let _ = client.act(&format!("{ORDERS}/{cancelled}/cancel")).await;
    client.ended(&cancelled).await;
}

#[tokio::test]
async fn a_store_is_checked_beside_its_server_and_without() {
    let server = Server::dev();
    history(&server.client()).await;
    let store = server.data().store();
    let beside = Program::orderflow(&["audit", "--json", "--store", &store]).run().code(0).json();
    assert_eq!((&beside["findings"], &beside["orders"]), (&json!([]), &json!(11)), "{beside}");
    server.terminate();
    assert!(server.ended().await.success());
    let after = Program::orderflow(&["audit", "--json", "--store", &store]).run().code(0).json();
    assert_eq!((&after["findings"], &after["orders"], &after["open"]), (&json!([]), &json!(11), &json!(2)), "{after}");
    assert!(after["head"].as_u64() >= beside["head"].as_u64());
    let told = Program::orderflow(&["audit", "--store", &store]).run().code(0);
    assert!(told.stdout.contains("11"), "{}", told.stdout);
}

#[test]
fn what_is_not_there_can_not_be_checked() {
    let nowhere = format!("sqlite:{}/nothing.db", Data::new().path().display());
    let finished = Program::orderflow(&["audit", "--store", &nowhere]).run().code(3);
    assert!(finished.stderr.contains("nothing.db"), "{}", finished.stderr);
    for store in ["memory:", "papyrus:scroll", "postgres://localhost/of"] {
        let finished = Program::orderflow(&["audit", "--store", store]).run().code(2);
        assert!(!finished.stderr.is_empty() && !finished.stderr.contains("panicked"), "{}", finished.stderr);
    }
    let data = Data::new();
    std::fs::write(data.file(), "this is no database, though long enough to be taken for one".repeat(100)).unwrap();
    let finished = Program::orderflow(&["audit", "--store", &data.store()]).run().code(3);
    assert!(!finished.stderr.contains("panicked"), "{}", finished.stderr);
}
