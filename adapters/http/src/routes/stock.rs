//! What outlets sell, and how much of it there is.

use http::StatusCode;
use orderflow_application::StockQuery;
use orderflow_application::views::StockView;
use orderflow_domain::inventory::event::ItemListed;
use orderflow_domain::inventory::{Item, MAX_ON_HAND};
use orderflow_domain::shared::{ItemId, OutletId};
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

/// Pieces that can be counted exactly everywhere, JavaScript included.
const MOST: i64 = MAX_ON_HAND.cast_signed();

pub(super) fn routes(api: &Api) -> Vec<Route> {
    vec![items(api), stock(api), item(api), put_item(api), receive(api), adjust(api)]
}

/// List what an outlet sells
///
/// With the stock of each item, in the order of names.
#[utoipa::path(
    get, path = "/api/v1/outlets/{outlet}/items", tag = "stock", operation_id = "listItems",
    params(
        ("outlet" = String, Path, description = "The outlet"),
        ("q" = Option<String>, Query, description = "Beginnings of an item's id or of words of its name"),
        ("cursor" = Option<String>, Query, description = "nextCursor of the page before"),
        ("limit" = Option<u64>, Query, description = "1 to 100; 20 if absent"),
        ("page" = Option<u64>, Query, description = "Instead of a cursor: the page, from 0"),
        ("size" = Option<u64>, Query, description = "1 to 100; 20 if absent"),
    ),
    responses((status = 200, description = "A page", body = wire::ItemList))
)]
pub(crate) fn items(api: &Api) -> Route {
    let at = At::documented::<__path_items>(api);
    let filter = warp::path!("api" / "v1" / "outlets" / Segment / "items").and(warp::get()).and(at.call());
    at.serve(filter.then(|outlet: Segment, call: Call| call.answer(async move |call| list(&outlet, &call).await)))
}

/// List the stock of an outlet
///
/// The same list, under the path at which stock is received and counted; for operators.
#[utoipa::path(
    get, path = "/api/v1/outlets/{outlet}/stock", tag = "stock", operation_id = "listStock",
    params(
        ("outlet" = String, Path, description = "The outlet"),
        ("q" = Option<String>, Query, description = "Beginnings of an item's id or of words of its name"),
        ("cursor" = Option<String>, Query, description = "nextCursor of the page before"),
        ("limit" = Option<u64>, Query, description = "1 to 100; 20 if absent"),
        ("page" = Option<u64>, Query, description = "Instead of a cursor: the page, from 0"),
        ("size" = Option<u64>, Query, description = "1 to 100; 20 if absent"),
    ),
    responses((status = 200, description = "A page", body = wire::ItemList))
)]
pub(crate) fn stock(api: &Api) -> Route {
    let at = At::documented::<__path_stock>(api);
    let filter = warp::path!("api" / "v1" / "outlets" / Segment / "stock").and(warp::get()).and(at.call());
    at.serve(filter.then(|outlet: Segment, call: Call| {
        call.answer(async move |call| {
            call.caller()?.as_operator()?;
            list(&outlet, &call).await
        })
    }))
}

async fn list(outlet: &Segment, call: &Call) -> Result<Response, Problem> {
    call.caller()?;
    let outlet: OutletId = outlet.name("outlet")?;
    let (query, name) = {
        let checks = Checks::default();
        let params = Params::read(&call.query, &["q", "cursor", "limit", "page", "size"], &checks);
        let q = params.get("q").map(str::to_owned);
        let name = format!("items;{outlet};{q:?}");
        let paging = listing::paging(&params, &name)?;
        drop(params);
        (StockQuery { outlet, q, paging: checks.finish(paging)? }, name)
    };
    let listed = call.api.engine().stock(query).await?;
    listing::respond(&listed, &name, call.path(), &call.query)
}

/// Get an item
#[utoipa::path(
    get, path = "/api/v1/outlets/{outlet}/items/{item}", tag = "stock", operation_id = "getItem",
    params(("outlet" = String, Path, description = "The outlet"), ("item" = String, Path, description = "The item")),
    responses(
        (status = 200, description = "The item", body = wire::Item),
        (status = 404, description = "Not listed there", body = wire::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) fn item(api: &Api) -> Route {
    let at = At::documented::<__path_item>(api);
    let filter = warp::path!("api" / "v1" / "outlets" / Segment / "items" / Segment).and(warp::get()).and(at.call());
    at.serve(filter.then(|outlet: Segment, item: Segment, call: Call| {
        call.answer(async move |call| {
            call.caller()?;
            let (outlet, item) = (outlet.name("outlet")?, item.name("item")?);
            reply::json(StatusCode::OK, &call.api.engine().stock_item(&outlet, &item).await?)
        })
    }))
}

/// List an item, or change what is listed
///
/// By an operator. Stock comes by receiving it.
#[utoipa::path(
    put, path = "/api/v1/outlets/{outlet}/items/{item}", tag = "stock", operation_id = "putItem",
    params(("outlet" = String, Path, description = "The outlet"), ("item" = String, Path, description = "The item")),
    request_body = wire::ListItem,
    responses((status = 200, description = "The item", body = wire::Item))
)]
pub(crate) fn put_item(api: &Api) -> Route {
    let at = At::documented::<__path_put_item>(api);
    let filter = warp::path!("api" / "v1" / "outlets" / Segment / "items" / Segment).and(warp::put()).and(at.call());
    at.serve(filter.then(|outlet: Segment, item: Segment, call: Call| {
        call.answer(async move |call| put(&outlet, &item, &call).await)
    }))
}

