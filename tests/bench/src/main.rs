//! Measures the engine, in one run with the floors that it is measured against.

mod complete;
mod world;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    complete::run().await;
}
