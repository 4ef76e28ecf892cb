//! Rebuilding a view while it serves.

use orderflow_domain::ports::ViewError;
use orderflow_domain::shared::Position;

use super::{Factory, VIEW, commit, document, filled, puts};

/// And only then; it takes the place of the live one with all that belongs to it.
pub async fn a_twin_is_swapped_in_when_it_has_caught_up(factory: &dyn Factory) {
    let (old, new) = (document("old", None, None, &["x"]), document("new", None, None, &["x"]));
    let store = filled(factory, &[old]).await;
    store.commit(&VIEW, commit(1, 5, vec![])).await.expect("committed");
    assert_eq!(store.swap_twin(&VIEW).await, Ok(false), "there is no twin");
    store.begin_twin(&VIEW).await.expect("begun");
    store.commit_twin(&VIEW, commit(0, 3, puts(std::slice::from_ref(&new)))).await.expect("committed");
    assert_eq!(store.swap_twin(&VIEW).await, Ok(false), "it lags");
    let moved = store.commit_twin(&VIEW, commit(0, 5, vec![])).await;
    assert_eq!(moved, Err(ViewError::CheckpointMoved { actual: Position(3) }));
    store.commit_twin(&VIEW, commit(3, 5, vec![])).await.expect("committed");
    assert_eq!(store.swap_twin(&VIEW).await, Ok(true));
    assert_eq!(store.get(&VIEW, "old").await, Ok(None));
    assert_eq!(store.get(&VIEW, "new").await, Ok(Some(new)));
    assert_eq!(store.count(&VIEW, &[]).await, Ok(1));
    store.commit(&VIEW, commit(5, 6, vec![])).await.expect("it goes on from its checkpoint");
    assert_eq!(store.swap_twin(&VIEW).await, Ok(false), "it is spent");
    assert!(matches!(store.commit_twin(&VIEW, commit(0, 1, vec![])).await, Err(ViewError::Malformed(_))));
}

/// The live view serves and goes on meanwhile; a rebuild that starts over begins empty.
pub async fn a_twin_is_not_seen_before_its_swap(factory: &dyn Factory) {
    let (live, twin) = (document("live", None, None, &["x"]), document("twin", None, None, &["x"]));
    let store = filled(factory, std::slice::from_ref(&live)).await;
    store.begin_twin(&VIEW).await.expect("begun");
    store.commit_twin(&VIEW, commit(0, 1, puts(std::slice::from_ref(&twin)))).await.expect("committed");
    assert_eq!(store.get(&VIEW, "twin").await, Ok(None));
    assert_eq!(store.count(&VIEW, &[]).await, Ok(1));
    store.commit(&VIEW, commit(1, 2, puts(std::slice::from_ref(&live)))).await.expect("committed");
    store.begin_twin(&VIEW).await.expect("begun anew");
    store.commit_twin(&VIEW, commit(0, 2, puts(std::slice::from_ref(&live)))).await.expect("committed");
    assert_eq!(store.swap_twin(&VIEW).await, Ok(true));
    assert_eq!(store.get(&VIEW, "twin").await, Ok(None));
    assert_eq!(store.get(&VIEW, "live").await, Ok(Some(live)));
}
