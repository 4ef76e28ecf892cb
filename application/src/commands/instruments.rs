//! What operators do to instruments: create, halt, resume.

use orderflow_domain::event::Event;
use orderflow_domain::shared::{Actor, Symbol};
use orderflow_domain::venue::event::{InstrumentListed, VenueEvent};
use orderflow_domain::venue::{Book, Rejection, operate};

use super::IdempotencyKey;
use super::change::{Change, Unchanged};
use crate::aggregate::Aggregate;
use crate::engine::Engine;

/// Why an instrument was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InstrumentError {
    /// It can't be changed so.
    #[error("{0}")]
    Rejected(Rejection),
    /// The idempotency key came with another request before.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// Try later, with the same key: what could not be confirmed may have taken effect.
    #[error("not now: {0}")]
    Unavailable(String),
}

impl Engine {
    /// Lists an instrument, or changes its terms while nothing rests.
    ///
    /// # Errors
    /// See [`InstrumentError`].
    pub async fn list_instrument(
        &self,
        terms: InstrumentListed,
        by: &Actor,
        key: Option<&IdempotencyKey>,
    ) -> Result<Book, InstrumentError> {
        let symbol = terms.symbol.clone();
        self.change_book(&symbol, "list", by, key, |book| operate::list(book, terms.clone())).await
    }

    /// Takes no new orders from now on; what rests stays.
    ///
    /// # Errors
    /// See [`InstrumentError`].
    pub async fn halt_instrument(
        &self,
        symbol: &Symbol,
        by: &Actor,
        key: Option<&IdempotencyKey>,
    ) -> Result<Book, InstrumentError> {
        self.change_book(symbol, "halt", by, key, |book| operate::halt(book, symbol, by.clone())).await
    }

    /// Takes new orders again.
    ///
    /// # Errors
    /// See [`InstrumentError`].
    pub async fn resume_instrument(
        &self,
        symbol: &Symbol,
        by: &Actor,
        key: Option<&IdempotencyKey>,
    ) -> Result<Book, InstrumentError> {
        self.change_book(symbol, "resume", by, key, |book| operate::resume(book, symbol, by.clone())).await
    }

    async fn change_book(
        &self,
        symbol: &Symbol,
        operation: &str,
        by: &Actor,
        key: Option<&IdempotencyKey>,
        decide: impl Fn(&Book) -> Result<Vec<VenueEvent>, Rejection> + Send + Sync,
    ) -> Result<Book, InstrumentError> {
        let stream = Book::stream(symbol);
        let operation = format!("{operation}/{stream}");
        let unknown = || Rejection::UnknownInstrument(symbol.clone());
        let decided = |state: &Aggregate, _| match state {
            Aggregate::Book(book) => Ok(decide(book)?.into_iter().map(Event::from).collect()),
            _ => Err(unknown()),
        };
        let changed = self.change(Change { stream, actor: by, operation, key }, decided).await;
        match changed.map(|held| held.state) {
            Ok(Aggregate::Book(book)) => Ok(*book),
            Ok(_) => Err(InstrumentError::Rejected(unknown())),
            Err(Unchanged::Refused(rejection)) => Err(InstrumentError::Rejected(rejection)),
            Err(Unchanged::KeyReused) => Err(InstrumentError::KeyReused),
            Err(Unchanged::Unavailable(why)) => Err(InstrumentError::Unavailable(why)),
        }
    }
}
