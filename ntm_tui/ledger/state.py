"""The typed tables: a cache of the fold of every entry that counts.

:func:`refresh` brings them up to date after entries arrived, :func:`rebuild` makes them anew;
both must give the same bytes (:func:`digest`).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ntm_tui.ledger import journal, schema
from ntm_tui.ledger.entries import Entry, stored_entry
from ntm_tui.ledger.fold import Held, RecordState, fold_record
from ntm_tui.ledger.rows import Record, Row, row_of, row_of_one
from ntm_tui.ledger.trust import Reach, Trust, establish, read_reach
from ntm_tui.model.records import (
    KINDS,
    TRUST_KINDS,
    Kind,
)


@dataclass(frozen=True)
class Touched:
    """What a change brought: row ids of streams with new entries, and those entries."""

    streams: frozenset[int]
    entries: Sequence[Entry]

    @property
    def changes_trust(self) -> bool:
        """Whether any new entry may change whose entries count."""
        return any(entry.kind in TRUST_KINDS for entry in self.entries)


def current_trust(conn: sqlite3.Connection) -> Trust:
    """Return the authority that follows from the roots and all statements held."""
    own_device = journal.own_value(conn, "device") or ""
    shapes = {one.stream: one.shape for one in journal.held_streams(conn, own_device)}
    return establish(journal.roots(conn), journal.statements(conn), shapes)


def refresh_own(conn: sqlite3.Connection, stream: int, entries: Sequence[Entry]) -> bool:
    """Bring the cache up to date after this device appended ``entries`` to one stream.

    Only for entries that do not change trust, and where all of the stream counted before:
    returns ``False``, with nothing done, where that is not so.
    """
    (text, tip) = conn.execute("SELECT reach, tip FROM streams WHERE id=?", (stream,)).fetchone()
    before = read_reach(text)
    if before is None or before.kept or before.last != tip - len(entries):
        return False
    units = {entries[0].unit, journal.own_value(conn, "unit") or ""}
    if journal.is_spoken_against(conn, entries[0].device, units):
        return False
    _store_reach(conn, stream, replace(before, last=tip))
    _refold(conn, {(entry.unit, entry.record) for entry in entries}, {})
    return True


def refresh(
    conn: sqlite3.Connection,
    touched: Touched,
    trust: Trust | None = None,
    known: Mapping[str, Entry] | None = None,
) -> Trust:
    """Bring the cache up to date after entries arrived; return the authority now in force.

    ``trust`` is what was in force before, if known: it still is when no stream that speaks of
    machines was touched, and then only the touched streams are looked at. ``known`` holds
    entries by line, which then need not be read again.
    """
    own_device = journal.own_value(conn, "device") or ""
    streams: Iterable[int] | None = touched.streams
    if trust is None or touched.changes_trust or journal.speaks(conn, touched.streams):
        streams, trust = None, current_trust(conn)
    affected = {(entry.unit, entry.record) for entry in touched.entries}
    for held in journal.held_streams(conn, own_device, streams):
        reach, before = trust.reach(held.stream, held.shape), read_reach(held.reach)
        if reach != before or held.id in touched.streams:
            affected |= _changed_records(conn, held.id, held.stream.unit, before, reach)
            _store_reach(conn, held.id, reach)
        if held.id in touched.streams and held.shape.branches:
            affected |= _records_after(conn, held.id, held.stream.unit, held.shape.tip)
    _refold(conn, affected, known or {})
    return trust


def rebuild(conn: sqlite3.Connection) -> None:
    """Drop the typed tables and fold every entry anew."""
    for (name,) in conn.execute(
        "SELECT name FROM sqlite_master WHERE type='table' AND name GLOB 'state_*'"
    ).fetchall():
        conn.execute(f"DROP TABLE {name}")
    for statement in schema.typed_statements():
        conn.execute(statement)
    conn.execute("UPDATE streams SET reach=''")
    streams = frozenset(row[0] for row in conn.execute("SELECT id FROM streams"))
    refresh(conn, Touched(streams, ()))
    conn.execute(
        "INSERT OR REPLACE INTO own VALUES ('declaration', ?)", (schema.declaration_hash(),)
    )


def is_current(conn: sqlite3.Connection) -> bool:
    """Return whether the typed tables were made from today's record kinds."""
    return journal.own_value(conn, "declaration") == schema.declaration_hash()


