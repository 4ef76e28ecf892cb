//! Lists of orders.

use std::fmt::Write;

use orderflow_application::views::OrderKind;
use orderflow_application::{OrdersQuery, OrdersSort, Paging};
use orderflow_domain::ordering::Status;
use orderflow_domain::shared::limits::MAX_TEXT;
use warp::Filter;
use warp::reply::Response;

use crate::api::Api;
use crate::call::Call;
use crate::json::Checks;
use crate::listing;
use crate::problem::Problem;
use crate::query::Params;
use crate::routes::{At, Route};
use crate::wire;

const PARAMETERS: &[&str] = &[
    "status",
    "kind",
    "customer",
    "outlet",
    "instrument",
    "from",
    "to",
    "q",
    "sort",
    "cursor",
    "limit",
    "page",
    "size",
];

/// List orders
///
/// One's own; all of them for staff. An order that was just placed here is in the list.
#[utoipa::path(
    get, path = "/api/v1/orders", tag = "orders", operation_id = "listOrders",
    params(
        ("status" = Option<String>, Query, description = "One or more statuses, separated by commas"),
        ("kind" = Option<String>, Query, description = "purchase or trade"),
        ("customer" = Option<String>, Query, format = "uuid", description = "For staff: of that customer"),
        ("outlet" = Option<String>, Query, description = "Of that outlet"),
        ("instrument" = Option<String>, Query, description = "On that instrument"),
        ("from" = Option<String>, Query, format = "date-time", description = "Placed then or later"),
        ("to" = Option<String>, Query, format = "date-time", description = "Placed then or earlier"),
        ("q" = Option<String>, Query, description = "Beginnings of an order id, a product, an instrument or a tracking number"),
        ("sort" = Option<String>, Query, description = "createdAt, status, kind, customer, outlet or instrument, with ,asc or ,desc; createdAt,desc if absent"),
        ("cursor" = Option<String>, Query, description = "nextCursor of the page before"),
        ("limit" = Option<u64>, Query, description = "1 to 100; 20 if absent"),
        ("page" = Option<u64>, Query, description = "Instead of a cursor: the page, from 0"),
        ("size" = Option<u64>, Query, description = "1 to 100; 20 if absent"),
    ),
    responses(
        (status = 200, description = "A page", body = wire::OrderList, headers(("Link" = String, description = "The next page, as rel=next"))),
        (status = 400, description = "A parameter can't be accepted", body = wire::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) fn route(api: &Api) -> Route {
    let at = At::documented::<__path_route>(api);
    let filter = warp::path!("api" / "v1" / "orders").and(warp::get()).and(at.call());
    at.serve(filter.then(|call: Call| call.answer(list)))
}

async fn list(call: Call) -> Result<Response, Problem> {
    let access = call.caller()?.access()?;
    let query = read(&call.query)?;
    let name = name(&query);
    let listed = call.api.engine().orders(&access, query).await?;
    listing::respond(&listed, &name, call.path(), &call.query)
}

fn read(query: &str) -> Result<OrdersQuery, Problem> {
    let checks = Checks::default();
    let params = Params::read(query, PARAMETERS, &checks);
    let (sort, descending) = sort(&params);
    let mut orders = OrdersQuery {
        statuses: params.words("status", &statuses()).unwrap_or_default(),
        kind: params.parsed::<OrderKind>("kind", "purchase or trade"),
        customer: params.parsed("customer", "a UUID"),
        outlet: params.parsed("outlet", "1 to 64 characters of A-Z a-z 0-9 _ -"),
        instrument: params.parsed("instrument", "1 to 64 characters of A-Z a-z 0-9 _ -"),
        from: params.time("from"),
        to: params.time("to"),
        q: params.get("q").map(str::to_owned),
        sort,
        descending,
        paging: Paging::first(1),
    };
    if orders.q.as_ref().is_some_and(|q| q.chars().count() > MAX_TEXT) {
        params.note("q", format!("must have at most {MAX_TEXT} characters"));
    }
    let paging = listing::paging(&params, &name(&orders))?;
    drop(params);
    orders.paging = checks.finish(paging)?;
    Ok(orders)
}

fn statuses() -> Vec<(&'static str, Status)> {
    Status::ALL.iter().map(|status| (status.as_str(), *status)).collect()
}

fn sort(params: &Params<'_>) -> (OrdersSort, bool) {
    let Some(text) = params.get("sort") else { return (OrdersSort::CreatedAt, true) };
    let (field, direction) = text.split_once(',').unwrap_or((text, "asc"));
    match (field.parse(), direction) {
        (Ok(field), "asc") => (field, false),
        (Ok(field), "desc") => (field, true),
        _ => {
            let known: Vec<_> = OrdersSort::ALL.iter().map(|sort| sort.as_str()).collect();
            params.note("sort", format!("must be one of {}, with ,asc or ,desc behind it", known.join(" ")));
            (OrdersSort::CreatedAt, true)
        }
    }
}

/// Sort and filters, as a cursor is bound to them.
fn name(query: &OrdersQuery) -> String {
    let mut name = format!("orders;{}{}", query.sort.as_str(), if query.descending { "-" } else { "+" });
    query.statuses.iter().for_each(|status| name = std::mem::take(&mut name) + ";" + status.as_str());
    let OrdersQuery { kind, customer, outlet, instrument, from, to, q, .. } = query;
    // Writing to a string can't fail.
    let _ = write!(name, ";{kind:?};{customer:?};{outlet:?};{instrument:?};{from:?};{to:?};{q:?}");
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_come_first() {
        let query = read("").unwrap();
        assert_eq!((query.sort, query.descending), (OrdersSort::CreatedAt, true));
        let query = read("sort=status&status=CREATED,FAILED&kind=trade").unwrap();
        assert_eq!((query.sort, query.descending), (OrdersSort::Status, false));
        assert_eq!(query.statuses, [Status::Created, Status::Failed]);
    }

    #[test]
    fn everything_wrong_is_named() {
        let problem =
            read("status=DONE&kind=barter&customer=me&outlet=a%20b&from=now&sort=size&limit=0&x=1").unwrap_err();
        let names: Vec<_> = problem.errors().iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["customer", "from", "kind", "limit", "outlet", "sort", "status", "x"]);
    }

    #[test]
    fn a_cursor_is_bound_to_every_filter() {
        let names: std::collections::BTreeSet<_> = [
            "",
            "sort=createdAt",
            "status=FAILED",
            "kind=trade",
            "outlet=a",
            "instrument=a",
            "from=2026-01-01T00:00:00Z",
            "to=2026-01-01T00:00:00Z",
            "q=a",
        ]
        .map(|text| name(&read(text).unwrap()))
        .into();
        assert_eq!(names.len(), 9);
    }
}
