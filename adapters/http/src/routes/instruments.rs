//! Instruments of the built-in venue. Anyone may read market data; operators create, halt and resume.

use http::StatusCode;
use orderflow_application::IdempotencyKey;
use orderflow_application::views::{InstrumentView, TapeView};
use orderflow_domain::shared::limits::{MAX_PAGE, MAX_WHOLE};
use orderflow_domain::shared::{Actor, Currency, Decimal, Symbol};
use orderflow_domain::venue::Book;
use orderflow_domain::venue::event::InstrumentListed;
use serde::Serialize;
use warp::Filter;
use warp::reply::Response;

use crate::api::Api;
use crate::call::{Call, Segment};
use crate::json::{Checks, Object};
use crate::listing;
use crate::problem::Problem;
use crate::query::Params;
use crate::reply;
use crate::routes::{At, Route};
use crate::wire;

pub(super) fn routes(api: &Api) -> Vec<Route> {
    vec![book(api), trades(api), list(api), one(api), create(api), halt(api), resume(api)]
}

/// List instruments
#[utoipa::path(
    get, path = "/api/v1/instruments", tag = "instruments", operation_id = "listInstruments",
    params(
        ("cursor" = Option<String>, Query, description = "nextCursor of the page before"),
        ("limit" = Option<u64>, Query, description = "1 to 100; 20 if absent"),
        ("page" = Option<u64>, Query, description = "Instead of a cursor: the page, from 0"),
        ("size" = Option<u64>, Query, description = "1 to 100; 20 if absent"),
    ),
    responses((status = 200, description = "A page", body = wire::InstrumentList))
)]
pub(crate) fn list(api: &Api) -> Route {
    let at = At::documented::<__path_list>(api);
    let filter = warp::path!("api" / "v1" / "instruments").and(warp::get()).and(at.call());
    at.serve(filter.then(|call: Call| {
        call.answer(async |call| {
            let paging = {
                let checks = Checks::default();
                let params = Params::read(&call.query, &listing::PARAMETERS, &checks);
                let paging = listing::paging(&params, "instruments")?;
                drop(params);
                checks.finish(paging)?
            };
            let listed = call.api.engine().instruments(paging).await?;
            listing::respond(&listed, "instruments", call.path(), &call.query)
        })
    }))
}

/// Get an instrument
#[utoipa::path(
    get, path = "/api/v1/instruments/{symbol}", tag = "instruments", operation_id = "getInstrument",
    params(("symbol" = String, Path, description = "The instrument")),
    responses((status = 200, description = "The instrument", body = wire::Instrument))
)]
pub(crate) fn one(api: &Api) -> Route {
    let at = At::documented::<__path_one>(api);
    let filter = warp::path!("api" / "v1" / "instruments" / Segment).and(warp::get()).and(at.call());
    at.serve(filter.then(|symbol: Segment, call: Call| {
        call.answer(async move |call| {
            let symbol: Symbol = symbol.name("symbol")?;
            reply::json(StatusCode::OK, &call.api.engine().instrument(&symbol).await?)
        })
    }))
}

/// The order book of an instrument
///
/// What rests at the best prices of both sides, the best first; no orders and no customers.
#[utoipa::path(
    get, path = "/api/v1/instruments/{symbol}/book", tag = "instruments", operation_id = "getBook",
    params(("symbol" = String, Path, description = "The instrument"), ("depth" = Option<u64>, Query, description = "Prices of each side, 1 to 100; 20 if absent")),
    responses((status = 200, description = "The book", body = wire::Book))
)]
pub(crate) fn book(api: &Api) -> Route {
    let at = At::documented::<__path_book>(api);
    let filter = warp::path!("api" / "v1" / "instruments" / Segment / "book").and(warp::get()).and(at.call());
    at.serve(filter.then(|symbol: Segment, call: Call| {
        call.answer(async move |call| {
            let (symbol, depth) = (symbol.name("symbol")?, count(&call.query, "depth", 20)?);
            reply::json(StatusCode::OK, &call.api.engine().book(&symbol, depth).await?)
        })
    }))
}

#[derive(Serialize)]
struct Tape {
    items: Vec<TapeView>,
}

/// The newest trades of an instrument
#[utoipa::path(
    get, path = "/api/v1/instruments/{symbol}/trades", tag = "instruments", operation_id = "listTrades",
    params(("symbol" = String, Path, description = "The instrument"), ("limit" = Option<u64>, Query, description = "1 to 100; 50 if absent")),
    responses((status = 200, description = "The tape", body = wire::TradeList))
)]
pub(crate) fn trades(api: &Api) -> Route {
    let at = At::documented::<__path_trades>(api);
    let filter = warp::path!("api" / "v1" / "instruments" / Segment / "trades").and(warp::get()).and(at.call());
    at.serve(filter.then(|symbol: Segment, call: Call| {
        call.answer(async move |call| {
            let (symbol, limit) = (symbol.name("symbol")?, count(&call.query, "limit", 50)?);
            let items = call.api.engine().trades(&symbol, limit).await?;
            reply::json(StatusCode::OK, &Tape { items })
        })
    }))
}

