//! `orderflow doctor`

use std::net::TcpListener;

use orderflow_support::bodies::beans;
use orderflow_support::server::Data;
use orderflow_support::{Program, Server};

#[tokio::test]
async fn a_healthy_store_is_called_so_beside_its_server_and_without() {
    let server = Server::dev();
    server.client().carry_out(&beans(1)).await;
    let (store, address) = (server.data().store(), server.address().to_string());
    let beside = Program::orderflow(&["doctor", "--store", &store, "--listen", &address]).run().code(0);
    assert!(beside.stdout.contains("a server has the store"), "{}", beside.stdout);
    server.terminate();
    assert!(server.ended().await.success());
    let after = Program::orderflow(&["doctor", "--json", "--store", &store, "--listen", &address]).run().code(0).json();
    let lines = after.as_array().unwrap();
    assert!(lines.len() > 5 && lines.iter().all(|line| line["state"] != "bad"), "{after}");
}

#[tokio::test]
async fn what_keeps_a_server_from_starting_is_found() {
    let server = Server::dev();
    server.terminate();
    assert!(server.ended().await.success());
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let store = server.data().store();
    let found = Program::orderflow(&["doctor", "--store", &store, "--listen", &address]).run().code(1);
    assert!(found.stdout.lines().any(|line| line.contains("BAD") && line.contains(&address)), "{}", found.stdout);
    let missing = format!("sqlite:{}/nothing.db", Data::new().path().display());
    let _ = Program::orderflow(&["doctor", "--store", &missing]).run().code(3);
}
