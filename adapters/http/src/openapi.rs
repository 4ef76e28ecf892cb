//! The OpenAPI document, made of what stands at the routes and the wire types.

use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, Ref};
use utoipa::{Modify, OpenApi};

use crate::routes::orders::{afterwards, cancel, events, list, place, show};
use crate::routes::{admin, docs, instruments, ops, stock};
use crate::wire;

/// OpenAPI 3.1.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "OrderFlow",
        description = "Takes an order exactly once, carries it out step by step, undoes what has to be undone, and can tell at any time what happened \
                       and why.\n\nJSON in camelCase; times in UTC (RFC 3339); amounts of money in minor units; prices and quantities of trades as decimal \
                       strings. Every error has the body `ProblemBody`; a request that can't be accepted names all that is wrong with it in `errors`."
    ),
    tags(
        (name = "orders", description = "Purchases and trades"),
        (name = "instruments", description = "What is traded on the built-in venue"),
        (name = "stock", description = "What outlets sell"),
        (name = "admin", description = "For operators"),
        (name = "operations", description = "For those who run the process"),
    ),
    paths(
        place::route, list::route, show::route, cancel::route, events::route,
        afterwards::rating, afterwards::refunds, afterwards::notes,
        instruments::list, instruments::create, instruments::one, instruments::halt, instruments::resume, instruments::book, instruments::trades,
        stock::items, stock::stock, stock::item, stock::put_item, stock::receive, stock::adjust,
        admin::dead_letters, admin::dead_letter, admin::redrive, admin::discard,
        admin::reactors, admin::pause, admin::resume, admin::retry, admin::skip, admin::resolve,
        ops::livez, ops::readyz, ops::metrics, ops::version, docs::openapi,
    ),
    components(schemas(wire::PlaceOrder, wire::ProblemBody)),
    modifiers(&Bearer, &Problems),
    security((), ("bearer" = []))
)]
struct Document;

/// A token says who asks; in `dev` none is needed.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        openapi.components.get_or_insert_default().add_security_scheme("bearer", scheme);
    }
}

/// Every operation of the API can be refused in ways that have nothing to do with it: no token, too busy, a store that is away.
struct Problems;

impl Modify for Problems {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let items = openapi.paths.paths.iter_mut().filter(|(path, _)| path.starts_with("/api/"));
        for (_, item) in items {
            let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete];
            for operation in operations.into_iter().flatten() {
                let content = Content::new(Some(Ref::from_schema_name("ProblemBody")));
                let refused =
                    ResponseBuilder::new().description("Refused").content("application/problem+json", content);
                operation.responses.responses.insert("default".to_owned(), refused.build().into());
            }
        }
    }
}
