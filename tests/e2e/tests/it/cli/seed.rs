//! `orderflow seed`

use orderflow_support::server::Data;
use orderflow_support::{Program, Server, wait};

use crate::world::log_head;

#[tokio::test]
async fn a_store_is_seeded_once() {
    let data = Data::new();
    for _ in 0..2 {
        let _ = Program::orderflow(&["seed", "--store", &data.store()]).run().code(0);
    }
    let server = Server::dev_on(&data, &[]);
    let client = server.client();
    // What another process wrote is in the lists as soon as this one has read it.
    wait::until("five items", async || {
        let items = client.get("/api/v1/outlets/demo/items").await.expect(200).json();
        (items["items"].as_array()?.len() == 5).then_some(())
    })
    .await;
    let fresh = Server::dev();
    assert_eq!(log_head(&client).await, log_head(&fresh.client()).await, "`dev` on it adds nothing");
    let refused = Program::orderflow(&["seed", "--store", &data.store()]).run().code(3);
    assert!(!refused.stderr.is_empty(), "a server has it");
}
