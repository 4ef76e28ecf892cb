//! Tables of views. A view has a generation of tables; its twin is the next one, and a swap is one changed number. All names come from the static
//! specification, which has been checked.

use orderflow_commit::views::signature;
use orderflow_domain::ports::{Checkpoint, FieldKind, ViewCommit, ViewError, ViewSpec};
use orderflow_domain::shared::{EventId, Position};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::{Trouble, document};

/// Of this program; another one is emptied.
const LAYOUT: i64 = 2;

/// Makes the table of views, in an empty file.
pub(super) fn lay_out(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    if transaction.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))? != LAYOUT {
        let tables: Vec<String> = transaction
            .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for table in tables {
            transaction.execute_batch(&format!("DROP TABLE \"{}\"", table.replace('"', "\"\"")))?;
        }
        transaction.execute_batch(&format!(
            "CREATE TABLE views (
                 name TEXT PRIMARY KEY, signature TEXT NOT NULL,
                 live INTEGER NOT NULL, position INTEGER, event BLOB,
                 twin INTEGER, twin_position INTEGER, twin_event BLOB
             ) STRICT;
             PRAGMA user_version = {LAYOUT};"
        ))?;
    }
    transaction.commit()
}

/// One generation of a view's tables.
#[derive(Clone, Copy, Debug)]
pub(super) struct Generation {
    pub(super) number: i64,
    pub(super) checkpoint: Option<Checkpoint>,
}

/// A view as it is stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stored {
    pub(super) view: ViewSpec,
    pub(super) live: Generation,
    twin: Option<Generation>,
}

