//! Writing documents with their checkpoint.

use orderflow_domain::ports::{
    Checkpoint, DocumentChange, FieldKind, FieldSpec, Filter, IndexValue, Order, Query, ViewError, ViewSpec,
};
use orderflow_domain::shared::{EventId, Position};
use uuid::Uuid;

use super::{Factory, VIEW, commit, document, filled, puts};

/// The last state of a document counts, whole.
pub async fn documents_are_put_and_removed(factory: &dyn Factory) {
    let (one, other) = (document("a", Some("NEW"), Some(1), &["x", "y"]), document("b", None, None, &[]));
    let store = filled(factory, &[one.clone(), other.clone()]).await;
    assert_eq!(store.get(&VIEW, "a").await, Ok(Some(one)));
    assert_eq!(store.get(&VIEW, "b").await, Ok(Some(other)));
    assert_eq!(store.get(&VIEW, "c").await, Ok(None));
    let changed = document("a", Some("EXECUTED"), None, &["z"]);
    let changes = vec![
        DocumentChange::Put(changed.clone()),
        DocumentChange::Remove("b".into()),
        DocumentChange::Remove("c".into()),
    ];
    store.commit(&VIEW, commit(1, 2, changes)).await.expect("committed");
    assert_eq!(store.get(&VIEW, "a").await, Ok(Some(changed)));
    assert_eq!(store.get(&VIEW, "b").await, Ok(None));
    assert_eq!(store.count(&VIEW, &[]).await, Ok(1));
    let begins = |with: &str| [Filter::Begins { field: "words", with: with.into() }];
    assert_eq!(store.count(&VIEW, &begins("x")).await, Ok(0), "terms go with their document");
    assert_eq!(store.count(&VIEW, &begins("z")).await, Ok(1));
}

/// A range of the log is shown once.
pub async fn the_checkpoint_guards_every_write(factory: &dyn Factory) {
    let store = factory.fresh().await;
    store.prepare(&VIEW).await.expect("prepared");
    assert_eq!(store.checkpoint(&VIEW).await, Ok(None));
    store.commit(&VIEW, commit(0, 5, vec![])).await.expect("committed");
    let at = Checkpoint { position: Position(5), event: EventId(Uuid::from_u128(5)) };
    assert_eq!(store.checkpoint(&VIEW).await, Ok(Some(at)));
    let late = commit(0, 7, puts(&[document("a", None, None, &[])]));
    assert_eq!(store.commit(&VIEW, late).await, Err(ViewError::CheckpointMoved { actual: Position(5) }));
    assert_eq!(store.get(&VIEW, "a").await, Ok(None));
    store.prepare(&VIEW).await.expect("prepared again");
    assert_eq!(store.checkpoint(&VIEW).await, Ok(Some(at)), "preparing a view that is there changes nothing");
}

/// A view of another form is rebuilt from the start of the log.
pub async fn another_version_starts_empty(factory: &dyn Factory) {
    let store = filled(factory, &[document("a", None, None, &["x"])]).await;
    const NEXT: ViewSpec =
        ViewSpec { version: 2, fields: &[FieldSpec { name: "total", kind: FieldKind::Number }], ..VIEW };
    store.prepare(&NEXT).await.expect("prepared");
    assert_eq!(store.checkpoint(&NEXT).await, Ok(None));
    assert_eq!(store.count(&NEXT, &[]).await, Ok(0));
    let mut new = document("a", None, None, &[]);
    new.fields = vec![IndexValue::Number(7)];
    store.commit(&NEXT, commit(0, 9, puts(std::slice::from_ref(&new)))).await.expect("committed");
    assert_eq!(store.get(&NEXT, "a").await, Ok(Some(new)));
}

/// Defects of the caller are told apart, and write nothing.
pub async fn what_was_not_declared_is_malformed(factory: &dyn Factory) {
    let store = filled(factory, &[document("a", None, Some(1), &[])]).await;
    let malformed =
        |answer: Result<_, ViewError>| assert!(matches!(answer, Err(ViewError::Malformed(_))), "{answer:?}");
    let mut wrong = document("b", None, None, &[]);
    wrong.fields[0] = IndexValue::Number(1);
    let mut short = document("b", None, None, &[]);
    short.fields.pop();
    for document in [wrong, short] {
        malformed(store.commit(&VIEW, commit(1, 2, puts(&[document]))).await);
    }
    let query =
        |filters, field| Query { filters, order: Order { field, descending: false }, limit: 1, ..Query::default() };
    for query in [
        query(vec![Filter::Between { field: "nothing", from: None, to: None }], None),
        query(vec![Filter::Between { field: "status", from: None, to: None }], None),
        query(vec![Filter::Begins { field: "status", with: "x".into() }], None),
        query(vec![], Some("nothing")),
        query(vec![], Some("words")),
    ] {
        malformed(store.query(&VIEW, &query).await.map(|_| ()));
    }
    malformed(store.prepare(&ViewSpec { name: "orders; DROP TABLE x", ..VIEW }).await);
    malformed(store.checkpoint(&ViewSpec { name: "never_prepared", ..VIEW }).await.map(|_| ()));
    assert_eq!(store.count(&VIEW, &[]).await, Ok(1));
}

/// A restart does not rebuild.
pub async fn views_are_there_after_reopening(factory: &dyn Factory) {
    let kept = document("a", Some("NEW"), Some(1), &["x"]);
    let store = filled(factory, std::slice::from_ref(&kept)).await;
    let store = factory.reopen(store).await;
    store.prepare(&VIEW).await.expect("prepared");
    assert_eq!(store.get(&VIEW, "a").await, Ok(Some(kept)));
    assert_eq!(store.checkpoint(&VIEW).await.expect("read").map(|at| at.position), Some(Position(1)));
}
