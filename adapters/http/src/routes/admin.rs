//! Operations: messages that got stuck, workers, steps that need a hand. For operators only.

use http::StatusCode;
use orderflow_application::{StepAction, WorkerView};
use orderflow_domain::ordering::Resolution;
use orderflow_domain::shared::limits::MAX_PAGE;
use orderflow_domain::shared::{OrderId, StepKind};
use serde::Serialize;
use warp::Filter;
use warp::reply::Response;

use crate::api::Api;
use crate::call::{Call, Segment};
use crate::json::{Checks, Node, Object};
use crate::problem::Problem;
use crate::query::Params;
use crate::reply;
use crate::routes::{At, Route};
use crate::wire;

pub(super) fn routes(api: &Api) -> Vec<Route> {
    vec![
        dead_letters(api),
        dead_letter(api),
        redrive(api),
        discard(api),
        reactors(api),
        pause(api),
        resume(api),
        retry(api),
        skip(api),
        resolve(api),
    ]
}

#[derive(Serialize)]
struct Items<T> {
    items: Vec<T>,
}

/// List dead letters
///
/// Messages that could not be processed, and those that wait behind them.
#[utoipa::path(
    get, path = "/api/v1/admin/dead-letters", tag = "admin", operation_id = "listDeadLetters",
    params(("limit" = Option<u64>, Query, description = "1 to 100; 100 if absent")),
    responses((status = 200, description = "By reactor, key and position"))
)]
pub(crate) fn dead_letters(api: &Api) -> Route {
    let at = At::documented::<__path_dead_letters>(api);
    let filter = warp::path!("api" / "v1" / "admin" / "dead-letters").and(warp::get()).and(at.call());
    at.serve(filter.then(|call: Call| {
        call.answer(async |call| {
            call.caller()?.as_operator()?;
            let limit = {
                let checks = Checks::default();
                let params = Params::read(&call.query, &["limit"], &checks);
                let limit = params.number("limit", 1, MAX_PAGE as u64).and_then(|limit| limit.try_into().ok());
                drop(params);
                checks.finish(Some(limit.unwrap_or(MAX_PAGE)))?
            };
            reply::json(StatusCode::OK, &Items { items: call.api.engine().dead_letters(limit).await? })
        })
    }))
}

/// Get a dead letter
#[utoipa::path(
    get, path = "/api/v1/admin/dead-letters/{id}", tag = "admin", operation_id = "getDeadLetter",
    params(("id" = String, Path, description = "Its id: reactor and position")),
    responses((status = 200, description = "With its history"))
)]
pub(crate) fn dead_letter(api: &Api) -> Route {
    let at = At::documented::<__path_dead_letter>(api);
    let filter = warp::path!("api" / "v1" / "admin" / "dead-letters" / Segment).and(warp::get()).and(at.call());
    at.serve(filter.then(|id: Segment, call: Call| {
        call.answer(async move |call| {
            call.caller()?.as_operator()?;
            reply::json(StatusCode::OK, &call.api.engine().dead_letter(&id.0).await?)
        })
    }))
}

/// Try a dead letter again
///
/// And all that wait behind it under the same key.
#[utoipa::path(
    post, path = "/api/v1/admin/dead-letters/{id}/redrive", tag = "admin", operation_id = "redriveDeadLetter",
    params(("id" = String, Path, description = "Its id")),
    responses(
        (status = 202, description = "Will be tried again"),
        (status = 409, description = "Another one comes first", body = wire::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) fn redrive(api: &Api) -> Route {
    let at = At::documented::<__path_redrive>(api);
    let filter =
        warp::path!("api" / "v1" / "admin" / "dead-letters" / Segment / "redrive").and(warp::post()).and(at.call());
    at.serve(filter.then(|id: Segment, call: Call| {
        call.answer(async move |call| {
            let by = call.caller()?.as_operator()?;
            call.bare_key()?;
            reply::json(StatusCode::ACCEPTED, &call.api.engine().redrive(&id.0, &by).await?)
        })
    }))
}

/// Give a dead letter up
///
/// Whoever waits for its outcome gets a failure.
#[utoipa::path(
    post, path = "/api/v1/admin/dead-letters/{id}/discard", tag = "admin", operation_id = "discardDeadLetter",
    params(("id" = String, Path, description = "Its id")),
    request_body = wire::Discard,
    responses((status = 202, description = "Will be given up"))
)]
pub(crate) fn discard(api: &Api) -> Route {
    let at = At::documented::<__path_discard>(api);
    let filter =
        warp::path!("api" / "v1" / "admin" / "dead-letters" / Segment / "discard").and(warp::post()).and(at.call());
    at.serve(filter.then(|id: Segment, call: Call| {
        call.answer(async move |call| {
            let by = call.caller()?.as_operator()?;
            let reason = reason(&call.json()?)?;
            reply::json(StatusCode::ACCEPTED, &call.api.engine().discard(&id.0, &by, &reason).await?)
        })
    }))
}

