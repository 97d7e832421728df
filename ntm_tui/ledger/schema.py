"""The ledger's tables: migrations for what is kept, declared tables for what is derived.

The journal and the local facts change shape only through :data:`migrations`. The typed tables
(one per record kind) are a cache made from ``model.records.KINDS``; they are dropped and folded
anew whenever that declaration changes.
"""

from __future__ import annotations

import hashlib

from sqlite_utils import Database, Migrations

from ntm_tui.model.fields import Field, FieldType
from ntm_tui.model.records import KINDS, Kind

APPLICATION_ID = 0x4E544D31
"""``NTM1``: marks the file as a ledger of this software."""

migrations = Migrations("ntm-ledger")


@migrations()
def m001_journal(db: Database) -> None:
    """Create the journal: streams, entries, the devices' signed heads, and who we are."""
    for statement in _JOURNAL:
        db.execute(statement)


@migrations()
def m002_exchange(db: Database) -> None:
    """Create what an office remembers of its exchanges, and the drafts of unfinished work."""
    for statement in _EXCHANGE:
        db.execute(statement)


SCHEMA_VERSION = 2
"""``user_version`` of a ledger with every migration above applied."""

_JOURNAL = (
    """CREATE TABLE own (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE streams (
        id INTEGER PRIMARY KEY,
        device TEXT NOT NULL,
        unit TEXT NOT NULL,
        tip INTEGER NOT NULL DEFAULT 0,
        tip_hash BLOB NOT NULL,
        forked INTEGER NOT NULL DEFAULT 0,
        reach TEXT NOT NULL DEFAULT '',
        UNIQUE (device, unit)
    ) STRICT""",
    """CREATE TABLE entries (
        id INTEGER PRIMARY KEY,
        stream INTEGER NOT NULL REFERENCES streams (id),
        seq INTEGER NOT NULL,
        hash BLOB NOT NULL,
        before BLOB NOT NULL,
        record TEXT NOT NULL,
        at TEXT NOT NULL,
        act TEXT NOT NULL,
        line TEXT NOT NULL,
        arrived TEXT NOT NULL
    ) STRICT""",
    "CREATE UNIQUE INDEX entries_by_place ON entries (stream, seq, hash)",
    "CREATE INDEX entries_by_record ON entries (stream, record)",
    """CREATE INDEX entries_of_trust ON entries (stream) WHERE record LIKE 'enrolment/%'
        OR record LIKE 'revocation/%' OR record LIKE 'keep/%'""",
    """CREATE TABLE heads (
        stream INTEGER NOT NULL REFERENCES streams (id),
        seq INTEGER NOT NULL,
        hash BLOB NOT NULL,
        at TEXT NOT NULL,
        text TEXT NOT NULL,
        signature TEXT NOT NULL,
        PRIMARY KEY (stream, seq, hash)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE roots (
        device TEXT NOT NULL,
        unit TEXT NOT NULL,
        key TEXT NOT NULL,
        delegates INTEGER NOT NULL,
        PRIMARY KEY (device, unit)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE devices (
        device TEXT PRIMARY KEY,
        unit TEXT NOT NULL,
        key TEXT NOT NULL,
        nickname TEXT NOT NULL DEFAULT '',
        first_seen TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
)

_EXCHANGE = (
    """CREATE TABLE imports (
        id INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL,
        name TEXT NOT NULL,
        device TEXT NOT NULL,
        unit TEXT NOT NULL,
        number INTEGER NOT NULL,
        period TEXT,
        created TEXT NOT NULL,
        arrived TEXT NOT NULL,
        new_entries INTEGER NOT NULL,
        waiting INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX imports_by_sha256 ON imports (sha256)",
    """CREATE TABLE have (
        device TEXT NOT NULL,
        stream TEXT NOT NULL,
        seq INTEGER NOT NULL,
        hash TEXT NOT NULL,
        heard TEXT NOT NULL,
        PRIMARY KEY (device, stream)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE exports (
        id INTEGER PRIMARY KEY,
        number INTEGER NOT NULL,
        unit TEXT NOT NULL,
        name TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        entries INTEGER NOT NULL,
        made TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE quarantine (
        sha256 TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        code TEXT NOT NULL,
        sentence TEXT NOT NULL,
        kept TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE drafts (
        place TEXT PRIMARY KEY,
        content TEXT NOT NULL,
        saved TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
)


def typed_table(kind: Kind) -> str:
    """Return the name of the cache table of a record kind."""
    return f"state_{kind.name}"


def column(one: Field) -> str:
    """Return the cache column of a field; ``f_`` keeps it clear of the id's pieces."""
    return f"f_{one.name}"


FOLD_VERSION = "1"
"""Raised when the same entries would fold to other rows; the tables are then made anew."""

FIXED_COLUMNS = ("unit", "record")
TRAILING_COLUMNS = ("conflicts", "last_at", "last_by", "last_device", "entries")


def typed_columns(kind: Kind) -> tuple[str, ...]:
    """Return every column of the cache table of ``kind``, in order."""
    fields = tuple(column(one) for one in kind.fields)
    return (*FIXED_COLUMNS, *kind.columns, *fields, *TRAILING_COLUMNS)


def _declarations(kind: Kind) -> list[str]:
    rows = [f"{name} TEXT NOT NULL" for name in FIXED_COLUMNS]
    rows += [f"{name} TEXT" for name in kind.columns]
    for one in kind.fields:
        sql_type = "INTEGER" if one.type is FieldType.FLAG else "TEXT"
        rows.append(f"{column(one)} {sql_type}")
    rows += ["conflicts TEXT"]
    rows += [f"{name} TEXT NOT NULL" for name in ("last_at", "last_by", "last_device")]
    return [*rows, "entries INTEGER NOT NULL", "PRIMARY KEY (unit, record)"]


def typed_statements() -> list[str]:
    """Return the statements that make every cache table with its indexes."""
    statements = []
    for kind in KINDS.values():
        table = typed_table(kind)
        statements.append(
            f"CREATE TABLE {table} ({', '.join(_declarations(kind))}) STRICT, WITHOUT ROWID"
        )
        statements.append(
            f"CREATE INDEX {table}_conflicts ON {table} (conflicts) WHERE conflicts IS NOT NULL"
        )
    return statements


def declaration_hash() -> str:
    """Return the hash of all that the typed tables follow from beside the entries."""
    kinds = [f"{kind.name} {kind.owner} {kind.layout}" for kind in KINDS.values()]
    made = "\n".join([FOLD_VERSION, *typed_statements(), *kinds])
    return hashlib.sha256(made.encode()).hexdigest()
