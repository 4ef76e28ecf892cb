//! Idempotency keys.

use futures_util::future::join_all;
use orderflow_domain::ports::{ClaimKey, CommitError};
use orderflow_domain::shared::Version;

use super::Factory;
use crate::samples::{append, claim_key, place, whole_log};

/// The same key and the same request: one order, and everyone is told which.
pub async fn the_same_request_gets_the_first_receipt(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let first = place("key-1", 1);
    let receipt = first.claim.clone().expect("a claim").receipt;
    store.commit(first).await.expect("committed");
    assert_eq!(store.commit(place("key-1", 1)).await.expect_err("taken"), CommitError::AlreadyClaimed(receipt.clone()));
    assert_eq!(store.claim(&claim_key("key-1")).await, Ok(Some(([1; 32], receipt))));
    assert_eq!(store.claim(&claim_key("key-2")).await, Ok(None));
    assert_eq!(whole_log(&store).await.len(), 1);
}

/// The same key with another body is no repetition.
pub async fn another_request_under_the_key_is_a_mismatch(factory: &dyn Factory) {
    let store = factory.fresh().await;
    store.commit(place("key-1", 1)).await.expect("committed");
    assert_eq!(store.commit(place("key-1", 2)).await.expect_err("refused"), CommitError::ClaimMismatch);
    assert_eq!(whole_log(&store).await.len(), 1);
}

/// Keys of different clients and operations do not meet.
pub async fn principal_and_operation_are_part_of_the_key(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let mut other_principal = place("key-1", 2);
    let mut other_operation = place("key-1", 3);
    let claim = |unit: &mut orderflow_domain::ports::UnitOfWork, change: &dyn Fn(&mut ClaimKey)| {
        change(&mut unit.claim.as_mut().expect("a claim").key);
    };
    claim(&mut other_principal, &|key| key.principal = "customer:0191".into());
    claim(&mut other_operation, &|key| key.operation = "cancel/0190".into());
    for unit in [place("key-1", 1), other_principal, other_operation] {
        store.commit(unit).await.expect("another claim");
    }
}

/// A request that was refused may be sent again, mended, under its key.
pub async fn a_refused_unit_leaves_no_claim(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let mut unit = place("key-1", 1);
    unit.expect[0].1 = Version(4);
    assert!(matches!(store.commit(unit).await, Err(CommitError::Conflict { .. })));
    assert_eq!(store.claim(&claim_key("key-1")).await, Ok(None));
    store.commit(place("key-1", 2)).await.expect("the key is free");
}

/// An audit and a copy see every claim once, page by page.
pub async fn claims_are_listed_in_the_order_of_their_keys(factory: &dyn Factory) {
    let store = factory.fresh().await;
    for key in ["key-2", "key-10", "key-1"] {
        store.commit(place(key, 1)).await.expect("committed");
    }
    let mut other = place("key-1", 1);
    other.claim.as_mut().expect("a claim").key.operation = "cancel/0190".into();
    store.commit(other).await.expect("committed");
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = store.claims(after.as_ref(), 3).await.expect("listed");
        assert!(page.len() <= 3);
        let Some((last, _)) = page.last() else { break };
        after = Some(last.clone());
        seen.extend(page);
    }
    assert_eq!(seen.len(), 4);
    assert!(seen.is_sorted_by(|(a, _), (b, _)| a < b));
    for (key, receipt) in seen {
        assert_eq!(store.claim(&key).await.expect("read").map(|(_, receipt)| receipt), Some(receipt));
    }
}

/// Whoever repeats a request is told that it took effect, although the stream has moved on since.
pub async fn a_claim_speaks_before_a_conflict(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let first = place("key-1", 1);
    let stream = first.expect[0].0.clone();
    store.commit(first).await.expect("committed");
    store.commit(append(&stream, 1, 3)).await.expect("committed");
    let mut again = append(&stream, 1, 1);
    again.claim = place("key-1", 1).claim;
    assert!(matches!(store.commit(again).await, Err(CommitError::AlreadyClaimed(receipt)) if receipt.stream == stream));
}

/// A client that sends the same request on many connections places one order.
pub async fn one_of_many_at_once_takes_the_claim(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let answers = join_all((0..64).map(|_| store.commit(place("key-1", 1)))).await;
    let committed: Vec<_> = answers.iter().flatten().collect();
    assert_eq!(committed.len(), 1);
    let stream = &committed[0].events[0].envelope.stream;
    for refused in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        assert!(matches!(refused, CommitError::AlreadyClaimed(receipt) if receipt.stream == *stream), "{refused}");
    }
    assert_eq!(whole_log(&store).await.len(), 1);
}
