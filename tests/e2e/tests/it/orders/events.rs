//! GET /api/v1/orders/{id}/events: what happened, at once or as it happens.

use insta::assert_json_snapshot;
use orderflow_support::bodies::{beans, paid_with};
use orderflow_support::client::{FINAL, ORDERS, id};
use orderflow_support::{Server, redacted, uuid};
use serde_json::{Value, json};

use crate::world::{client, types};

#[tokio::test]
async fn the_timeline_tells_who_did_what_and_what_led_there() {
    let client = client();
    // A declined order has one course only; what a parcel does at the same time as the money has several.
    let order = client.carry_out(&paid_with("tok_declined")).await;
    let timeline = client.timeline(&id(&order)).await;
    assert_json_snapshot!(redacted(&json!(timeline)));
}

#[tokio::test]
async fn the_first_systems_names_are_all_there() {
    let client = client();
    let order = client.carry_out(&beans(2)).await;
    let timeline = client.timeline(&id(&order)).await;
    let kinds = types(&timeline);
    let expected = ["ORDER_PLACED", "VALIDATED", "SENT_TO_EXECUTOR", "EXECUTING", "EXECUTED"];
    let milestones: Vec<_> = kinds.iter().copied().filter(|kind| expected.contains(kind)).collect();
    assert_eq!(milestones, expected);
    let versions: Vec<_> = timeline.iter().filter_map(|entry| entry["version"].as_u64()).collect();
    assert_eq!(versions, (1..=order["version"].as_u64().unwrap()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_page_goes_on_where_the_last_one_ended() {
    let client = client();
    let order = client.carry_out(&beans(2)).await;
    let path = format!("{ORDERS}/{}/events", id(&order));
    let page = client.get(&format!("{path}?after=2&limit=3")).await.expect(200).json();
    let versions: Vec<_> = page["items"].as_array().unwrap().iter().map(|entry| &entry["version"]).collect();
    assert_eq!(versions, [3, 4, 5]);
    client.get(&format!("{path}?limit=101")).await.problem(400, "VALIDATION_FAILED");
    client.get(&format!("{ORDERS}/{}/events", uuid())).await.problem(404, "NOT_FOUND");
}

#[tokio::test]
async fn a_stream_shows_the_order_live() {
    let client = client();
    let id = client.place(&beans(2)).await;
    let mut live = client.live(&id, None).await;
    let messages = live.until(&FINAL).await;
    let timeline = client.timeline(&id).await;
    let streamed: Vec<&Value> = messages.iter().map(|message| &message.data).collect();
    assert_eq!(streamed, timeline.iter().collect::<Vec<_>>(), "step events included, no gap, no duplicate");
    assert!(messages.iter().zip(1..).all(|(message, version)| message.id == version));
    let _ = client.post(&format!("{ORDERS}/{id}/notes"), &json!({"text": "called the customer"})).await.expect(200);
    let note = live.next().await.expect("the stream stays open for what comes after");
    assert_eq!((note.id, &note.data["type"]), (messages.len() as u64 + 1, &json!("NOTE_ADDED")));
}

#[tokio::test]
async fn a_stream_goes_on_where_it_broke() {
    let client = client();
    let id = client.place(&paid_with("tok_action")).await;
    client.order_when(&id, "an action", |order| order["payment"]["state"] == "ACTION_REQUIRED").await;
    let mut seen = Vec::new();
    let mut live = client.live(&id, None).await;
    for _ in 0..3 {
        seen.push(live.next().await.unwrap());
    }
    drop(live);
    let _ = client.act(&format!("/simulator/confirm/{id}")).await.expect(200);
    client.ended(&id).await;
    let mut live = client.live(&id, Some(3)).await;
    seen.extend(live.until(&FINAL).await);
    let ids: Vec<_> = seen.iter().map(|message| message.id).collect();
    assert_eq!(ids, (1..=ids.len() as u64).collect::<Vec<_>>());
    assert_eq!(json!(seen.iter().map(|message| &message.data).collect::<Vec<_>>()), json!(client.timeline(&id).await));
}

#[tokio::test]
async fn a_stream_goes_on_on_the_next_server() {
    let first = Server::dev();
    let client = first.client();
    let id = client.place(&paid_with("tok_action")).await;
    client.order_when(&id, "an action", |order| order["payment"]["state"] == "ACTION_REQUIRED").await;
    let mut live = client.live(&id, None).await;
    let mut ids = vec![live.next().await.unwrap().id];
    first.kill();
    while let Some(message) = live.next().await {
        ids.push(message.id);
    }
    let second = Server::dev_on(first.data(), &[]);
    let client = second.client();
    let mut live = client.live(&id, ids.last().copied()).await;
    let _ = client.act(&format!("/simulator/confirm/{id}")).await.expect(200);
    ids.extend(live.until(&FINAL).await.iter().map(|message| message.id));
    assert_eq!(ids, (1..=ids.len() as u64).collect::<Vec<_>>());
}

#[tokio::test]
async fn many_can_watch() {
    let client = client();
    let id = client.place(&beans(1)).await;
    let watchers = (0..20).map(async |_| client.live(&id, None).await.until(&FINAL).await.len());
    let counts = futures_util::future::join_all(watchers).await;
    let version = client.order(&id).await["version"].as_u64();
    assert!(counts.iter().all(|count| Some(*count as u64) == version), "{counts:?} {version:?}");
}

#[tokio::test]
async fn a_wrong_place_to_go_on_is_told() {
    let client = client();
    let id = client.place(&beans(1)).await;
    let request = client.request("GET", &format!("{ORDERS}/{id}/events")).header("Accept", "text/event-stream");
    let problem = request.header("Last-Event-ID", "x").send().await.problem(400, "VALIDATION_FAILED");
    assert!(problem["errors"]["Last-Event-ID"].is_string(), "{problem}");
}
