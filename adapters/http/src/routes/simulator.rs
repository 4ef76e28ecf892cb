//! Where a customer of `dev` confirms a payment with `tok_action`: the simulated bank's page. Not there unless the program was built with one.

use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderName};
use orderflow_domain::shared::OrderId;
use warp::Filter;
use warp::reply::Response;

use super::{At, Route};
use crate::api::Api;
use crate::call::{Call, Segment};
use crate::problem::Problem;
use crate::reply;

pub(super) fn routes(api: &Api) -> Vec<Route> {
    if api.confirm().is_some() { vec![page(api), confirm(api)] } else { Vec::new() }
}

fn page(api: &Api) -> Route {
    let at = At::new(api, "GET", "/simulator/confirm/{order}");
    let filter = warp::path!("simulator" / "confirm" / Segment).and(warp::get()).and(at.call());
    at.serve(filter.then(|order: Segment, call: Call| {
        call.answer(async move |_| {
            let order: OrderId = order.uuid("order")?;
            let form = format!(
                "<p>Your order <code>{order}</code> waits for you to confirm its payment.</p>\
                 <form method=\"post\"><button>Confirm the payment</button></form>"
            );
            Ok(html("Simulated bank", &form))
        })
    }))
}

fn confirm(api: &Api) -> Route {
    let at = At::new(api, "POST", "/simulator/confirm/{order}");
    let filter = warp::path!("simulator" / "confirm" / Segment).and(warp::post()).and(at.call());
    at.serve(filter.then(|order: Segment, call: Call| {
        call.answer(async move |call| {
            let order: OrderId = order.uuid("order")?;
            call.api.confirm().ok_or_else(Problem::not_found)?(order);
            Ok(html("Confirmed", "<p>The payment is confirmed. You can close this page.</p>"))
        })
    }))
}

/// `body` is ours: nothing that a client sent is in it but ids that were parsed.
fn html(title: &str, body: &str) -> Response {
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title><h1>{title}</h1>{body}"
    );
    let response = reply::text(StatusCode::OK, "text/html; charset=utf-8", page);
    let response = reply::with(response, CACHE_CONTROL, "no-store");
    reply::with(response, HeaderName::from_static("content-security-policy"), "default-src 'none'; form-action 'self'")
}
