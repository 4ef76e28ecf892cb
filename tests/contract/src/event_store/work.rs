//! Work rows.

use std::sync::Arc;

use futures_util::future::join_all;
use orderflow_domain::ports::{CommitError, EventStore, UnitOfWork, WorkChange, WorkKey, WorkKind, WorkRow};
use orderflow_domain::shared::{Position, Timestamp};

use super::Factory;
use crate::samples::{append, new_stream, second, work_key};

fn unit(change: WorkChange) -> UnitOfWork {
    UnitOfWork { work: vec![change], ..UnitOfWork::default() }
}

fn put(key: &WorkKey, expected: u64, due: i64, body: &str) -> WorkChange {
    WorkChange::Put { key: key.clone(), expected, due: second(due), body: body.into() }
}

fn set(key: &WorkKey, due: i64, body: &str) -> WorkChange {
    WorkChange::Set { key: key.clone(), due: second(due), body: body.into() }
}

fn row(key: &WorkKey, version: u64, due: i64, body: &str) -> WorkRow {
    WorkRow { key: key.clone(), version, due: second(due), body: body.into() }
}

/// Compare and set; a refused change leaves neither row nor event.
pub async fn rows_are_written_under_their_version(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let key = work_key(WorkKind::Intent, "card", "1");
    assert_eq!(store.work(&key).await, Ok(None));
    store.commit(unit(put(&key, 0, 1, "\"a\""))).await.expect("written");
    assert_eq!(store.work(&key).await, Ok(Some(row(&key, 1, 1, "\"a\""))));
    let mut stale = append(&new_stream(), 0, 1);
    stale.work = vec![put(&key, 0, 2, "\"b\"")];
    assert_eq!(store.commit(stale).await.expect_err("refused"), CommitError::WorkMoved { actual: 1 });
    assert_eq!(store.head().await, Ok(Position::START));
    store.commit(unit(put(&key, 1, 2, "\"b\""))).await.expect("written");
    assert_eq!(store.work(&key).await, Ok(Some(row(&key, 2, 2, "\"b\""))));
    let delete = |expected| unit(WorkChange::Delete { key: key.clone(), expected });
    assert_eq!(store.commit(delete(1)).await.expect_err("refused"), CommitError::WorkMoved { actual: 2 });
    store.commit(delete(2)).await.expect("deleted");
    assert_eq!(store.work(&key).await, Ok(None));
    assert_eq!(store.commit(delete(2)).await.expect_err("refused"), CommitError::WorkMoved { actual: 0 });
}