async fn put(outlet: &Segment, item: &Segment, call: &Call) -> Result<Response, Problem> {
    let by = call.caller()?.as_operator()?;
    let (outlet, item): (OutletId, ItemId) = (outlet.name("outlet")?, item.name("item")?);
    let listing = {
        let body = call.json()?;
        let checks = Checks::default();
        let read = Object::root(&body, &checks).and_then(|object| {
            object.only(&["name", "price", "forSale", "threshold"]);
            let name = object.required("name", object.text("name"), "\"Kettle\"");
            let price = object.required("price", object.money("price", 0), "{\"amount\": 1999, \"currency\": \"EUR\"}");
            let for_sale = object.boolean("forSale").unwrap_or(true);
            let threshold = object.integer("threshold", 0, MOST).unwrap_or_default().unsigned_abs();
            Some(ItemListed { outlet, item, name: name?.into(), price: price?, for_sale, threshold })
        });
        checks.finish(read)?
    };
    shown(&call.api.engine().list_item(listing, &by, None).await?)
}

fn shown(item: &Item) -> Result<Response, Problem> {
    reply::json(StatusCode::OK, &StockView::of(item).ok_or_else(Problem::not_found)?)
}

/// Receive pieces of an item
#[utoipa::path(
    post, path = "/api/v1/outlets/{outlet}/stock/{item}/receive", tag = "stock", operation_id = "receiveStock",
    params(("outlet" = String, Path, description = "The outlet"), ("item" = String, Path, description = "The item"), ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters")),
    request_body = wire::Receive,
    responses(
        (status = 200, description = "The item", body = wire::Item),
        (status = 404, description = "Not listed there", body = wire::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) fn receive(api: &Api) -> Route {
    let at = At::documented::<__path_receive>(api);
    let filter = warp::path!("api" / "v1" / "outlets" / Segment / "stock" / Segment / "receive")
        .and(warp::post())
        .and(at.call());
    at.serve(filter.then(|outlet: Segment, item: Segment, call: Call| {
        call.answer(async move |call| received(&outlet, &item, &call).await)
    }))
}

async fn received(outlet: &Segment, item: &Segment, call: &Call) -> Result<Response, Problem> {
    let by = call.caller()?.as_operator()?;
    let place: (OutletId, ItemId) = (outlet.name("outlet")?, item.name("item")?);
    let (quantity, reference, key) = {
        let body = call.json()?;
        let checks = Checks::default();
        let key = call.key(&body, &checks);
        let read = Object::root(&body, &checks).and_then(|object| {
            object.only(&["quantity", "reference"]);
            let reference = object.text("reference");
            let quantity = object.required("quantity", object.integer("quantity", 1, MOST), "10")?;
            Some((quantity.unsigned_abs(), reference))
        });
        let (quantity, reference) = checks.finish(read)?;
        (quantity, reference, key)
    };
    shown(&call.api.engine().receive_stock((&place.0, &place.1), quantity, reference, &by, key.as_ref()).await?)
}

/// Correct the count of an item
#[utoipa::path(
    post, path = "/api/v1/outlets/{outlet}/stock/{item}/adjust", tag = "stock", operation_id = "adjustStock",
    params(("outlet" = String, Path, description = "The outlet"), ("item" = String, Path, description = "The item"), ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters")),
    request_body = wire::Adjust,
    responses(
        (status = 200, description = "The item", body = wire::Item),
        (status = 409, description = "Fewer than are held for orders", body = wire::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) fn adjust(api: &Api) -> Route {
    let at = At::documented::<__path_adjust>(api);
    let filter =
        warp::path!("api" / "v1" / "outlets" / Segment / "stock" / Segment / "adjust").and(warp::post()).and(at.call());
    at.serve(filter.then(|outlet: Segment, item: Segment, call: Call| {
        call.answer(async move |call| adjusted(&outlet, &item, &call).await)
    }))
}

async fn adjusted(outlet: &Segment, item: &Segment, call: &Call) -> Result<Response, Problem> {
    let by = call.caller()?.as_operator()?;
    let place: (OutletId, ItemId) = (outlet.name("outlet")?, item.name("item")?);
    let (on_hand, reason, key) = {
        let body = call.json()?;
        let checks = Checks::default();
        let key = call.key(&body, &checks);
        let read = Object::root(&body, &checks).and_then(|object| {
            object.only(&["onHand", "reason"]);
            let on_hand = object.required("onHand", object.integer("onHand", 0, MOST), "10");
            let reason = object.required("reason", object.text("reason"), "\"count\"");
            Some((on_hand?.unsigned_abs(), reason?))
        });
        let (on_hand, reason) = checks.finish(read)?;
        (on_hand, reason, key)
    };
    shown(&call.api.engine().adjust_stock((&place.0, &place.1), on_hand, &reason, &by, key.as_ref()).await?)
}
