//! Measures the engine, in one run with the floors that it is measured against.
//!
//! The machine is never quiet and never the same: what counts are ratios between measurements that stand side by side in one round, and
//! processor time per order, which a busy neighbour hardly changes. Every figure is the median of several short rounds.

mod complete;
mod direct;
mod echo;
mod growth;
mod history;
mod load;
mod machine;
mod options;
mod place;
mod report;
mod rows;
mod sample;
mod service;
mod tables;
mod world;

use options::{Options, Task};

// What the program that is measured runs on.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // The generator of load is this program again, as a process of its own.
    if let [first, rest @ ..] = &arguments[..]
        && first == load::COMMAND
    {
        return load::run(rest);
    }
    let (task, options) = match options::read(&arguments) {
        Ok(read) => read,
        Err(wrong) => {
            eprintln!("{wrong}\n\n{}", options::USAGE);
            std::process::exit(2);
        }
    };
    // As in the program: counting costs, and is part of what is measured.
    let _metrics = metrics_exporter_prometheus::PrometheusBuilder::new().install_recorder().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(measure(task, &options));
}

async fn measure(task: Task, options: &Options) {
    match task {
        Task::Place => place::run(options).await,
        Task::Growth => growth::run(options).await,
    }
}
