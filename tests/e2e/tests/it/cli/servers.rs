//! `orderflow dev` and `orderflow serve`: how they start, and when they do not.

use std::net::TcpListener;

use orderflow_support::bodies::beans;
use orderflow_support::client::ORDERS;
use orderflow_support::server::Data;
use orderflow_support::{Program, Server, unique};

#[tokio::test]
async fn a_second_server_on_the_same_data_is_refused() {
    let server = Server::dev();
    let second = Program::orderflow(&["dev", "--listen", "127.0.0.1:0", "--data"]).arg(server.data().path()).run();
    let second = second.code(3);
    assert!(second.stderr.contains("orderflow.db"), "it says what is in use: {}", second.stderr);
    assert!(!second.stderr.contains("panicked"), "{}", second.stderr);
    let order = server.client().carry_out(&beans(1)).await;
    assert_eq!(order["status"], "EXECUTED", "the first one goes on");
}

#[test]
fn a_busy_port_is_a_message() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data = Data::new();
    let finished = Program::orderflow(&["dev", "--listen", &address, "--data"]).arg(data.path()).run();
    assert!([2, 3].contains(&finished.code.unwrap()), "{finished:?}");
    assert!(finished.stderr.contains(&address) && finished.stderr.contains("in use"), "{}", finished.stderr);
    assert!(!finished.stderr.contains("panicked"));
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0, "the data is not touched");
}

#[test]
fn dev_listens_on_this_machine_only() {
    let finished =
        Program::orderflow(&["dev", "--listen", "0.0.0.0:0", "--data"]).arg(Data::new().path()).run().code(2);
    assert!(finished.stderr.contains("serve"), "{}", finished.stderr);
}

#[tokio::test]
async fn serve_lets_nobody_in_without_a_token() {
    let data = Data::new();
    let server =
        Server::start(Program::orderflow(&["serve", "--listen", "127.0.0.1:0", "--store", &data.store()]), &data);
    let client = server.client();
    client.get(ORDERS).await.problem(401, "UNAUTHENTICATED");
    client.someone().get(ORDERS).await.problem(401, "UNAUTHENTICATED");
    client.place_as(&unique("key"), &beans(1)).await.problem(401, "UNAUTHENTICATED");
    client.get("/api/v1/admin/reactors").await.problem(401, "UNAUTHENTICATED");
    for path in ["/livez", "/readyz", "/metrics", "/version", "/openapi.json"] {
        let _ = client.get(path).await.expect(200);
    }
    client.act(&format!("/simulator/confirm/{}", orderflow_support::uuid())).await.problem(404, "NOT_FOUND");
}

#[tokio::test]
async fn a_process_without_the_api_still_says_how_it_is() {
    let data = Data::new();
    let arguments = ["serve", "--roles", "payment,shipping", "--listen", "127.0.0.1:0", "--store", &data.store()];
    let server = Server::start(Program::orderflow(&arguments), &data);
    let client = server.client();
    for path in ["/livez", "/readyz", "/metrics", "/version"] {
        let _ = client.get(path).await.expect(200);
    }
    client.get(ORDERS).await.problem(404, "NOT_FOUND");
}

#[test]
fn serve_wants_to_know_where_to_keep_things_and_what_to_do() {
    let told = Program::orderflow(&["serve"]).run().code(2);
    assert!(told.stderr.contains("--store"), "{}", told.stderr);
    let told = Program::orderflow(&["serve", "--store", "memory:", "--roles", "delivery"]).run().code(2);
    assert!(told.stderr.contains("delivery") && told.stderr.contains("not in this build"), "{}", told.stderr);
}

#[tokio::test]
async fn in_memory_nothing_stays() {
    let data = Data::new();
    let program = Program::orderflow(&["dev", "--listen", "127.0.0.1:0", "--store", "memory:"]).within(data.path());
    let server = Server::start(program, &data);
    assert_eq!(server.client().carry_out(&beans(1)).await["status"], "EXECUTED");
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn the_first_command_to_try_is_none_at_all() {
    let data = Data::new();
    let server = Server::start(Program::orderflow(&["--listen", "127.0.0.1:0"]).within(data.path()), &data);
    assert_eq!(server.client().carry_out(&beans(1)).await["status"], "EXECUTED");
    assert!(data.path().join("orderflow-data/orderflow.db").exists());
    let said = server.said();
    for told in ["curl", "/docs", "01900000-0000-7000-8000-000000000001"] {
        assert!(said.contains(told), "{told} in {said}");
    }
}
