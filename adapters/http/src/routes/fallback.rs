//! What no route takes: a path that is not there, or a method that its path does not have.

use std::sync::Arc;

use warp::Filter;
use warp::filters::BoxedFilter;
use warp::reply::Response;

use super::At;
use crate::api::Api;
use crate::call::Call;
use crate::problem::{Code, Problem};

type Known = Vec<(&'static str, String)>;

/// Answers everything.
pub(super) fn route(api: &Api, known: Known) -> BoxedFilter<(Response,)> {
    let known = Arc::new(known);
    let at = At::new(api, "ANY", "unmatched");
    warp::method()
        .and(at.call())
        .then(move |method: http::Method, call: Call| {
            let known = known.clone();
            call.answer(async move |call| Err(refusal(&known, method.as_str(), call.path())))
        })
        .boxed()
}

fn refusal(known: &Known, method: &str, path: &str) -> Problem {
    let mut methods: Vec<_> =
        known.iter().filter(|(_, pattern)| matches(pattern, path)).map(|(method, _)| *method).collect();
    if methods.is_empty() {
        return Problem::new(Code::NotFound, "nothing has this path; /docs shows what there is");
    }
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.sort_unstable();
    methods.dedup();
    let allow = methods.join(", ");
    Problem::new(Code::MethodNotAllowed, format!("{method} is not possible here; possible are {allow}")).allow(&allow)
}

/// Whether a path is one of a pattern such as `/orders/{id}`.
fn matches(pattern: &str, path: &str) -> bool {
    let (mut left, mut right) = (pattern.split('/'), path.split('/'));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(part), Some(text)) if part == text || (part.starts_with('{') && !text.is_empty()) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_paths() {
        assert!(matches("/orders/{id}", "/orders/7"));
        assert!(matches("/orders", "/orders"));
        for path in ["/orders", "/orders/", "/orders/7/8", "/other/7"] {
            assert!(!matches("/orders/{id}", path), "{path}");
        }
    }

    #[test]
    fn allowed_methods_are_named() {
        let known = vec![("POST", "/orders".to_owned()), ("GET", "/orders".to_owned())];
        let problem = refusal(&known, "PUT", "/orders");
        assert_eq!(
            problem,
            Problem::new(Code::MethodNotAllowed, "PUT is not possible here; possible are GET, HEAD, POST")
                .allow("GET, HEAD, POST")
        );
        assert_eq!(refusal(&known, "GET", "/order").kind(), Code::NotFound);
    }
}
