//! The program itself: starts, takes an order, survives its death, ends well, and says what is wrong.

#![expect(clippy::unwrap_used, reason = "what a test can't do without is there, or the test fails")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orderflow"));
    command.current_dir(folder).env_clear();
    command
}

fn run(folder: &Path, args: &[&str]) -> Output {
    program(folder).args(args).output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// `orderflow dev` on a free port; killed with the test.
struct Dev {
    process: Child,
    url: String,
    client: Client,
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _gone_already = self.process.kill();
        let _status = self.process.wait();
    }
}

impl Dev {
    fn start(folder: &Path) -> Self {
        let mut command = program(folder);
        let command = command.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let ready = lines.find_map(|line| Some(line.unwrap().split_once("ready on ")?.1.to_owned())).unwrap();
        let url = ready.split(',').next().unwrap().to_owned();
        // Read on, or else the program would wait for a reader.
        std::thread::Builder::new().spawn(move || lines.for_each(drop)).unwrap();
        Self { process, url, client: Client::new() }
    }

    async fn place(&self, key: &str) -> (StatusCode, Value) {
        let request = self.client.post(format!("{}/api/v1/orders", self.url)).header("Idempotency-Key", key);
        let response = request.json(&json!({"items": [{"productId": "p1", "quantity": 2}]})).send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    async fn get(&self, path: &str) -> Value {
        self.client.get(format!("{}{path}", self.url)).send().await.unwrap().json().await.unwrap()
    }

    async fn until_executed(&self, order: &Value) {
        let path = format!("/api/v1/orders/{}", order["orderId"].as_str().unwrap());
        while self.get(&path).await["status"] != "EXECUTED" {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn terminate(mut self) -> Option<i32> {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        self.process.wait().unwrap().code()
    }
}

#[tokio::test]
async fn an_order_survives_the_death_of_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let mut dev = Dev::start(folder.path());
    let (status, order) = dev.place("one").await;
    assert_eq!(status, StatusCode::CREATED);
    dev.process.kill().unwrap();
    dev.process.wait().unwrap();

    let dev = Dev::start(folder.path());
    dev.until_executed(&order).await;
    let (status, again) = dev.place("one").await;
    assert_eq!((status, &again["orderId"]), (StatusCode::OK, &order["orderId"]));
    assert_eq!(dev.get("/api/v1/orders?limit=10").await["items"].as_array().unwrap().len(), 1);
    assert!(run(folder.path(), &["audit"]).status.success(), "beside the server");

    // A second one keeps its hands off the data, and says who has it.
    let second = run(folder.path(), &["dev", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(3), "{}", told(&second));
    let port = dev.url.rsplit(':').next().unwrap();
    let busy = run(folder.path(), &["dev", "--data", "other", "--listen", &format!("127.0.0.1:{port}")]);
    assert!(busy.status.code() == Some(2) && told(&busy).contains("in use"), "{}", told(&busy));

    assert_eq!(dev.terminate(), Some(0));
    let audit = run(folder.path(), &["audit", "--json"]);
    let report: Value = serde_json::from_slice(&audit.stdout).unwrap();
    assert_eq!((audit.status.code(), &report["orders"], &report["open"]), (Some(0), &json!(1), &json!(0)));
    assert!(run(folder.path(), &["replay"]).status.success());
    assert!(run(folder.path(), &["dead-letters", "list"]).status.success());
    assert!(run(folder.path(), &["doctor", "--listen", "127.0.0.1:0"]).status.success());
}

#[test]
fn what_is_wrong_is_said_with_its_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let cases: [(&[&str], i32, &str); 6] = [
        (&["serve"], 2, "--store"),
        (&["serve", "--store", "postgres://db/orders"], 2, "no PostgreSQL"),
        (&["serve", "--store", "memory:", "--roles", "outlets"], 2, "not in this build"),
        (&["dev", "--listen", "0.0.0.0:0"], 2, "this machine only"),
        (&["audit"], 3, "is not there"),
        (&["kafka", "setup"], 2, "unrecognized"),
    ];
    for (args, code, message) in cases {
        let output = run(folder.path(), args);
        assert!(output.status.code() == Some(code) && told(&output).contains(message), "{args:?}: {}", told(&output));
    }
}
