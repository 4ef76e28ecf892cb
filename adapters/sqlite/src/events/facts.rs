//! What the writer knows, within its transaction: from its cache of streams, else from the file.

use std::sync::Arc;

use orderflow_commit::Facts;
use orderflow_domain::event::Recorded;
use orderflow_domain::ports::{Checkpoint, ClaimKey, Fingerprint, ReaderId, Receipt, WorkKey};
use orderflow_domain::shared::{StreamId, Version};
use rusqlite::Connection;

use super::cache::{Heads, Known};
use super::read;
use crate::ReadError;

/// Cache and file.
pub(super) struct FileFacts<'a> {
    pub(super) connection: &'a Connection,
    pub(super) heads: &'a mut Heads,
}

impl FileFacts<'_> {
    /// A stream's row, as it was before this batch.
    pub(super) fn stream(&mut self, stream: &StreamId) -> Result<Known, ReadError> {
        if let Some(known) = self.heads.get(stream) {
            return Ok(known);
        }
        let known = read::stream_row(self.connection, stream)?
            .map_or(Known { row: None, version: Version::EMPTY }, |(row, version)| Known { row: Some(row), version });
        self.heads.put(stream.clone(), known);
        Ok(known)
    }
}

impl Facts for FileFacts<'_> {
    type Error = ReadError;

    fn head(&mut self, stream: &StreamId) -> Result<Version, ReadError> {
        self.stream(stream).map(|known| known.version)
    }

    fn claim(&mut self, key: &ClaimKey) -> Result<Option<(Fingerprint, Receipt)>, ReadError> {
        read::claim(self.connection, key)
    }

    fn checkpoint(&mut self, reader: &ReaderId) -> Result<Option<Checkpoint>, ReadError> {
        read::checkpoint(self.connection, reader)
    }

    fn work(&mut self, key: &WorkKey) -> Result<u64, ReadError> {
        read::work_version(self.connection, key)
    }

    fn recorded(&mut self, stream: &StreamId, version: Version) -> Result<Option<Arc<Recorded>>, ReadError> {
        let after = Version(version.0.saturating_sub(1));
        Ok(read::stream(self.connection, stream, after, 1)?.pop().filter(|event| event.envelope.version == version))
    }
}
