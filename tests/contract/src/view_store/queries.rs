//! Finding documents.

use std::sync::Arc;

use orderflow_domain::ports::{Document, Filter, IndexValue, Order, Page, Query, ViewStore};

use super::{Factory, VIEW, document, filled};

fn keys(page: &Page) -> Vec<&str> {
    page.documents.iter().map(|document| &*document.key).collect()
}

async fn found(store: &Arc<dyn ViewStore>, filters: Vec<Filter>) -> Vec<String> {
    let count = store.count(&VIEW, &filters).await.expect("counted");
    let page = store.query(&VIEW, &Query { filters, limit: 100, ..Query::default() }).await.expect("found");
    assert_eq!(count, page.documents.len() as u64);
    assert_eq!(page.next, None);
    keys(&page).into_iter().map(str::to_owned).collect()
}

fn text(value: &str) -> IndexValue {
    IndexValue::Text(value.into())
}

/// All conditions hold for each document found; an absent value meets none but its own.
pub async fn filters_hold_together(factory: &dyn Factory) {
    let documents = [
        document("a", Some("NEW"), Some(10), &[]),
        document("b", Some("EXECUTED"), Some(20), &[]),
        document("c", Some("EXECUTED"), None, &[]),
        document("d", None, Some(30), &[]),
    ];
    let store = filled(factory, &documents).await;
    let status = |values: &[IndexValue]| Filter::OneOf { field: "status", values: values.to_vec() };
    let placed = |from, to| Filter::Between { field: "placed_at", from, to };
    assert_eq!(found(&store, vec![]).await, ["a", "b", "c", "d"]);
    assert_eq!(found(&store, vec![status(&[text("EXECUTED")])]).await, ["b", "c"]);
    assert_eq!(found(&store, vec![status(&[text("NEW"), text("EXECUTED")])]).await, ["a", "b", "c"]);
    assert_eq!(found(&store, vec![status(&[text("NEW"), IndexValue::None])]).await, ["a", "d"]);
    assert!(found(&store, vec![status(&[])]).await.is_empty());
    assert_eq!(found(&store, vec![placed(Some(10), Some(20))]).await, ["a", "b"]);
    assert_eq!(found(&store, vec![placed(Some(11), None)]).await, ["b", "d"]);
    assert_eq!(found(&store, vec![placed(None, Some(10))]).await, ["a"]);
    assert_eq!(found(&store, vec![placed(None, None)]).await, ["a", "b", "d"]);
    assert_eq!(found(&store, vec![status(&[text("EXECUTED")]), placed(None, Some(99))]).await, ["b"]);
    let number = Filter::OneOf { field: "placed_at", values: vec![IndexValue::Number(30)] };
    assert_eq!(found(&store, vec![number]).await, ["d"]);
}

/// Wildcards of a database mean nothing here.
pub async fn terms_are_found_whole_or_by_their_beginning(factory: &dyn Factory) {
    let documents = [
        document("a", None, None, &["pizza", "pasta"]),
        document("b", None, None, &["piz", "50%_off"]),
        document("c", None, None, &[]),
        document("d", None, None, &["ümlaut", "PIZZA"]),
    ];
    let store = filled(factory, &documents).await;
    let begins = |with: &str| vec![Filter::Begins { field: "words", with: with.into() }];
    let whole = |word: &str| vec![Filter::OneOf { field: "words", values: vec![text(word)] }];
    assert_eq!(found(&store, begins("piz")).await, ["a", "b"]);
    assert_eq!(found(&store, begins("pizz")).await, ["a"]);
    assert_eq!(found(&store, begins("")).await, ["a", "b", "d"]);
    assert_eq!(found(&store, begins("50%")).await, ["b"]);
    assert!(found(&store, begins("p%")).await.is_empty());
    assert!(found(&store, begins("_")).await.is_empty());
    assert_eq!(found(&store, begins("ü")).await, ["d"]);
    assert_eq!(found(&store, whole("piz")).await, ["b"]);
    assert_eq!(found(&store, whole("PIZZA")).await, ["d"]);
    let none = vec![Filter::OneOf { field: "words", values: vec![IndexValue::None] }];
    assert_eq!(found(&store, none).await, ["c"]);
    assert_eq!(found(&store, [begins("pa"), begins("piz")].concat()).await, ["a"]);
}

async fn pages(store: &Arc<dyn ViewStore>, order: Order, limit: usize) -> Vec<String> {
    let (mut after, mut all) = (None, Vec::new());
    loop {
        let query = Query { order: order.clone(), after: after.take(), limit, ..Query::default() };
        let page = store.query(&VIEW, &query).await.expect("found");
        assert!(page.documents.len() == limit || page.next.is_none());
        all.extend(keys(&page).into_iter().map(str::to_owned));
        match page.next {
            Some(next) => after = Some(next),
            None => return all,
        }
    }
}

/// Each document is on one page, whatever is equal or absent.
pub async fn pages_follow_each_other_both_ways(factory: &dyn Factory) {
    let times = [Some(5), None, Some(3), Some(5), None, Some(-1), Some(5), Some(9)];
    let documents: Vec<Document> =
        times.iter().zip('a'..).map(|(time, key)| document(&key.to_string(), Some("NEW"), *time, &[])).collect();
    let store = filled(factory, &documents).await;
    let expected = ["b", "e", "f", "c", "a", "d", "g", "h"];
    let backwards: Vec<_> = expected.iter().rev().copied().collect();
    for limit in 1..=9 {
        let order = |descending| Order { field: Some("placed_at"), descending };
        assert_eq!(pages(&store, order(false), limit).await, expected, "pages of {limit}");
        assert_eq!(pages(&store, order(true), limit).await, backwards, "pages of {limit}");
        let by_status = Order { field: Some("status"), descending: true };
        assert_eq!(pages(&store, by_status, limit).await, ["h", "g", "f", "e", "d", "c", "b", "a"]);
    }
}

/// Without a sort field documents come by key; numbered pages skip.
pub async fn pages_by_key_and_with_skips(factory: &dyn Factory) {
    let documents: Vec<_> = ('a'..='g').map(|key| document(&key.to_string(), None, None, &[])).collect();
    let store = filled(factory, &documents).await;
    assert_eq!(pages(&store, Order::default(), 3).await, ["a", "b", "c", "d", "e", "f", "g"]);
    assert_eq!(pages(&store, Order { field: None, descending: true }, 3).await, ["g", "f", "e", "d", "c", "b", "a"]);
    let page = store.query(&VIEW, &Query { skip: 5, limit: 5, ..Query::default() }).await.expect("found");
    assert_eq!((keys(&page), page.next.clone()), (vec!["f", "g"], None));
    let beyond = store.query(&VIEW, &Query { skip: 50, limit: 5, ..Query::default() }).await.expect("found");
    assert!(beyond.documents.is_empty() && beyond.next.is_none());
}
