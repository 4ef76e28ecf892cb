//! Checkpoints of readers.

use futures_util::future::join_all;
use orderflow_domain::ports::{Checkpoint, CommitError, ReaderId};
use orderflow_domain::shared::{EventId, Position};

use super::Factory;
use crate::samples::{advance, append, id, new_stream, reader, whole_log};

/// Compare and set, per reader and partition.
pub async fn a_checkpoint_moves_from_where_it_stands(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let (inventory, event) = (reader("inventory"), EventId(id()));
    let second = ReaderId { partition: 1, ..inventory.clone() };
    assert_eq!(store.checkpoint(&inventory).await, Ok(None));
    assert_eq!(store.checkpoints().await, Ok(vec![]));
    store.commit(advance(&inventory, 0, 5, event)).await.expect("moved");
    store.commit(advance(&inventory, 5, 9, event)).await.expect("moved");
    store.commit(advance(&second, 0, 2, event)).await.expect("moved");
    let refused = store.commit(advance(&inventory, 5, 12, event)).await.expect_err("refused");
    assert_eq!(refused, CommitError::CheckpointMoved { actual: Position(9) });
    let at = |position| Checkpoint { position: Position(position), event };
    assert_eq!(store.checkpoint(&inventory).await, Ok(Some(at(9))));
    assert_eq!(store.checkpoints().await, Ok(vec![(inventory, at(9)), (second, at(2))]));
}

/// Two processes that believe to be the same reader: each range takes effect once.
pub async fn one_of_many_moves_the_checkpoint(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let inventory = reader("inventory");
    let unit = || {
        let mut unit = append(&new_stream(), 0, 1);
        unit.checkpoint = advance(&inventory, 0, 5, EventId(id())).checkpoint;
        unit
    };
    let answers = join_all((0..32).map(|_| store.commit(unit()))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert_eq!(whole_log(&store).await.len(), 1);
}

/// Effects and checkpoint are one.
pub async fn a_moved_checkpoint_stops_the_whole_unit(factory: &dyn Factory) {
    let store = factory.fresh().await;
    let inventory = reader("inventory");
    store.commit(advance(&inventory, 0, 5, EventId(id()))).await.expect("moved");
    let mut unit = append(&new_stream(), 0, 1);
    unit.checkpoint = advance(&inventory, 0, 5, EventId(id())).checkpoint;
    assert!(matches!(store.commit(unit.clone()).await, Err(CommitError::CheckpointMoved { .. })));
    assert_eq!(store.head().await, Ok(Position::START));
    // Nor does the checkpoint move when the events can't be written.
    let mut conflict = append(&new_stream(), 3, 1);
    conflict.checkpoint = advance(&inventory, 5, 6, EventId(id())).checkpoint;
    assert!(matches!(store.commit(conflict).await, Err(CommitError::Conflict { .. })));
    let at = store.checkpoint(&inventory).await.expect("read").expect("there");
    assert_eq!(at.position, Position(5));
}
