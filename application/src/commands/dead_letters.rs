//! Parked messages, as operators see and handle them. What they decide is written on the row, under its version; the reactor itself does it.

use orderflow_domain::ports::{CommitError, StoreError, UnitOfWork, WorkKind};
use orderflow_domain::shared::{Actor, Position};
use serde::Serialize;

use crate::engine::Engine;
use crate::reactors::{DeadLetter, Handling, ParkedEvent};

/// Rows read at once.
const PAGE: usize = 1_000;

/// A parked message, by the id that commands name it by: `<reactor>-<position>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LetterView {
    /// Its id.
    pub id: String,
    /// What is known of it.
    #[serde(flatten)]
    pub parked: ParkedEvent,
}

/// Why a parked message was not handled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeadLetterError {
    /// There is none of that id (any more).
    #[error("there is no dead letter {0}")]
    NotFound(String),
    /// Another message of the same key comes first: order is kept.
    #[error("{first} waits before it under the same key: handle that one first")]
    NotFirst {
        /// That one's id.
        first: String,
    },
    /// A reason is needed.
    #[error("a reason of 1 to 256 characters is needed")]
    NoReason,
    /// Someone else was faster.
    #[error("it was changed in the meantime: look again")]
    Changed,
    /// Nothing was changed: try later.
    #[error("not now: {0}")]
    Unavailable(String),
}

impl From<StoreError> for DeadLetterError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

fn id_of(letter: &DeadLetter) -> String {
    format!("{}-{}", letter.parked.reactor, letter.parked.position)
}

fn view(letter: DeadLetter) -> LetterView {
    LetterView { id: id_of(&letter), parked: letter.parked }
}

impl Engine {
    /// All parked messages up to `limit`, in the order of reactor, key and position.
    ///
    /// # Errors
    /// Unavailable.
    pub async fn dead_letters(&self, limit: usize) -> Result<Vec<LetterView>, DeadLetterError> {
        let rows = self.store().work_list(WorkKind::Parked, None, None, limit).await?;
        let letters: Result<Vec<_>, _> = rows.iter().map(DeadLetter::read).collect();
        Ok(letters?.into_iter().map(view).collect())
    }

    /// One parked message.
    ///
    /// # Errors
    /// Not found; unavailable.
    pub async fn dead_letter(&self, id: &str) -> Result<LetterView, DeadLetterError> {
        self.find_letter(id).await.map(view)
    }

    /// Has a parked message, and all that follow it under its key, tried again.
    ///
    /// # Errors
    /// See [`DeadLetterError`].
    pub async fn redrive(&self, id: &str, by: &Actor) -> Result<LetterView, DeadLetterError> {
        self.handle(id, by, Handling::Redrive { by: by.clone() }, "redrive asked for".to_owned()).await
    }

    /// Gives a parked message up, with a reason; whoever waits for its outcome gets a failure. What follows it under its key is tried again.
    ///
    /// # Errors
    /// See [`DeadLetterError`].
    pub async fn discard(&self, id: &str, by: &Actor, reason: &str) -> Result<LetterView, DeadLetterError> {
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > orderflow_domain::shared::limits::MAX_TEXT {
            return Err(DeadLetterError::NoReason);
        }
        let handling = Handling::Discard { by: by.clone(), reason: reason.to_owned() };
        self.handle(id, by, handling, format!("given up: {reason}")).await
    }

    async fn handle(
        &self,
        id: &str,
        by: &Actor,
        handling: Handling,
        what: String,
    ) -> Result<LetterView, DeadLetterError> {
        let mut letter = self.find_letter(id).await?;
        let queue = self.store().work_list(WorkKind::Parked, Some(&letter.row.group), None, 1).await?;
        if let Some(first) = queue.first()
            && first.key != letter.row
        {
            return Err(DeadLetterError::NotFirst { first: id_of(&DeadLetter::read(first)?) });
        }
        letter.parked.handling = Some(handling);
        letter.parked.note(self.now(), by.clone(), what);
        match self.store().commit(UnitOfWork { work: vec![letter.put()], ..UnitOfWork::default() }).await {
            Ok(_) => {}
            Err(CommitError::WorkMoved { .. }) => return Err(DeadLetterError::Changed),
            Err(error) => return Err(DeadLetterError::Unavailable(error.to_string())),
        }
        if let Some(status) = self.statuses().find(&letter.parked.reactor) {
            status.nudge();
        }
        Ok(view(letter))
    }

    async fn find_letter(&self, id: &str) -> Result<DeadLetter, DeadLetterError> {
        let unknown = || DeadLetterError::NotFound(id.to_owned());
        let (reactor, position) = id.rsplit_once('-').ok_or_else(unknown)?;
        let position = Position(position.parse().map_err(|_| unknown())?);
        let mut after = None;
        loop {
            let rows = self.store().work_list(WorkKind::Parked, None, after.as_ref(), PAGE).await?;
            let whole = rows.len() == PAGE;
            for row in &rows {
                let letter = DeadLetter::read(row)?;
                if letter.parked.reactor == reactor && letter.parked.position == position {
                    return Ok(letter);
                }
            }
            after = rows.into_iter().last().map(|row| row.key);
            if !whole {
                return Err(unknown());
            }
        }
    }
}
