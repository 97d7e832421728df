"""A ledger as it was known on an earlier day: only what had arrived by then, folded anew."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from ntm_tui.ledger import journal, schema, state
from ntm_tui.ledger.clock import physical
from ntm_tui.ledger.connection import migrate, transaction
from ntm_tui.ledger.entries import FIRST_HASH
from ntm_tui.ledger.ledger import Ledger

_COPIED = ("own", "roots", "devices", "streams", "heads")


def known_by(ledger: Ledger, moment: datetime) -> Ledger:
    """Return a ledger in memory with the entries that had arrived by ``moment``.

    Trust is today's roots applied to the statements known then; nothing can be exported
    from it and closing it forgets it.
    """
    conn = sqlite3.connect(":memory:", isolation_level=None)
    try:
        conn.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
        migrate(conn)
        with transaction(conn):
            _fill(ledger.conn, conn, moment)
    except BaseException:
        conn.close()
        raise
    return Ledger(ledger.path, conn, ledger.now)


def _fill(source: sqlite3.Connection, target: sqlite3.Connection, moment: datetime) -> None:
    for table in _COPIED:
        _copy(source, target, f"SELECT * FROM {table}", table)
    arrived = "SELECT * FROM entries WHERE arrived<=?"
    _copy(source, target, arrived, "entries", (physical(moment),))
    target.execute("UPDATE streams SET tip=0, tip_hash=?, forked=0", (FIRST_HASH,))
    for (stream,) in target.execute("SELECT id FROM streams").fetchall():
        journal.advance(target, stream, 1)
    state.rebuild(target)


def _copy(
    source: sqlite3.Connection,
    target: sqlite3.Connection,
    query: str,
    table: str,
    parameters: tuple[str, ...] = (),
) -> None:
    cursor = source.execute(query, parameters)
    marks = ", ".join("?" * len(cursor.description))
    target.executemany(f"INSERT INTO {table} VALUES ({marks})", cursor)
