-- The log and what is committed with it. Values stand in columns, ids are 16 bytes, streams are integers: the width of a row is the speed
-- of the writer. No AUTOINCREMENT, no WITHOUT ROWID on the log, no index on event ids: each was measured and costs.

CREATE TABLE streams (
    id       INTEGER PRIMARY KEY,
    category INTEGER NOT NULL,
    key      ANY NOT NULL,              -- 16 bytes of a UUID, or a text
    version  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX streams_key ON streams (key, category);

CREATE TABLE events (
    position    INTEGER PRIMARY KEY,
    stream      INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    type        INTEGER NOT NULL,       -- the code of type and version
    at          INTEGER NOT NULL,       -- microseconds since 1970
    id          BLOB NOT NULL,
    correlation BLOB,                   -- null: the order of the stream; empty: none
    causation   BLOB,
    actor       ANY NOT NULL,           -- 16 bytes of a customer's id, or a letter and a name
    trace       TEXT,
    payload     TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_stream ON events (stream, version);

CREATE TABLE claims (
    key         TEXT NOT NULL,
    principal   TEXT NOT NULL,
    operation   TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    category    INTEGER NOT NULL,       -- of the stream that the claim points at
    stream      ANY NOT NULL,           -- its key
    PRIMARY KEY (key, principal, operation)
) STRICT;

CREATE TABLE checkpoints (
    reader      TEXT NOT NULL,
    partition   INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    event       BLOB NOT NULL,
    PRIMARY KEY (reader, partition)
) STRICT;

CREATE TABLE work (
    kind        INTEGER NOT NULL,
    grp         TEXT NOT NULL,
    id          TEXT NOT NULL,
    version     INTEGER NOT NULL,
    due         INTEGER NOT NULL,       -- microseconds since 1970
    body        TEXT NOT NULL,
    PRIMARY KEY (kind, grp, id)
) STRICT;
CREATE INDEX work_due ON work (kind, due, grp);

CREATE TABLE snapshots (
    stream      INTEGER PRIMARY KEY,
    version     INTEGER NOT NULL,
    fold        INTEGER NOT NULL,
    body        TEXT NOT NULL
) STRICT;
