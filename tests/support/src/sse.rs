//! Server-sent events.

use serde_json::Value;

use crate::wait;

/// A stream of events that is read one by one.
#[derive(Debug)]
pub struct Live {
    response: reqwest::Response,
    text: String,
}

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The order's version.
    pub id: u64,
    /// The event.
    pub data: Value,
}

impl Live {
    pub(crate) fn new(response: reqwest::Response) -> Self {
        assert_eq!(response.status(), 200);
        let media = response.headers().get("content-type").and_then(|value| value.to_str().ok());
        assert_eq!(media, Some("text/event-stream"));
        Self { response, text: String::new() }
    }

    /// The next message; none if the stream has ended.
    ///
    /// # Panics
    /// Nothing comes in time.
    pub async fn next(&mut self) -> Option<Message> {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let block = self.text.drain(..end + 2).collect::<String>();
                if let Some(message) = read(&block) {
                    return Some(message);
                }
                continue;
            }
            let chunk = tokio::time::timeout(wait::PATIENCE, self.response.chunk()).await.expect("no event in time");
            // A server that is killed cuts the stream; for whoever listens that is an end as well.
            let chunk = chunk.ok().flatten()?;
            self.text.push_str(std::str::from_utf8(&chunk).expect("UTF-8"));
        }
    }

    /// All messages up to the first whose event has one of these types.
    pub async fn until(&mut self, types: &[&str]) -> Vec<Message> {
        let mut all = Vec::new();
        while let Some(message) = self.next().await {
            let last = types.iter().any(|kind| message.data["type"] == *kind);
            all.push(message);
            if last {
                break;
            }
        }
        all
    }
}

/// A block of lines; those that only keep the connection alive have no data.
fn read(block: &str) -> Option<Message> {
    let field = |name: &str| {
        block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(|value| value.trim_start())
    };
    let data = serde_json::from_str(field("data")?).expect("JSON");
    let id = field("id").and_then(|id| id.parse().ok()).expect("an id that is a version");
    Some(Message { id, data })
}
