//! Taking over what a process that is gone had for itself.
//!
//! Where one process has the store to itself (a file with its lock, a store in memory), nobody else can hold a lease when it starts: what the last
//! process was about to call need not wait until its leases run out. That it may have been sent is remembered.

use orderflow_domain::ports::{StoreError, UnitOfWork, WorkChange, WorkKind};

use super::errand::Intent;
use crate::engine::Engine;

/// Rows read at once.
const PAGE: usize = 1_000;

impl Engine {
    /// Makes all leased calls due at once, and answers how many there were. Only for a process that has the store to itself, and before its
    /// workers are driven.
    ///
    /// # Errors
    /// The store's.
    pub async fn take_over_leases(&self) -> Result<usize, StoreError> {
        let (now, mut taken, mut after) = (self.now(), 0, None);
        loop {
            let rows = self.store().work_list(WorkKind::Intent, None, after.as_ref(), PAGE).await?;
            let whole = rows.len() == PAGE;
            let leased = rows.iter().filter(|row| row.due > now && Intent::read(row).leased.is_some());
            let work: Vec<_> = leased
                .map(|row| WorkChange::Put {
                    key: row.key.clone(),
                    expected: row.version,
                    due: now,
                    body: row.body.clone(),
                })
                .collect();
            if !work.is_empty() {
                taken += work.len();
                let unit = UnitOfWork { work, ..UnitOfWork::default() };
                self.store().commit(unit).await.map_err(|error| StoreError::Unavailable(error.to_string()))?;
            }
            after = rows.into_iter().last().map(|row| row.key);
            if !whole {
                return Ok(taken);
            }
        }
    }
}