def digest(conn: sqlite3.Connection) -> str:
    """Return a hash over every row of the typed tables, in order."""
    found = hashlib.sha256()
    for kind in KINDS.values():
        for row in conn.execute(f"SELECT * FROM {schema.typed_table(kind)} ORDER BY unit, record"):
            found.update(json.dumps(row, ensure_ascii=False).encode())
    return found.hexdigest()


def _changed_records(
    conn: sqlite3.Connection, stream: int, unit: str, before: Reach | None, after: Reach
) -> set[Record]:
    """Records whose state may differ because of what now counts of a stream."""
    start = 0
    if before is not None and _only_longer(before, after):
        start = before.last
        if start == after.last:
            return set()
    return _records_after(conn, stream, unit, start)


def _records_after(conn: sqlite3.Connection, stream: int, unit: str, seq: int) -> set[Record]:
    rows = conn.execute(
        "SELECT DISTINCT record FROM entries WHERE stream=? AND seq>?", (stream, seq)
    )
    return {(unit, record) for (record,) in rows}


def _only_longer(before: Reach, after: Reach) -> bool:
    return (
        (before.unit_owned, before.upper_owned) == (after.unit_owned, after.upper_owned)
        and not before.kept
        and not after.kept
        and before.last <= after.last
    )


def _store_reach(conn: sqlite3.Connection, stream: int, reach: Reach) -> None:
    """Note what counts of a stream."""
    conn.execute("UPDATE streams SET reach=? WHERE id=?", (reach.text(), stream))


def _refold(
    conn: sqlite3.Connection, records: Iterable[Record], known: Mapping[str, Entry]
) -> None:
    """Fold each record anew and write its row; one with neither value nor conflict has none."""
    by_kind: dict[str, list[Record]] = {}
    for unit, record in records:
        name = record.partition("/")[0]
        if name in KINDS:
            by_kind.setdefault(name, []).append((unit, record))
    for name, wanted in sorted(by_kind.items()):
        kind = KINDS[name]
        held = journal.entries_by_record(conn, wanted)
        rows, gone = [], []
        for place in wanted:
            row = _row(kind, place, held.get(place, ()), known)
            if row is None:
                gone.append(place)
            else:
                rows.append(row)
        table, marks = schema.typed_table(kind), ", ".join("?" * len(schema.typed_columns(kind)))
        conn.executemany(f"DELETE FROM {table} WHERE unit=? AND record=?", gone)
        conn.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)


def fold_lines(
    lines: Iterable[tuple[str, bool]], known: Mapping[str, Entry] | None = None
) -> RecordState:
    """Return the state that the given entry lines (with whether each counts) make.

    ``known`` holds entries by line, which then need not be read again.
    """
    known = known or {}
    return fold_record(
        [Held(known.get(line) or stored_entry(line), effective) for line, effective in lines]
    )


def _row(
    kind: Kind, place: Record, lines: Sequence[tuple[str, bool]], known: Mapping[str, Entry]
) -> Row | None:
    if len(lines) == 1 and lines[0][1]:  # most records were written once
        line = lines[0][0]
        return row_of_one(kind, place, known.get(line) or stored_entry(line))
    return row_of(kind, place, fold_lines(lines, known), len(lines))


def conflicted(conn: sqlite3.Connection) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield (unit, record, registers) of every conflict."""
    for kind in KINDS.values():
        for unit, record, registers in conn.execute(
            f"SELECT unit, record, conflicts FROM {schema.typed_table(kind)}"
            " WHERE conflicts IS NOT NULL ORDER BY unit, record"
        ):
            yield unit, record, tuple(registers.split(" "))