fn generation(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<Generation>> {
    let Some(number) = row.get(first)? else { return Ok(None) };
    let position: Option<i64> = row.get(first + 1)?;
    let event: Option<[u8; 16]> = row.get(first + 2)?;
    let checkpoint = position.zip(event).map(|(position, event)| Checkpoint {
        position: Position(position.unsigned_abs()),
        event: EventId(Uuid::from_bytes(event)),
    });
    Ok(Some(Generation { number, checkpoint }))
}

impl Stored {
    /// The view, if it was prepared in this version.
    pub(super) fn find(connection: &Connection, view: &ViewSpec) -> Result<Self, Trouble> {
        let mut statement = connection.prepare_cached(
            "SELECT live, position, event, twin, twin_position, twin_event FROM views WHERE name = ?1 AND signature = ?2",
        )?;
        let read = |row: &Row<'_>| Ok((generation(row, 0)?, generation(row, 3)?));
        match statement.query_row(params![view.name, signature(view)], read).optional()? {
            Some((Some(live), twin)) => Ok(Self { view: *view, live, twin }),
            Some((None, _)) | None => Err(ViewError::Malformed(format!("{} is not prepared", view.name)).into()),
        }
    }

    pub(super) fn commit(&self, connection: &Connection, commit: &ViewCommit) -> Result<(), Trouble> {
        let sql = "UPDATE views SET position = ?2, event = ?3 WHERE name = ?1";
        self.commit_to(connection, self.live, sql, commit)
    }

    pub(super) fn commit_twin(&self, connection: &Connection, commit: &ViewCommit) -> Result<(), Trouble> {
        let Some(twin) = self.twin else {
            return Err(ViewError::Malformed(format!("no twin of {} was begun", self.view.name)).into());
        };
        let sql = "UPDATE views SET twin_position = ?2, twin_event = ?3 WHERE name = ?1";
        self.commit_to(connection, twin, sql, commit)
    }

    fn commit_to(
        &self,
        connection: &Connection,
        generation: Generation,
        move_checkpoint: &str,
        commit: &ViewCommit,
    ) -> Result<(), Trouble> {
        let actual = generation.checkpoint.map_or(Position::START, |at| at.position);
        if actual != commit.from {
            return Err(ViewError::CheckpointMoved { actual }.into());
        }
        document::write(connection, &self.view, generation.number, &commit.changes)?;
        let position = i64::try_from(commit.to.0).unwrap_or(i64::MAX);
        let event = commit.event.0.as_bytes().as_slice();
        connection.prepare_cached(move_checkpoint)?.execute(params![self.view.name, position, event])?;
        Ok(())
    }
}

/// The table of documents.
pub(super) fn documents(view: &ViewSpec, generation: i64) -> String {
    format!("d_{}_{generation}", view.name)
}

/// The table of terms.
pub(super) fn terms(view: &ViewSpec, generation: i64) -> String {
    format!("t_{}_{generation}", view.name)
}

fn create(connection: &Connection, view: &ViewSpec, generation: i64) -> Result<(), Trouble> {
    let (documents, terms) = (documents(view, generation), terms(view, generation));
    let (mut columns, mut indexes) = (String::new(), String::new());
    // Lists are sorted by the first number that a view declares, unless something else is said: so the documents that have one text in common stand
    // in that order too, and a page of them is read without sorting all.
    let usual = view.fields.iter().find(|field| field.kind == FieldKind::Number);
    for field in view.fields {
        let kind = match field.kind {
            FieldKind::Number => "INTEGER",
            FieldKind::Text => "TEXT",
            // As a JSON array, to give back; found by the table of terms.
            FieldKind::Terms => {
                columns.push_str(&format!(", f_{} TEXT", field.name));
                continue;
            }
        };
        columns.push_str(&format!(", f_{} {kind}", field.name));
        let then = usual.filter(|_| field.kind == FieldKind::Text).map(|usual| format!(", f_{}", usual.name));
        let then = then.unwrap_or_default();
        indexes.push_str(&format!("CREATE INDEX i_{documents}_{0} ON {documents} (f_{0}{then}, key);", field.name));
    }
    connection.execute_batch(&format!(
        "CREATE TABLE {documents} (key TEXT PRIMARY KEY{columns}, body TEXT NOT NULL) STRICT;{indexes}"
    ))?;
    if view.fields.iter().any(|field| field.kind == FieldKind::Terms) {
        // The whole row is the key: here, unlike in the log, a second copy would be all there is to gain from a row id.
        connection.execute_batch(&format!(
            "CREATE TABLE {terms} (field INTEGER, term TEXT, key TEXT, PRIMARY KEY (field, term, key)) STRICT, WITHOUT ROWID;
             CREATE INDEX i_{terms} ON {terms} (key);"
        ))?;
    }
    Ok(())
}

/// All tables of a view but those of one generation: also of a version that had other fields.
fn drop_others(connection: &Connection, view: &ViewSpec, keep: &[i64]) -> Result<(), Trouble> {
    let tables: Vec<String> = connection
        .prepare_cached("SELECT name FROM sqlite_master WHERE type = 'table'")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let ours = |table: &str, prefix: &str| {
        let generation = table
            .strip_prefix(prefix)
            .and_then(|rest| rest.strip_prefix(view.name))
            .and_then(|rest| rest.strip_prefix('_'));
        generation.and_then(|number| number.parse::<i64>().ok())
    };
    for table in tables {
        let number = ours(&table, "d_").or_else(|| ours(&table, "t_"));
        if number.is_some_and(|number| !keep.contains(&number)) {
            connection.execute_batch(&format!("DROP TABLE {table}"))?;
        }
    }
    Ok(())
}

fn last_generation(connection: &Connection, view: &ViewSpec) -> Result<i64, Trouble> {
    let sql = "SELECT max(live, coalesce(twin, 0)) FROM views WHERE name = ?1";
    Ok(connection.query_row(sql, [view.name], |row| row.get(0)).optional()?.unwrap_or(0))
}

/// The view in this version: as it is, or new and empty.
pub(super) fn prepare(connection: &Connection, view: &ViewSpec) -> Result<(), Trouble> {
    match Stored::find(connection, view) {
        Ok(_) => return Ok(()),
        Err(Trouble::View(ViewError::Malformed(_))) => {}
        Err(other) => return Err(other),
    }
    let generation = last_generation(connection, view)? + 1;
    drop_others(connection, view, &[])?;
    create(connection, view, generation)?;
    let sql = "INSERT OR REPLACE INTO views (name, signature, live) VALUES (?1, ?2, ?3)";
    connection.execute(sql, params![view.name, signature(view), generation])?;
    Ok(())
}

/// An empty twin, instead of one that may be there.
pub(super) fn begin_twin(connection: &Connection, view: &ViewSpec) -> Result<(), Trouble> {
    let stored = Stored::find(connection, view)?;
    let generation = last_generation(connection, view)? + 1;
    drop_others(connection, view, &[stored.live.number])?;
    create(connection, view, generation)?;
    let sql = "UPDATE views SET twin = ?2, twin_position = NULL, twin_event = NULL WHERE name = ?1";
    connection.execute(sql, params![view.name, generation])?;
    Ok(())
}

/// The twin becomes the live one, if it shows the same part of the log.
pub(super) fn swap_twin(connection: &Connection, view: &ViewSpec) -> Result<bool, Trouble> {
    let stored = Stored::find(connection, view)?;
    let Some(twin) = stored.twin.filter(|twin| twin.checkpoint == stored.live.checkpoint) else { return Ok(false) };
    let sql = "UPDATE views SET live = twin, twin = NULL, twin_position = NULL, twin_event = NULL WHERE name = ?1";
    connection.execute(sql, [view.name])?;
    drop_others(connection, view, &[twin.number])?;
    Ok(true)
}
