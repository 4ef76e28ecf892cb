//! Commands that look at a store while its server is busy with it.

use orderflow_support::Program;
use orderflow_support::bodies::beans;
use orderflow_support::client::{FINAL, ORDERS, id};
use orderflow_support::{Client, Server};
use serde_json::json;

async fn place_many(client: Client) -> Vec<String> {
    let body = beans(1);
    let placed = (0..300).map(async |number| {
        let request = client.request("POST", ORDERS).key(&format!("key-{number}")).json(&body);
        id(&request.send().await.expect(201).order())
    });
    futures_util::future::join_all(placed).await
}

/// All looks see one moment of the store, whatever is written meanwhile.
fn look(store: &str) {
    for _ in 0..4 {
        let report = Program::orderflow(&["audit", "--json", "--store", store]).run().code(0).json();
        assert_eq!(report["findings"], json!([]), "{report}");
        let _ = Program::orderflow(&["doctor", "--store", store, "--listen", "127.0.0.1:0"]).run().code(0);
        let letters = Program::orderflow(&["dead-letters", "list", "--json", "--store", store]).run().code(0);
        assert_eq!(letters.json(), json!([]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_store_is_looked_at_without_false_alarms() {
    let server = Server::dev();
    let client = server.client();
    let store = server.data().store();
    let looks = tokio::task::spawn_blocking(move || look(&store));
    let placed = tokio::spawn(place_many(client.clone())).await.unwrap();
    looks.await.unwrap();
    for id in placed {
        let order = client.ended(&id).await;
        assert_eq!(order["status"], FINAL[0], "{order}");
    }
}