fn count(query: &str, name: &str, default: usize) -> Result<usize, Problem> {
    let checks = Checks::default();
    let params = Params::read(query, &[name], &checks);
    let count = params.number(name, 1, MAX_PAGE as u64).and_then(|count| count.try_into().ok());
    drop(params);
    checks.finish(Some(count.unwrap_or(default)))
}

/// Create an instrument, or change its terms
///
/// By an operator. Terms change only while no order rests; the currency never does.
#[utoipa::path(
    post, path = "/api/v1/instruments", tag = "instruments", operation_id = "createInstrument",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters")),
    request_body = wire::NewInstrument,
    responses(
        (status = 200, description = "The instrument", body = wire::Instrument),
        (status = 409, description = "ORDERS_REST", body = wire::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) fn create(api: &Api) -> Route {
    let at = At::documented::<__path_create>(api);
    let filter = warp::path!("api" / "v1" / "instruments").and(warp::post()).and(at.call());
    at.serve(filter.then(|call: Call| call.answer(created)))
}

async fn created(call: Call) -> Result<Response, Problem> {
    let by = call.caller()?.as_operator()?;
    let (terms, key) = {
        let body = call.json()?;
        let checks = Checks::default();
        let key = call.key(&body, &checks);
        let terms = terms(&body, &checks);
        (checks.finish(terms)?, key)
    };
    shown(&call.api.engine().list_instrument(terms, &by, key.as_ref()).await?)
}

fn terms(body: &crate::json::Node<'_>, checks: &Checks) -> Option<InstrumentListed> {
    let object = Object::root(body, checks)?;
    object.only(&["symbol", "currency", "tick", "lot", "maxQuantity"]);
    let symbol = object.required("symbol", object.parsed::<Symbol>("symbol"), "ACME");
    let currency = object.parsed::<Currency>("currency").unwrap_or(Currency::EUR);
    let tick = object.required("tick", object.decimal("tick"), "\"0.01\"");
    let lot = object.required("lot", object.decimal("lot"), "\"1\"");
    let largest = || Decimal::whole(MAX_WHOLE).unwrap_or_default();
    let max_quantity = object.decimal("maxQuantity").unwrap_or_else(largest);
    Some(InstrumentListed { symbol: symbol?, currency, tick: tick?, lot: lot?, max_quantity })
}

fn shown(book: &Book) -> Result<Response, Problem> {
    reply::json(StatusCode::OK, &InstrumentView::of(book).ok_or_else(Problem::not_found)?)
}

/// Halt an instrument
///
/// By an operator. No new orders; what rests stays and can be cancelled.
#[utoipa::path(
    post, path = "/api/v1/instruments/{symbol}/halt", tag = "instruments", operation_id = "haltInstrument",
    params(("symbol" = String, Path, description = "The instrument"), ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters")),
    responses((status = 200, description = "The instrument", body = wire::Instrument))
)]
pub(crate) fn halt(api: &Api) -> Route {
    let at = At::documented::<__path_halt>(api);
    let filter = warp::path!("api" / "v1" / "instruments" / Segment / "halt").and(warp::post()).and(at.call());
    at.serve(filter.then(|symbol: Segment, call: Call| {
        call.answer(async move |call| {
            let (symbol, by, key) = operated(&symbol, &call)?;
            shown(&call.api.engine().halt_instrument(&symbol, &by, key.as_ref()).await?)
        })
    }))
}

/// Who operates what, of a request that says nothing more.
fn operated(symbol: &Segment, call: &Call) -> Result<(Symbol, Actor, Option<IdempotencyKey>), Problem> {
    let by = call.caller()?.as_operator()?;
    Ok((symbol.name("symbol")?, by, call.bare_key()?))
}

/// Let an instrument trade again
#[utoipa::path(
    post, path = "/api/v1/instruments/{symbol}/resume", tag = "instruments", operation_id = "resumeInstrument",
    params(("symbol" = String, Path, description = "The instrument"), ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters")),
    responses((status = 200, description = "The instrument", body = wire::Instrument))
)]
pub(crate) fn resume(api: &Api) -> Route {
    let at = At::documented::<__path_resume>(api);
    let filter = warp::path!("api" / "v1" / "instruments" / Segment / "resume").and(warp::post()).and(at.call());
    at.serve(filter.then(|symbol: Segment, call: Call| {
        call.answer(async move |call| {
            let (symbol, by, key) = operated(&symbol, &call)?;
            shown(&call.api.engine().resume_instrument(&symbol, &by, key.as_ref()).await?)
        })
    }))
}