fn reason(body: &Node<'_>) -> Result<String, Problem> {
    let checks = Checks::default();
    let reason = Object::root(body, &checks).and_then(|object| {
        object.only(&["reason"]);
        object.required("reason", object.text("reason"), "\"the item no longer exists\"")
    });
    checks.finish(reason)
}

/// List the workers of this process
#[utoipa::path(
    get, path = "/api/v1/admin/reactors", tag = "admin", operation_id = "listReactors",
    responses((status = 200, description = "How far each has come", body = wire::Workers))
)]
pub(crate) fn reactors(api: &Api) -> Route {
    let at = At::documented::<__path_reactors>(api);
    let filter = warp::path!("api" / "v1" / "admin" / "reactors").and(warp::get()).and(at.call());
    at.serve(filter.then(|call: Call| {
        call.answer(async |call| {
            call.caller()?.as_operator()?;
            let items: Vec<WorkerView> = call.api.engine().worker_views().await?;
            reply::json(StatusCode::OK, &Items { items })
        })
    }))
}

/// Pause a worker
///
/// It stays paused across restarts. Nothing is lost: it goes on where it was.
#[utoipa::path(
    post, path = "/api/v1/admin/reactors/{name}/pause", tag = "admin", operation_id = "pauseReactor",
    params(("name" = String, Path, description = "The worker")),
    responses((status = 200, description = "All workers", body = wire::Workers))
)]
pub(crate) fn pause(api: &Api) -> Route {
    let at = At::documented::<__path_pause>(api);
    let filter = warp::path!("api" / "v1" / "admin" / "reactors" / Segment / "pause").and(warp::post()).and(at.call());
    at.serve(filter.then(|name: Segment, call: Call| call.answer(async move |call| switch(&name, &call, true).await)))
}

/// Let a worker go on
#[utoipa::path(
    post, path = "/api/v1/admin/reactors/{name}/resume", tag = "admin", operation_id = "resumeReactor",
    params(("name" = String, Path, description = "The worker")),
    responses((status = 200, description = "All workers", body = wire::Workers))
)]
pub(crate) fn resume(api: &Api) -> Route {
    let at = At::documented::<__path_resume>(api);
    let filter = warp::path!("api" / "v1" / "admin" / "reactors" / Segment / "resume").and(warp::post()).and(at.call());
    at.serve(filter.then(|name: Segment, call: Call| call.answer(async move |call| switch(&name, &call, false).await)))
}

async fn switch(name: &Segment, call: &Call, paused: bool) -> Result<Response, Problem> {
    call.caller()?.as_operator()?;
    call.bare_key()?;
    if !call.api.engine().pause_worker(&name.0, paused).await? {
        return Err(Problem::not_found());
    }
    reply::json(StatusCode::OK, &Items { items: call.api.engine().worker_views().await? })
}

