//! What happened to an order, at once or as it happens.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use futures_util::Stream;
use http::StatusCode;
use orderflow_application::views::TimelineEntry;
use orderflow_application::{Access, Changes};
use orderflow_domain::shared::limits::MAX_PAGE;
use orderflow_domain::shared::{OrderId, Version};
use serde::Serialize;
use warp::Filter;
use warp::reply::{Reply, Response};
use warp::sse::Event;

use crate::api::Api;
use crate::call::{Call, Segment};
use crate::exclusive::Exclusive;
use crate::json::Checks;
use crate::problem::Problem;
use crate::query::Params;
use crate::reply;
use crate::routes::{At, Route};
use crate::server::Shutdown;
use crate::wire;

/// Shorter than the 30 seconds after which many proxies give up on a silent connection.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The timeline of an order
///
/// As JSON a page of what happened so far; as `text/event-stream` each event as one message, `id` the order's version, then what comes. A stream goes on
/// where `Last-Event-ID` says; it stays open, since refunds and notes may come after the end.
#[utoipa::path(
    get, path = "/api/v1/orders/{id}/events", tag = "orders", operation_id = "orderEvents",
    params(
        ("id" = String, Path, format = "uuid", description = "The order"),
        ("after" = Option<u64>, Query, description = "Only what came after this version"),
        ("limit" = Option<u64>, Query, description = "1 to 100; 100 if absent. Not for streams"),
        ("Last-Event-ID" = Option<u64>, Header, description = "For streams: go on after this version"),
    ),
    responses(
        (status = 200, description = "The timeline", content((wire::Timeline = "application/json"), (String = "text/event-stream"))),
        (status = 404, description = "Absent, or not yours", body = wire::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) fn route(api: &Api) -> Route {
    let at = At::documented::<__path_route>(api);
    let filter = warp::path!("api" / "v1" / "orders" / Segment / "events").and(warp::get()).and(at.call());
    at.serve(filter.then(|id: Segment, call: Call| call.answer(async move |call| events(&id, &call).await)))
}

#[derive(Serialize)]
struct Timeline {
    items: Vec<TimelineEntry>,
}

async fn events(id: &Segment, call: &Call) -> Result<Response, Problem> {
    let access = call.caller()?.access()?;
    let order: OrderId = id.uuid("id")?;
    let stream = call.accepts("text/event-stream");
    let (after, limit) = read(call)?;
    if stream {
        return live(call, order, &access, after).await;
    }
    let items = call.api.engine().timeline(order, &access, after, limit).await?;
    reply::json(StatusCode::OK, &Timeline { items })
}

fn read(call: &Call) -> Result<(Version, usize), Problem> {
    let checks = Checks::default();
    let params = Params::read(&call.query, &["after", "limit"], &checks);
    let after = params.number("after", 0, u64::MAX).unwrap_or_default();
    let limit =
        params.number("limit", 1, MAX_PAGE as u64).map_or(MAX_PAGE, |limit| usize::try_from(limit).unwrap_or(MAX_PAGE));
    drop(params);
    let last = call.headers.get("last-event-id").map(|value| value.to_str().ok().and_then(|text| text.parse().ok()));
    if last == Some(None) {
        checks.add("Last-Event-ID", "must be the id of an event of this stream: a whole number");
    }
    checks.finish(Some((Version(last.flatten().unwrap_or(after)), limit)))
}

async fn live(call: &Call, order: OrderId, access: &Access, after: Version) -> Result<Response, Problem> {
    let changes = call.api.engine().changes(order, access, after).await?;
    let events = follow(changes, call.api.shutdown().clone());
    let stream = warp::sse::keep_alive().interval(KEEP_ALIVE).stream(Exclusive::new(events));
    let response = warp::sse::reply(stream).into_response();
    // Proxies that collect answers would hold events back.
    Ok(reply::with(response, http::HeaderName::from_static("x-accel-buffering"), "no"))
}

/// The events, until the server shuts down or the store is away; clients come back by themselves and say where they were.
fn follow(changes: Changes, shutdown: Shutdown) -> impl Stream<Item = Result<Event, Infallible>> + Send {
    let state = (changes, shutdown, VecDeque::new());
    futures_util::stream::unfold(state, |(mut changes, shutdown, mut waiting)| async move {
        while waiting.is_empty() {
            let next = tokio::select! {
                next = changes.next() => next,
                () = shutdown.begun() => return None,
            };
            match next {
                Ok(entries) => waiting.extend(entries),
                Err(error) => {
                    tracing::warn!(%error, "a live timeline ends early");
                    return None;
                }
            }
        }
        let entry: TimelineEntry = waiting.pop_front()?;
        let event = Event::default().id(entry.version.to_string()).json_data(&entry).ok()?;
        Some((Ok(event), (changes, shutdown, waiting)))
    })
}
