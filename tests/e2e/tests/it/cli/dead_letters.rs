//! `orderflow dead-letters`

use orderflow_support::bodies::beans;
use orderflow_support::{Program, Server};
use serde_json::json;

#[tokio::test]
async fn they_are_listed_from_a_store_and_through_a_server() {
    let server = Server::dev();
    server.client().carry_out(&beans(1)).await;
    let (store, url) = (server.data().store(), format!("http://{}", server.address()));
    for from in [["--store", &store], ["--url", &url]] {
        let listed = Program::orderflow(&["dead-letters", "list", "--json", from[0], from[1]]).run().code(0);
        assert_eq!(listed.json(), json!([]), "{from:?}");
        let listed = Program::orderflow(&["dead-letters", "list", from[0], from[1]]).run().code(0);
        assert_eq!(listed.stdout.trim(), "there are no dead letters");
        let none = Program::orderflow(&["dead-letters", "show", "inventory-7", from[0], from[1]]).run().code(2);
        assert!(!none.stderr.is_empty());
    }
}

#[tokio::test]
async fn what_writes_beside_a_server_goes_through_it() {
    let server = Server::dev();
    let store = server.data().store();
    let refused = Program::orderflow(&["dead-letters", "redrive", "inventory-7", "--store", &store]).run().code(3);
    assert!(refused.stderr.contains("--url"), "{}", refused.stderr);
    server.kill();
    let url = format!("http://{}", server.address());
    let away = Program::orderflow(&["dead-letters", "list", "--url", &url]).run().code(3);
    assert!(away.stderr.contains(&url), "{}", away.stderr);
}