/// Ask for a step again
#[utoipa::path(
    post, path = "/api/v1/admin/steps/{order}/{step}/retry", tag = "admin", operation_id = "retryStep",
    params(("order" = String, Path, format = "uuid", description = "The order"), ("step" = String, Path, description = "The step")),
    responses((status = 200, description = "The order", body = wire::Order))
)]
pub(crate) fn retry(api: &Api) -> Route {
    let at = At::documented::<__path_retry>(api);
    let filter =
        warp::path!("api" / "v1" / "admin" / "steps" / Segment / Segment / "retry").and(warp::post()).and(at.call());
    at.serve(filter.then(|order: Segment, step: Segment, call: Call| {
        call.answer(async move |call| settle(&order, &step, &call, |_| Some(StepAction::Retry), &[]).await)
    }))
}

/// Go on without a step
///
/// For a capture this writes the money off.
#[utoipa::path(
    post, path = "/api/v1/admin/steps/{order}/{step}/skip", tag = "admin", operation_id = "skipStep",
    params(("order" = String, Path, format = "uuid", description = "The order"), ("step" = String, Path, description = "The step")),
    request_body = wire::StepDecision,
    responses(
        (status = 200, description = "The order", body = wire::Order),
        (status = 409, description = "STEP_NOT_SKIPPABLE", body = wire::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) fn skip(api: &Api) -> Route {
    let at = At::documented::<__path_skip>(api);
    let filter =
        warp::path!("api" / "v1" / "admin" / "steps" / Segment / Segment / "skip").and(warp::post()).and(at.call());
    at.serve(filter.then(|order: Segment, step: Segment, call: Call| {
        call.answer(async move |call| {
            let read = |object: Object<'_, '_>| why(object).map(|reason| StepAction::Skip { reason });
            settle(&order, &step, &call, read, &["reason"]).await
        })
    }))
}

/// Settle a step by hand
#[utoipa::path(
    post, path = "/api/v1/admin/steps/{order}/{step}/resolve", tag = "admin", operation_id = "resolveStep",
    params(("order" = String, Path, format = "uuid", description = "The order"), ("step" = String, Path, description = "The step")),
    request_body = wire::StepOutcome,
    responses(
        (status = 200, description = "The order", body = wire::Order),
        (status = 409, description = "STEP_NOT_RESOLVABLE", body = wire::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) fn resolve(api: &Api) -> Route {
    let at = At::documented::<__path_resolve>(api);
    let filter =
        warp::path!("api" / "v1" / "admin" / "steps" / Segment / Segment / "resolve").and(warp::post()).and(at.call());
    at.serve(filter.then(|order: Segment, step: Segment, call: Call| {
        call.answer(async move |call| settle(&order, &step, &call, resolution, &["reason", "resolution"]).await)
    }))
}

fn why(object: Object<'_, '_>) -> Option<String> {
    object.required("reason", object.text("reason"), "\"confirmed by telephone\"")
}

fn resolution(object: Object<'_, '_>) -> Option<StepAction> {
    let words = [
        ("DONE", Resolution::Done),
        ("FAILED", Resolution::Failed),
        ("UNDONE", Resolution::Undone),
        ("WRITTEN_OFF", Resolution::WrittenOff),
    ];
    let reason = why(object);
    let resolution = object.required("resolution", object.word("resolution", &words), "DONE");
    Some(StepAction::Resolve { reason: reason?, resolution: resolution? })
}

async fn settle(
    order: &Segment,
    step: &Segment,
    call: &Call,
    read: impl FnOnce(Object<'_, '_>) -> Option<StepAction>,
    fields: &[&str],
) -> Result<Response, Problem> {
    let by = call.caller()?.as_operator()?;
    let (order, step): (OrderId, StepKind) = (order.uuid("order")?, step.name("step")?);
    let (action, key) = {
        let body = call.json_or_empty()?;
        let checks = Checks::default();
        let key = call.key(&body, &checks);
        let action = Object::root(&body, &checks).and_then(|object| {
            object.only(fields);
            read(object)
        });
        (checks.finish(action)?, key)
    };
    let order = call.api.engine().settle_step(order, step, action, &by, key.as_ref()).await?;
    Ok(reply::versioned(reply::json(StatusCode::OK, &order)?, order.version.0))
}
