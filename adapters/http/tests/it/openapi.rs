use serde_json::Value;

use crate::world::with_world;

#[test]
fn the_document_is_as_reviewed() {
    insta::assert_json_snapshot!(orderflow_http::document());
}

#[test]
fn everything_documented_is_served() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let document: Value = client.get("/openapi.json").await.json();
        for (pattern, operations) in document["paths"].as_object().unwrap() {
            let path = pattern.replace("{id}", "x").replace("{order}", "x");
            let path = path
                .split('/')
                .map(|part| if part.starts_with('{') { "x" } else { part })
                .collect::<Vec<_>>()
                .join("/");
            // TRACE exists nowhere, so the answer lists what does.
            let answer = client.request("TRACE", &path, &[], "").await;
            answer.problem(405, "METHOD_NOT_ALLOWED");
            let allowed: Vec<_> =
                answer.header("allow").unwrap().split(", ").filter(|method| *method != "HEAD").collect();
            let mut documented: Vec<_> =
                operations.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
            documented.sort_unstable();
            assert_eq!(allowed, documented, "{pattern}");
            for method in documented {
                let answer = client.request(&method, &path, &[], "").await;
                assert_ne!(answer.status, 405, "{method} {pattern}");
                if answer.status == 404 {
                    assert_ne!(path, *pattern, "{method} {pattern} is not served");
                }
            }
        }
    });
}

/// References that lead nowhere make the document useless to generators.
#[test]
fn every_reference_leads_somewhere() {
    let document = serde_json::to_value(orderflow_http::document()).unwrap();
    let mut stack = vec![&document];
    while let Some(value) = stack.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(reference)) = fields.get("$ref") {
                    let target = document.pointer(reference.strip_prefix('#').unwrap());
                    assert!(target.is_some(), "{reference}");
                }
                stack.extend(fields.values());
            }
            Value::Array(values) => stack.extend(values),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}
