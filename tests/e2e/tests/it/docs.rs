//! /openapi.json and /docs

use std::collections::BTreeSet;

use serde_json::Value;

use crate::world::client;

#[tokio::test]
async fn the_document_is_complete_and_points_nowhere_else() {
    let document = client().get("/openapi.json").await.expect(200).json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."), "{}", document["openapi"]);
    let mut operations = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operations.insert(operation["operationId"].as_str().unwrap().to_owned()), "{method} {path}");
            assert!(!operation["responses"].as_object().unwrap().is_empty(), "{method} {path}");
            let named: BTreeSet<_> =
                path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
            let given = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
            let given = given.iter().filter(|it| it["in"] == "path").filter_map(|it| it["name"].as_str()).collect();
            assert_eq!(named, given, "{method} {path}");
        }
    }
    let mut references = Vec::new();
    collect(&document, &mut references);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} is elsewhere"));
        assert!(document.pointer(pointer).is_some(), "{reference} is not there");
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            references.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| collect(value, references));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, references)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Everything that these tests ask for is documented, and everything that is documented is served.
#[tokio::test]
async fn what_is_documented_is_served() {
    let client = client();
    let document = client.get("/openapi.json").await.expect(200).json();
    for expected in [
        "POST /api/v1/orders",
        "GET /api/v1/orders",
        "GET /api/v1/orders/{id}",
        "POST /api/v1/orders/{id}/cancel",
        "GET /api/v1/orders/{id}/events",
        "POST /api/v1/orders/{id}/rating",
        "POST /api/v1/orders/{id}/refunds",
        "POST /api/v1/orders/{id}/notes",
        "GET /api/v1/outlets/{outlet}/items",
        "PUT /api/v1/outlets/{outlet}/items/{item}",
        "POST /api/v1/outlets/{outlet}/stock/{item}/receive",
        "POST /api/v1/outlets/{outlet}/stock/{item}/adjust",
        "GET /api/v1/instruments/{symbol}/book",
        "GET /api/v1/instruments/{symbol}/trades",
        "POST /api/v1/admin/reactors/{name}/pause",
        "GET /api/v1/admin/dead-letters",
        "POST /api/v1/admin/steps/{order}/{step}/resolve",
        "GET /metrics",
    ] {
        let (method, path) = expected.split_once(' ').unwrap();
        assert!(document["paths"][path][method.to_lowercase()].is_object(), "{expected} is not documented");
    }
    for (path, item) in document["paths"].as_object().unwrap() {
        let parts: Vec<_> = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect();
        // TRACE has no route, so the answer names the methods that do.
        let answer = client.request("TRACE", &parts.join("/")).send().await.expect(405);
        let allowed: Vec<_> = answer.header("allow").unwrap().split(", ").collect();
        for method in item.as_object().unwrap().keys() {
            assert!(allowed.contains(&method.to_uppercase().as_str()), "{method} {path}: {allowed:?}");
        }
    }
}

#[tokio::test]
async fn the_documentation_is_a_page_of_this_server() {
    let client = client();
    let moved = client.get("/docs").await.expect(303);
    assert_eq!(moved.header("location"), Some("/docs/"));
    let page = client.get("/docs/").await.expect(200);
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    assert!(!page.text().contains("https://"), "nothing comes from elsewhere: {}", page.text());
    for file in ["swagger-ui-bundle.js", "swagger-ui.css", "swagger-initializer.js"] {
        assert!(page.text().contains(file) && !client.get(&format!("/docs/{file}")).await.expect(200).body.is_empty());
    }
    assert!(client.get("/docs/swagger-initializer.js").await.text().contains("/openapi.json"));
    client.get("/docs/nothing.js").await.problem(404, "NOT_FOUND");
}