/// Many want the lease, one gets it; after another took it over, the first one's outcome is refused.
pub async fn a_lease_is_held_by_its_token(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let key = work_key(WorkKind::Intent, "card", "1");
    store.commit(unit(put(&key, 0, 0, "{}"))).await.expect("written");
    let answers = join_all((0..16).map(|_| store.commit(unit(put(&key, 1, 30, "{}"))))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    // The lease (token 2) ran out and was taken over (token 3).
    store.commit(unit(put(&key, 2, 60, "{}"))).await.expect("taken over");
    let outcome = |token| {
        let mut outcome = append(&new_stream(), 0, 1);
        outcome.work = vec![WorkChange::Delete { key: key.clone(), expected: token }];
        outcome
    };
    assert_eq!(store.commit(outcome(2)).await.expect_err("refused"), CommitError::WorkMoved { actual: 3 });
    store.commit(outcome(3)).await.expect("the outcome of whoever holds it");
    assert_eq!(store.head().await, Ok(Position(1)));
}

/// What waits for a person is never due, and is read as it was written.
pub async fn a_row_may_never_be_due(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let key = work_key(WorkKind::Intent, "card", "1");
    let never = WorkChange::Set { key: key.clone(), due: Timestamp::MAX, body: "{}".into() };
    store.commit(unit(never)).await.expect("written");
    let row = WorkRow { key, version: 1, due: Timestamp::MAX, body: "{}".into() };
    assert_eq!(store.work(&row.key).await, Ok(Some(row.clone())));
    assert_eq!(store.work_list(WorkKind::Intent, None, None, 10).await, Ok(vec![row]));
    assert_eq!(store.work_due(WorkKind::Intent, None, second(1_000_000_000), 10).await, Ok(Vec::new()));
}

/// A row that takes the place of one that is gone shares no version with it: whoever still holds a lease on the first has none on the second.
pub async fn a_row_that_is_made_again_begins_above_the_one_before(factory: &dyn Factory) {
    for blindly in [false, true] {
        let store = factory.fresh().await;
        let key = work_key(WorkKind::Intent, "card", "1");
        let make = |due| if blindly { set(&key, due, "{}") } else { put(&key, 0, due, "{}") };
        let version = async || store.work(&key).await.expect("read").map_or(0, |row| row.version);
        let mut asked = append(&new_stream(), 0, 1);
        asked.work = vec![make(0)];
        store.commit(asked).await.expect("written");
        let made = version().await;
        for lease in 0..5 {
            store.commit(unit(put(&key, made + lease, 30, "{}"))).await.expect("leased");
        }
        let mut outcome = append(&new_stream(), 0, 1);
        outcome.work = vec![WorkChange::Delete { key: key.clone(), expected: made + 5 }];
        store.commit(outcome).await.expect("done");
        store.commit(unit(make(0))).await.expect("made again");
        let again = version().await;
        assert!(again > made + 5, "{again} follows {}", made + 5);
        let late = store.commit(unit(WorkChange::Delete { key: key.clone(), expected: made + 5 })).await;
        assert_eq!(late.expect_err("refused"), CommitError::WorkMoved { actual: again });
    }
}

/// Timers have one owner, who need not know what is there.
pub async fn rows_are_written_over_whatever_is_there(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let key = work_key(WorkKind::Timer, "order", "1/Ship");
    store.commit(unit(set(&key, 1, "1"))).await.expect("written");
    store.commit(unit(set(&key, 2, "2"))).await.expect("written");
    assert_eq!(store.work(&key).await, Ok(Some(row(&key, 2, 2, "2"))));
    for _ in 0..2 {
        store.commit(unit(WorkChange::Clear { key: key.clone() })).await.expect("gone, or was");
        assert_eq!(store.work(&key).await, Ok(None));
    }
    // Versions are counted on, whether a row was written blindly or not.
    store.commit(unit(set(&key, 3, "3"))).await.expect("written");
    let blindly = join_all((0..20).map(|n| store.commit(unit(set(&key, n, "4"))))).await;
    assert!(blindly.iter().all(Result::is_ok));
    store.commit(unit(put(&key, 21, 5, "5"))).await.expect("the version is known");
    assert_eq!(store.work(&key).await, Ok(Some(row(&key, 22, 5, "5"))));
}

async fn fill(store: &Arc<dyn EventStore>) {
    let rows = [("card", "a", 5), ("card", "b", 3), ("wallet", "a", 4), ("card", "c", 9), ("cash", "z", 1)];
    for (group, id, due) in rows {
        store.commit(unit(put(&work_key(WorkKind::Intent, group, id), 0, due, "{}"))).await.expect("written");
    }
    store.commit(unit(set(&work_key(WorkKind::Timer, "card", "t"), 0, "{}"))).await.expect("written");
}

fn names(rows: &[WorkRow]) -> Vec<String> {
    rows.iter().map(|row| format!("{}/{}", row.key.group, row.key.id)).collect()
}

/// What waits longest is done first; what is not due is not seen.
pub async fn due_rows_come_longest_due_first(factory: &dyn Factory) {
    let store = factory.fresh().await;
    fill(&store).await;
    let due = async |group, at, limit| {
        names(&store.work_due(WorkKind::Intent, group, second(at), limit).await.expect("read"))
    };
    assert_eq!(due(None, 5, 10).await, ["cash/z", "card/b", "wallet/a", "card/a"]);
    assert_eq!(due(Some("card"), 5, 10).await, ["card/b", "card/a"]);
    assert_eq!(due(None, 100, 2).await, ["cash/z", "card/b"]);
    assert!(due(Some("none"), 100, 10).await.is_empty());
}

/// Pages of a list follow each other without a gap.
pub async fn rows_are_listed_in_the_order_of_their_keys(factory: &dyn Factory) {
    let store = factory.fresh().await;
    fill(&store).await;
    let list = async |group, after: Option<&WorkKey>, limit| {
        store.work_list(WorkKind::Intent, group, after, limit).await.expect("read")
    };
    let all = list(None, None, 10).await;
    assert_eq!(names(&all), ["card/a", "card/b", "card/c", "cash/z", "wallet/a"]);
    assert_eq!(names(&list(Some("card"), None, 10).await), ["card/a", "card/b", "card/c"]);
    let mut paged = Vec::new();
    while let page @ [_, ..] = list(None, paged.last().map(|row: &WorkRow| &row.key), 2).await.as_slice() {
        paged.extend_from_slice(page);
    }
    assert_eq!(paged, all);
    assert_eq!(names(&list(Some("card"), Some(&all[0].key), 1).await), ["card/b"]);
}
