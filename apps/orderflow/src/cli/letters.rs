//! `orderflow dead-letters`: on a store, or through a server that has it.

use orderflow::OrderFlow;
use orderflow_application::{DeadLetterError, LetterView};
use orderflow_domain::shared::{Actor, Name};
use orderflow_memory::MemoryViews;
use orderflow_sqlite::OpenError;
use serde_json::{Value, json};
use std::sync::Arc;

use super::args::{LettersArgs, LettersCommand};
use super::exit::{Outcome, Trouble};
use super::say;

/// Letters listed at once.
const MOST: usize = 10_000;

pub(super) async fn run(args: LettersArgs) -> Result<Outcome, Trouble> {
    let letters = match &args.url {
        Some(url) => over_http(url, &args.command).await?,
        None => on_store(&args).await?,
    };
    if args.read.json {
        say::json(&letters);
    } else {
        say::answer(&text(&letters));
    }
    Ok(Outcome::Fine)
}

async fn on_store(args: &LettersArgs) -> Result<Value, Trouble> {
    let builder = OrderFlow::builder().workers(|_| false);
    let writes = matches!(args.command, LettersCommand::Redrive { .. } | LettersCommand::Discard { .. });
    let builder = if writes {
        builder.sqlite(args.read.store.file()?)
    } else {
        builder.stores(args.read.store.read()?, Arc::new(MemoryViews::new()))
    };
    let flow = builder.start().await.map_err(|error| match error {
        orderflow::BuildError::Open(OpenError::Locked { holder, .. }) => Trouble::unreachable(format!(
            "a server ({holder}) has the store: reach it with --url, such as --url http://127.0.0.1:8080"
        )),
        other => other.into(),
    })?;
    let by = Name::new(&args.operator).map_err(|error| Trouble::usage(format!("--operator {error}")))?;
    let by = Actor::Operator(by);
    let answer = match &args.command {
        LettersCommand::List => flow.dead_letters(MOST).await,
        LettersCommand::Show { id } => flow.dead_letter(id).await.map(|letter| vec![letter]),
        LettersCommand::Redrive { id } => flow.redrive(id, &by).await.map(|letter| vec![letter]),
        LettersCommand::Discard { id, reason } => flow.discard(id, &by, reason).await.map(|letter| vec![letter]),
    };
    flow.shutdown().await;
    values(&answer.map_err(trouble)?)
}

fn values(letters: &[LetterView]) -> Result<Value, Trouble> {
    serde_json::to_value(letters).map_err(|error| Trouble::unreachable(error.to_string()))
}

fn trouble(error: DeadLetterError) -> Trouble {
    match error {
        DeadLetterError::NotFound(_)
        | DeadLetterError::NotFirst { .. }
        | DeadLetterError::NoReason
        | DeadLetterError::Changed => Trouble::usage(error.to_string()),
        DeadLetterError::Unavailable(_) => Trouble::unreachable(error.to_string()),
    }
}

async fn over_http(url: &str, command: &LettersCommand) -> Result<Value, Trouble> {
    let base = format!("{}/api/v1/admin/dead-letters", url.trim_end_matches('/'));
    let client = reqwest::Client::new();
    let request = match command {
        LettersCommand::List => client.get(format!("{base}?limit=100")),
        LettersCommand::Show { id } => client.get(format!("{base}/{id}")),
        LettersCommand::Redrive { id } => client.post(format!("{base}/{id}/redrive")),
        LettersCommand::Discard { id, reason } => {
            client.post(format!("{base}/{id}/discard")).json(&json!({ "reason": reason }))
        }
    };
    let away = |error: reqwest::Error| Trouble::unreachable(format!("{url}: {error}"));
    let response = request.send().await.map_err(away)?;
    let status = response.status();
    let body: Value = response.json().await.map_err(away)?;
    if !status.is_success() {
        let told = body.get("detail").and_then(Value::as_str).unwrap_or_default();
        return Err(Trouble::usage(format!("{url} answers {status}: {told}")));
    }
    Ok(match body.get("items") {
        Some(items) => items.clone(),
        None => Value::Array(vec![body]),
    })
}

fn text(letters: &Value) -> String {
    let Some(letters) = letters.as_array().filter(|letters| !letters.is_empty()) else {
        return "there are no dead letters".to_owned();
    };
    letters.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn one(letter: &Value) -> String {
    let field = |name: &str| match letter.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    };
    let why = field("error");
    let why = if why.is_empty() { "waits behind another of its key".to_owned() } else { why };
    let mut lines =
        vec![format!("{}  {}  key {}  since {}", field("id"), field("eventType"), field("key"), field("parkedAt"))];
    lines.push(format!("    {why}"));
    for entry in letter.get("history").and_then(Value::as_array).into_iter().flatten() {
        let field = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
        lines.push(format!("    {}  {}  {}", field("at"), field("by"), field("what")));
    }
    lines.join("\n")
}
