//! Three routes.

use bytes::Bytes;
use orderflow_application::{Access, Engine, OrdersQuery, Paging, PlaceError, QueryError};
use orderflow_domain::ordering::Rejection;
use orderflow_domain::shared::limits::MAX_PAGE;
use orderflow_domain::shared::{Actor, OrderId};
use warp::Filter;
use warp::filters::BoxedFilter;
use warp::http::StatusCode;
use warp::reply::Response;

use crate::answers::{Brief, Listed, answer, refusal};
use crate::requests::{self, Errors};

/// Orders listed at once.
const MOST: usize = 500;

/// All routes.
pub(crate) fn all(engine: &Engine) -> BoxedFilter<(Response,)> {
    let (engine, lost) = (engine.clone(), engine.clone());
    let with = warp::any().map(move || engine.clone());
    let key = warp::header::optional::<String>("idempotency-key");
    let place = warp::path!("orders").and(warp::post()).and(with.clone()).and(key).and(warp::body::bytes()).then(place);
    let show = warp::path!("orders" / String).and(warp::get()).and(with.clone()).then(show);
    let query = warp::query::raw().or(warp::any().map(String::new)).unify();
    let list = warp::path!("orders").and(warp::get()).and(with).and(query).then(list);
    let lost = warp::any().map(move || refuse(&lost, StatusCode::NOT_FOUND, "Not found", Errors::new()));
    place.or(show).unify().or(list).unify().or(lost).unify().boxed()
}

async fn place(engine: Engine, key: Option<String>, body: Bytes) -> Response {
    let key = key.as_deref().map(|key| key.trim_matches('"'));
    let order = match requests::order(&body, key) {
        Ok(order) => order,
        Err(errors) => return refuse(&engine, StatusCode::BAD_REQUEST, "Validation failed", errors),
    };
    match engine.place(order).await {
        Ok(placed) if placed.replayed => answer(StatusCode::OK, &Brief::from(&placed.order)),
        Ok(placed) => answer(StatusCode::CREATED, &Brief::from(&placed.order)),
        Err(PlaceError::KeyReused) => {
            let message = "The idempotency key was used for another order";
            refuse(&engine, StatusCode::UNPROCESSABLE_ENTITY, message, Errors::new())
        }
        Err(PlaceError::Rejected(rejection)) => rejected(&engine, &rejection),
        Err(error @ (PlaceError::UnknownPlan(_) | PlaceError::Unavailable(_))) => {
            tracing::warn!(%error, "not placed");
            refuse(&engine, StatusCode::SERVICE_UNAVAILABLE, "Not available at the moment", Errors::new())
        }
    }
}

fn rejected(engine: &Engine, rejection: &Rejection) -> Response {
    let errors = Errors::from([("items".to_owned(), rejection.to_string())]);
    refuse(engine, StatusCode::BAD_REQUEST, "Validation failed", errors)
}

async fn show(id: String, engine: Engine) -> Response {
    let unknown = || refuse(&engine, StatusCode::NOT_FOUND, "Order not found", Errors::new());
    let Ok(id) = id.parse::<OrderId>() else { return unknown() };
    match engine.order(id, &everyone(), None).await {
        Ok(order) => answer(StatusCode::OK, &Brief::from(&order)),
        Err(QueryError::NotFound) => unknown(),
        Err(error) => away(&engine, &error),
    }
}

async fn list(engine: Engine, query: String) -> Response {
    let Some(limit) = limit(&query) else {
        let errors = Errors::from([("limit".to_owned(), format!("limit must be 1 to {MOST}"))]);
        return refuse(&engine, StatusCode::BAD_REQUEST, "Validation failed", errors);
    };
    let (mut orders, mut token) = (Vec::<Listed>::new(), None);
    while orders.len() < limit {
        let paging = Paging::After { token, limit: MAX_PAGE.min(limit - orders.len()) };
        let page = match engine.orders(&everyone(), OrdersQuery::newest(paging)).await {
            Ok(page) => page,
            Err(error) => return away(&engine, &error),
        };
        orders.extend(page.items.iter().map(Listed::from));
        token = page.next;
        if token.is_none() {
            break;
        }
    }
    answer(StatusCode::OK, &orders)
}

/// How many to list: 100, unless the query says otherwise. Other parameters are not looked at.
fn limit(query: &str) -> Option<usize> {
    let stated = query.split('&').find_map(|pair| pair.strip_prefix("limit="));
    let limit = stated.map_or(Ok(MAX_PAGE), str::parse).ok()?;
    (1..=MOST).contains(&limit).then_some(limit)
}

/// This service knows no callers: everybody sees everything.
fn everyone() -> Access {
    Access::Staff(Actor::system("order-service"))
}

fn away(engine: &Engine, error: &QueryError) -> Response {
    tracing::warn!(%error, "not answered");
    refuse(engine, StatusCode::SERVICE_UNAVAILABLE, "Not available at the moment", Errors::new())
}

fn refuse(engine: &Engine, code: StatusCode, message: &str, errors: Errors) -> Response {
    refusal(code, message, errors, engine.now())
}
