use orderflow_http::wire::Timeline;

use crate::orders::OTHER;
use crate::world::{PURCHASE, with_world};

#[test]
fn the_timeline_tells_all_that_happened() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let path = world.executed(&mut client).await;
        let body = client.get(&format!("{path}/events")).await.body;
        let timeline: Timeline = serde_json::from_str(&body).unwrap();
        let kinds: Vec<_> = timeline.items.iter().map(|entry| entry.kind.as_str()).collect();
        assert_eq!((kinds.first(), kinds.last()), (Some(&"ORDER_PLACED"), Some(&"EXECUTED")));
        assert!(timeline.items.iter().map(|entry| entry.version).eq(1..=timeline.items.len() as u64));
        let later: Timeline =
            serde_json::from_str(&client.get(&format!("{path}/events?after=2&limit=3")).await.body).unwrap();
        assert_eq!(later.items, timeline.items[2..5]);
        client.request("GET", &format!("{path}/events"), &[OTHER], "").await.problem(404, "NOT_FOUND");
        client.get(&format!("{path}/events?limit=101")).await.problem(400, "VALIDATION_FAILED");
    });
}

#[test]
fn a_stream_tells_it_as_it_happens() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let placed = world.place(&mut client, PURCHASE).await;
        let path = format!("/api/v1/orders/{}/events", placed["orderId"].as_str().unwrap());
        let ask = |last: &str| format!("GET {path} HTTP/1.1\r\nhost: test\r\naccept: text/event-stream\r\n{last}\r\n");

        let mut live = world.client().await;
        live.send(ask("")).await;
        assert!(live.until(b"\r\n\r\n").await.contains("text/event-stream"));
        let first = live.until(b"id:1\n\n").await;
        assert!(first.contains("\"type\":\"ORDER_PLACED\""), "{first}");
        world.run().await;
        live.until(b"\"type\":\"EXECUTED\"").await;

        let mut resumed = world.client().await;
        resumed.send(ask("last-event-id: 3\r\n")).await;
        resumed.until(b"\r\n\r\n").await;
        let next = resumed.until(b"\n\n").await;
        assert!(next.contains("id:4\n"), "{next}");

        let mut lost = world.client().await;
        lost.send(ask("last-event-id: x\r\n")).await;
        lost.answer().await.problem(400, "VALIDATION_FAILED");

        world.shutdown.begin();
        resumed.until(b"0\r\n\r\n").await;
        assert!(resumed.is_closed().await, "a shutdown ends streams");
    });
}
