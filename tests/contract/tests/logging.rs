//! The contract of a publisher, kept in log lines.

use std::io::Write;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use orderflow_contract::publisher;
use orderflow_domain::ports::EventPublisher;
use orderflow_domain::shared::EventId;
use orderflow_logging::LoggingPublisher;
use tracing_subscriber::util::SubscriberInitExt;

/// What was logged.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

struct Logging {
    lines: Lines,
    _subscriber: tracing::subscriber::DefaultGuard,
}

impl Logging {
    fn new() -> Self {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).set_default();
        Self { lines, _subscriber: subscriber }
    }
}

#[async_trait]
impl publisher::Factory for Logging {
    async fn fresh(&self) -> Arc<dyn EventPublisher> {
        Arc::new(LoggingPublisher)
    }

    async fn arrived(&self) -> Vec<EventId> {
        let text = String::from_utf8(self.lines.0.lock().expect("no panic").clone()).expect("UTF-8");
        let id = |line: &str| {
            let line: serde_json::Value = serde_json::from_str(line).expect("one JSON object per line");
            assert_eq!(line["fields"]["message"], "order.note_added.v1");
            line["fields"]["id"].as_str().expect("an id").parse().expect("an id")
        };
        text.lines().map(id).collect()
    }
}

orderflow_contract::publisher_suite!(Logging::new());
