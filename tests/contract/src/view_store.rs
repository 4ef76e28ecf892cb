//! The contract of `ViewStore`.

use std::sync::Arc;

use async_trait::async_trait;
use orderflow_domain::ports::{
    Document, DocumentChange, FieldKind, FieldSpec, IndexValue, ViewCommit, ViewSpec, ViewStore,
};
use orderflow_domain::shared::{EventId, Position};
use uuid::Uuid;

pub mod documents;
pub mod queries;
pub mod twins;

/// Makes stores to test.
#[async_trait]
pub trait Factory: Send + Sync {
    /// A store without any view.
    async fn fresh(&self) -> Arc<dyn ViewStore>;

    /// Closes the store, of which this is the only handle, and opens its data again; where no data lasts, it gives the store back.
    async fn reopen(&self, store: Arc<dyn ViewStore>) -> Arc<dyn ViewStore>;
}

/// A view with a field of each kind.
pub const VIEW: ViewSpec = ViewSpec {
    name: "orders",
    version: 1,
    fields: &[
        FieldSpec { name: "status", kind: FieldKind::Text },
        FieldSpec { name: "placed_at", kind: FieldKind::Number },
        FieldSpec { name: "words", kind: FieldKind::Terms },
    ],
};

fn document(key: &str, status: Option<&str>, placed_at: Option<i64>, words: &[&str]) -> Document {
    Document {
        key: key.into(),
        fields: vec![
            status.map_or(IndexValue::None, |status| IndexValue::Text(status.into())),
            placed_at.map_or(IndexValue::None, IndexValue::Number),
            IndexValue::Terms(words.iter().map(|word| (*word).into()).collect()),
        ],
        body: format!("{{\"id\":\"{key}\"}}").into(),
    }
}

fn commit(from: u64, to: u64, changes: Vec<DocumentChange>) -> ViewCommit {
    let event = EventId(Uuid::from_u128(u128::from(to)));
    ViewCommit { from: Position(from), to: Position(to), event, changes }
}

fn puts(documents: &[Document]) -> Vec<DocumentChange> {
    documents.iter().cloned().map(DocumentChange::Put).collect()
}

/// A store with these documents, its checkpoint at 1.
async fn filled(factory: &dyn Factory, documents: &[Document]) -> Arc<dyn ViewStore> {
    let store = factory.fresh().await;
    store.prepare(&VIEW).await.expect("prepared");
    store.commit(&VIEW, commit(0, 1, puts(documents))).await.expect("committed");
    store
}
