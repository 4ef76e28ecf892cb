//! Market data. Instruments are a view; depth and tape are read from the book itself, which stays folded here and is brought up to date by what
//! its stream has grown by.

use orderflow_domain::event::Recorded;
use orderflow_domain::ports::{EventStore, Order, StoreError};
use orderflow_domain::shared::{StreamId, Symbol, Version, limits::MAX_PAGE};
use orderflow_domain::venue::Book;

use super::QueryError;
use super::page::{Listed, Paging, list};
use crate::aggregate::Aggregate;
use crate::cache::Cache;
use crate::engine::Engine;
use crate::projections::InstrumentsProjection;
use crate::views::{BookView, InstrumentView, TapeView};

/// Books that stay folded.
const BOOKS: usize = 512;
/// Events read at once.
const PAGE: usize = 1_000;

impl Engine {
    /// Instruments, in the order of their symbols.
    ///
    /// # Errors
    /// A page out of bounds; unavailable.
    pub async fn instruments(&self, paging: Paging) -> Result<Listed<InstrumentView>, QueryError> {
        self.fresh(&InstrumentsProjection).await;
        list(&**self.views(), &InstrumentsProjection::VIEW, Vec::new(), Order::default(), paging).await
    }

    /// One instrument, always current.
    ///
    /// # Errors
    /// There is no such instrument; unavailable.
    pub async fn instrument(&self, symbol: &Symbol) -> Result<InstrumentView, QueryError> {
        self.with_book(symbol, InstrumentView::of).await
    }

    /// Up to `depth` prices of each side of a book, 1 to 100, always current.
    ///
    /// # Errors
    /// There is no such instrument; a depth out of bounds; unavailable.
    pub async fn book(&self, symbol: &Symbol, depth: usize) -> Result<BookView, QueryError> {
        within("depth", depth)?;
        self.with_book(symbol, |book| BookView::of(book, depth)).await
    }

    /// The newest trades of an instrument, the newest first; up to `limit`, 1 to 100.
    ///
    /// # Errors
    /// There is no such instrument; a limit out of bounds; unavailable.
    pub async fn trades(&self, symbol: &Symbol, limit: usize) -> Result<Vec<TapeView>, QueryError> {
        within("limit", limit)?;
        self.with_book(symbol, |book| TapeView::of(book, limit)).await
    }

    async fn with_book<T>(&self, symbol: &Symbol, show: impl FnOnce(&Book) -> Option<T>) -> Result<T, QueryError> {
        let stream = Book::stream(symbol);
        let mut books = self.books().0.lock().await;
        let books = books.get_or_insert_with(|| Cache::new(BOOKS, self.plans().clone()));
        bring_up(books, &**self.store(), &stream).await?;
        let shown = books.peek(&stream).and_then(|held| match &held.state {
            Aggregate::Book(book) => show(book),
            _ => None,
        });
        if shown.is_none() {
            // Names that someone made up must not push real books out.
            books.forget(&stream);
        }
        books.age();
        shown.ok_or(QueryError::NotFound)
    }
}

/// The folded books of an engine.
#[derive(Debug, Default)]
pub(crate) struct Books(tokio::sync::Mutex<Option<Cache>>);

async fn bring_up(books: &mut Cache, store: &dyn EventStore, stream: &StreamId) -> Result<(), StoreError> {
    if !books.holds(stream) {
        return books.load(store, stream).await;
    }
    loop {
        let version = books.get(stream).map_or(Version::EMPTY, |held| held.version);
        let page = store.read_stream(stream, version, PAGE).await?;
        page.iter().for_each(|recorded: &std::sync::Arc<Recorded>| books.observe(recorded, None));
        if page.len() < PAGE {
            // One that did not follow is forgotten, and read anew.
            return books.load(store, stream).await;
        }
    }
}

fn within(field: &'static str, count: usize) -> Result<(), QueryError> {
    if (1..=MAX_PAGE).contains(&count) {
        Ok(())
    } else {
        Err(QueryError::invalid(field, format!("must be 1 to {MAX_PAGE}")))
    }
}
