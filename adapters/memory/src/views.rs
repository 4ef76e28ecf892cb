//! The view store in memory. A query looks at every document: fine for a harness and for a small service.

mod query;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use orderflow_commit::views::{check_document, check_filter, check_query, check_spec, signature};
use orderflow_domain::ports::{
    Checkpoint, Document, DocumentChange, Filter, Page, Query, ViewCommit, ViewError, ViewSpec, ViewStore,
};
use orderflow_domain::shared::Position;

/// Documents and where they are in the log.
#[derive(Debug, Default)]
struct Documents {
    checkpoint: Option<Checkpoint>,
    by_key: BTreeMap<Arc<str>, Document>,
}

impl Documents {
    fn commit(&mut self, view: &ViewSpec, commit: ViewCommit) -> Result<(), ViewError> {
        let actual = self.checkpoint.map_or(Position::START, |checkpoint| checkpoint.position);
        if actual != commit.from {
            return Err(ViewError::CheckpointMoved { actual });
        }
        for change in &commit.changes {
            if let DocumentChange::Put(document) = change {
                check_document(view, document)?;
            }
        }
        for change in commit.changes {
            match change {
                DocumentChange::Put(document) => {
                    self.by_key.insert(document.key.clone(), document);
                }
                DocumentChange::Remove(key) => {
                    self.by_key.remove(&key);
                }
            }
        }
        self.checkpoint = Some(Checkpoint { position: commit.to, event: commit.event });
        Ok(())
    }
}

/// One view, and its twin while it is rebuilt.
#[derive(Debug, Default)]
struct View {
    signature: String,
    live: Documents,
    twin: Option<Documents>,
}

/// A view store in memory.
#[derive(Debug, Default)]
pub struct MemoryViews(Mutex<HashMap<&'static str, View>>);

impl MemoryViews {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn views(&self) -> MutexGuard<'_, HashMap<&'static str, View>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, view: &ViewSpec, read: impl FnOnce(&mut View) -> Result<T, ViewError>) -> Result<T, ViewError> {
        let mut views = self.views();
        let stored = views.get_mut(view.name).filter(|stored| stored.signature == signature(view));
        stored.map_or_else(|| Err(ViewError::Malformed(format!("{} is not prepared", view.name))), read)
    }
}

#[async_trait]
impl ViewStore for MemoryViews {
    async fn prepare(&self, view: &ViewSpec) -> Result<(), ViewError> {
        check_spec(view)?;
        let signature = signature(view);
        let mut views = self.views();
        let stored = views.entry(view.name).or_default();
        if stored.signature != signature {
            *stored = View { signature, ..View::default() };
        }
        Ok(())
    }

    async fn commit(&self, view: &ViewSpec, commit: ViewCommit) -> Result<(), ViewError> {
        self.with(view, |stored| stored.live.commit(view, commit))
    }

    async fn checkpoint(&self, view: &ViewSpec) -> Result<Option<Checkpoint>, ViewError> {
        self.with(view, |stored| Ok(stored.live.checkpoint))
    }

    async fn get(&self, view: &ViewSpec, key: &str) -> Result<Option<Document>, ViewError> {
        self.with(view, |stored| Ok(stored.live.by_key.get(key).cloned()))
    }

    async fn query(&self, view: &ViewSpec, query: &Query) -> Result<Page, ViewError> {
        check_query(view, query)?;
        self.with(view, |stored| query::page(view, stored.live.by_key.values(), query))
    }

    async fn count(&self, view: &ViewSpec, filters: &[Filter]) -> Result<u64, ViewError> {
        filters.iter().try_for_each(|filter| check_filter(view, filter))?;
        self.with(view, |stored| query::count(view, stored.live.by_key.values(), filters))
    }

    async fn begin_twin(&self, view: &ViewSpec) -> Result<(), ViewError> {
        self.with(view, |stored| {
            stored.twin = Some(Documents::default());
            Ok(())
        })
    }

    async fn commit_twin(&self, view: &ViewSpec, commit: ViewCommit) -> Result<(), ViewError> {
        self.with(view, |stored| match &mut stored.twin {
            Some(twin) => twin.commit(view, commit),
            None => Err(ViewError::Malformed(format!("no twin of {} was begun", view.name))),
        })
    }

    async fn swap_twin(&self, view: &ViewSpec) -> Result<bool, ViewError> {
        self.with(view, |stored| {
            let caught_up = stored.twin.as_ref().is_some_and(|twin| twin.checkpoint == stored.live.checkpoint);
            if let Some(twin) = stored.twin.take_if(|_| caught_up) {
                stored.live = twin;
            }
            Ok(caught_up)
        })
    }
}
