//! The routes: one file per resource, one function per route.
//!
//! A route is its path, then its method, then its handler, boxed. Handlers answer with a response or a [`Problem`](crate::Problem); warp's own
//! rejections only ever mean "another route", and what no route takes ends in [`fallback`].

pub(crate) mod admin;
pub(crate) mod docs;
mod fallback;
pub(crate) mod instruments;
pub(crate) mod ops;
pub(crate) mod orders;
mod simulator;
pub(crate) mod stock;

pub use orders::OrderDefaults;

use std::sync::Arc;

use utoipa::openapi::path::HttpMethod;
use warp::Filter;
use warp::filters::BoxedFilter;
use warp::reply::Response;

use crate::api::Api;
use crate::call::{Call, call};
use crate::measure::Measure;

/// One route: what it is documented as, and the filter that serves it.
pub(crate) struct Route {
    method: &'static str,
    path: String,
    filter: BoxedFilter<(Response,)>,
}

/// A route under construction: its method and path come from its documentation, so the two can't differ.
pub(crate) struct At {
    api: Api,
    method: &'static str,
    path: String,
    measure: Arc<Measure>,
}

impl At {
    /// The route that `D` documents.
    pub(crate) fn documented<D: utoipa::Path>(api: &Api) -> Self {
        Self::new(api, D::methods().first().map_or("GET", method_name), &D::path())
    }

    /// A route that is not part of the documented interface.
    pub(crate) fn new(api: &Api, method: &'static str, path: &str) -> Self {
        let measure = Arc::new(Measure::new(method, path));
        Self { api: api.clone(), method, path: path.to_owned(), measure }
    }

    /// The request, as handlers take it.
    pub(crate) fn call(
        &self,
    ) -> impl Filter<Extract = (Call,), Error = warp::Rejection> + Clone + Send + Sync + 'static {
        call(&self.api, &self.measure)
    }

    /// The finished route.
    pub(crate) fn serve<F>(self, filter: F) -> Route
    where
        F: Filter<Extract = (Response,), Error = warp::Rejection> + Send + Sync + 'static,
    {
        Route { method: self.method, path: self.path, filter: filter.boxed() }
    }
}

fn method_name(method: &HttpMethod) -> &'static str {
    match method {
        HttpMethod::Post => "POST",
        HttpMethod::Put => "PUT",
        HttpMethod::Delete => "DELETE",
        HttpMethod::Patch => "PATCH",
        HttpMethod::Head => "HEAD",
        HttpMethod::Options => "OPTIONS",
        HttpMethod::Trace => "TRACE",
        HttpMethod::Get => "GET",
    }
}

/// Routes whose paths begin alike, so that a request of another group passes them all at once.
pub(crate) struct Group {
    prefix: &'static str,
    pub(crate) routes: Vec<Route>,
}

/// All routes, the busiest first: warp tries them in this order.
pub(crate) fn all(api: &Api) -> Vec<Group> {
    let group = |prefix, routes| Group { prefix, routes };
    vec![
        group("api/v1/orders", orders::routes(api)),
        group("api/v1/instruments", instruments::routes(api)),
        group("api/v1/outlets/", stock::routes(api)),
        group("api/v1/admin/", admin::routes(api)),
        group("", ops::routes(api)),
        group("", docs::routes(api)),
        group("", simulator::routes(api)),
    ]
}

/// All routes as one filter that answers every request.
#[must_use]
pub fn routes(api: &Api) -> BoxedFilter<(Response,)> {
    serve(api, all(api))
}

/// Health, metrics and version alone: for a process that carries orders out and takes none.
#[must_use]
pub fn operations(api: &Api) -> BoxedFilter<(Response,)> {
    serve(api, vec![Group { prefix: "", routes: ops::routes(api) }])
}

fn serve(api: &Api, groups: Vec<Group>) -> BoxedFilter<(Response,)> {
    crate::measure::describe();
    let known = groups.iter().flat_map(|group| &group.routes).map(|route| (route.method, route.path.clone())).collect();
    let last = fallback::route(api, known);
    groups.into_iter().rev().fold(last, |rest, group| match join(group) {
        Some(group) => group.or(rest).unify().boxed(),
        None => rest,
    })
}

/// From the last to the first, so that the first route is found at once and not at the bottom of a tower of boxes.
fn join(group: Group) -> Option<BoxedFilter<(Response,)>> {
    let filters = group.routes.into_iter().map(|route| route.filter);
    let joined = filters.rev().reduce(|rest, route| route.or(rest).unify().boxed())?;
    Some(if group.prefix.is_empty() { joined } else { begins(group.prefix).and(joined).boxed() })
}

/// Lets requests pass whose path begins so.
fn begins(prefix: &'static str) -> impl Filter<Extract = (), Error = warp::Rejection> + Clone + Send + Sync + 'static {
    let check = move |path: warp::path::Peek| {
        std::future::ready(if path.as_str().starts_with(prefix) { Ok(()) } else { Err(warp::reject::not_found()) })
    };
    warp::path::peek().and_then(check).untuple_one()
}
