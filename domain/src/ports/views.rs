//! Read models: documents by key, found by declared fields, written together with their checkpoint, rebuilt at will.

use std::sync::Arc;

use async_trait::async_trait;

use crate::shared::{EventId, Position};

use super::Checkpoint;

/// Declares a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewSpec {
    /// Its name: `orders`. Lower-case letters and underscores.
    pub name: &'static str,
    /// Rises with every change of its form; a stored view of another version is rebuilt.
    pub version: u32,
    /// The fields that it can be found and sorted by; at most eight. Stores make lists cheap that are sorted by the first number among them.
    pub fields: &'static [FieldSpec],
}

/// Declares a field that documents are found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// Its name, lower-case letters and underscores.
    pub name: &'static str,
    /// What it holds.
    pub kind: FieldKind,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Text, compared by its bytes.
    Text,
    /// A whole number, also for times (microseconds since 1970) and amounts.
    Number,
    /// Several texts, of which a query may ask for one exactly, or by its beginning. Can't be sorted by.
    Terms,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IndexValue {
    /// Of a [`FieldKind::Text`] field.
    Text(Arc<str>),
    /// Of a [`FieldKind::Number`] field.
    Number(i64),
    /// Of a [`FieldKind::Terms`] field.
    Terms(Vec<Arc<str>>),
    /// Absent.
    None,
}

/// One document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its key; documents without a sort field come in the order of their keys' bytes.
    pub key: Arc<str>,
    /// One value per declared field, in that order.
    pub fields: Vec<IndexValue>,
    /// JSON.
    pub body: Arc<str>,
}

/// A change of a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentChange {
    /// Writes a document whole.
    Put(Document),
    /// Removes it.
    Remove(Arc<str>),
}

/// The changes that a range of the log makes to a view, and the checkpoint after them, in one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewCommit {
    /// Where the view's checkpoint must stand.
    pub from: Position,
    /// Where it goes.
    pub to: Position,
    /// The event there.
    pub event: EventId,
    /// The last state of each document that changed.
    pub changes: Vec<DocumentChange>,
}

/// What documents to find. All filters must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Conditions.
    pub filters: Vec<Filter>,
    /// In which order.
    pub order: Order,
    /// Continue after this document.
    pub after: Option<PageToken>,
    /// Instead of `after`: leave out so many (for numbered pages).
    pub skip: usize,
    /// At most so many; callers keep to `limits::MAX_PAGE`.
    pub limit: usize,
}

/// A condition on a declared field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Is one of these; [`IndexValue::None`] among them: or is absent. For terms: one of them is.
    OneOf {
        /// Which field.
        field: &'static str,
        /// The values.
        values: Vec<IndexValue>,
    },
    /// Lies within, both ends included. An absent number lies nowhere.
    Between {
        /// Which field, a number.
        field: &'static str,
        /// At least.
        from: Option<i64>,
        /// At most.
        to: Option<i64>,
    },
    /// One of its terms begins so.
    Begins {
        /// Which field, terms.
        field: &'static str,
        /// The beginning.
        with: Arc<str>,
    },
}

/// In which order documents come. Equal values come in the order of their keys, absent values before all others; `descending` turns all of
/// that round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// By which field; by key if none.
    pub field: Option<&'static str>,
    /// Largest first.
    pub descending: bool,
}

/// Where a page ended: the sort value and key of its last document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageToken {
    /// The sort field's value there; `None` when sorted by key.
    pub value: IndexValue,
    /// The key there.
    pub key: Arc<str>,
}

/// Some documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// In order.
    pub documents: Vec<Document>,
    /// Where to go on; none at the end.
    pub next: Option<PageToken>,
}

/// Why a view could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// The view's checkpoint stands elsewhere: another process writes it.
    #[error("the view's checkpoint is at {actual}")]
    CheckpointMoved {
        /// Where it is.
        actual: Position,
    },
    /// Can't be reached: try later.
    #[error("the view store is unavailable: {0}")]
    Unavailable(String),
    /// The query names a field that the view does not declare, or a document has other fields: a defect of the caller.
    #[error("malformed: {0}")]
    Malformed(String),
}

/// Where read models live.
#[async_trait]
pub trait ViewStore: Send + Sync {
    /// Makes sure that the view exists in this version, empty if it is new or was of another version.
    ///
    /// # Errors
    /// Unavailable, or a malformed specification.
    async fn prepare(&self, view: &ViewSpec) -> Result<(), ViewError>;

    /// Writes changes and checkpoint in one transaction.
    ///
    /// # Errors
    /// The checkpoint has moved; unavailable; malformed.
    async fn commit(&self, view: &ViewSpec, commit: ViewCommit) -> Result<(), ViewError>;

    /// Up to where the view shows the log; none if it was never written.
    ///
    /// # Errors
    /// Unavailable.
    async fn checkpoint(&self, view: &ViewSpec) -> Result<Option<Checkpoint>, ViewError>;

    /// One document.
    ///
    /// # Errors
    /// Unavailable.
    async fn get(&self, view: &ViewSpec, key: &str) -> Result<Option<Document>, ViewError>;

    /// A page of documents.
    ///
    /// # Errors
    /// Unavailable, or a malformed query.
    async fn query(&self, view: &ViewSpec, query: &Query) -> Result<Page, ViewError>;

    /// How many documents the filters admit.
    ///
    /// # Errors
    /// Unavailable, or a malformed query.
    async fn count(&self, view: &ViewSpec, filters: &[Filter]) -> Result<u64, ViewError>;

    /// Starts a rebuild: an empty twin of the view that [`ViewStore::commit_twin`] fills while the live one serves.
    ///
    /// # Errors
    /// Unavailable.
    async fn begin_twin(&self, view: &ViewSpec) -> Result<(), ViewError>;

    /// As [`ViewStore::commit`], on the twin.
    ///
    /// # Errors
    /// As there.
    async fn commit_twin(&self, view: &ViewSpec, commit: ViewCommit) -> Result<(), ViewError>;

    /// Swaps the twin in, in one transaction, if its checkpoint equals the live one's; otherwise (also if there is no twin) answers `false`.
    ///
    /// # Errors
    /// Unavailable.
    async fn swap_twin(&self, view: &ViewSpec) -> Result<bool, ViewError>;
}
