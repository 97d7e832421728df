"""Streams and entries in their tables: appending one's own, taking in others', what is held."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from ntm_tui.ledger.entries import FIRST_HASH, Entry, StreamId, chain, stored_entry
from ntm_tui.ledger.trust import Root, Shape, Statement, read_reach
from ntm_tui.model.faults import Refusal
from ntm_tui.model.records import TRUST_KINDS, split_id


@dataclass(frozen=True, slots=True)
class Head:
    """A device's signature over its stream up to ``seq``: text, and minisign signature of it."""

    seq: int
    hash: bytes
    at: str
    text: str
    signature: str


@dataclass(frozen=True, slots=True)
class Slice:
    """Consecutive entries of one stream as they arrive, already checked against ``head``.

    ``before`` is the chain hash before the first of ``lines``; ``hashes`` are those after each.
    """

    stream: StreamId
    start: int
    before: bytes
    lines: Sequence[bytes]
    entries: Sequence[Entry]
    hashes: Sequence[bytes]
    head: Head


@dataclass(frozen=True, slots=True)
class Tip:
    """Where the contiguous, unforked beginning of a stream ends."""

    id: int
    seq: int
    hash: bytes
    forked: bool


def stream_tip(conn: sqlite3.Connection, stream: StreamId) -> Tip | None:
    """Return the tip of ``stream``, or ``None`` when nothing of it was ever held."""
    row = conn.execute(
        "SELECT id, tip, tip_hash, forked FROM streams WHERE device=? AND unit=?",
        (stream.device, stream.unit),
    ).fetchone()
    return Tip(row[0], row[1], row[2], bool(row[3])) if row else None


def ensure_stream(conn: sqlite3.Connection, stream: StreamId) -> Tip:
    """Return the tip of ``stream``, having made its row if there was none."""
    tip = stream_tip(conn, stream)
    if tip is None:
        cursor = conn.execute(
            "INSERT INTO streams (device, unit, tip_hash) VALUES (?, ?, ?)",
            (stream.device, stream.unit, FIRST_HASH),
        )
        assert cursor.lastrowid is not None
        tip = Tip(cursor.lastrowid, 0, FIRST_HASH, forked=False)
    return tip


_INSERT = (
    "INSERT INTO entries (stream, seq, hash, before, record, at, act, line, arrived)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def append(conn: sqlite3.Connection, entry: Entry, arrived: str) -> int:
    """Add an entry of this device at the end of its stream; return the stream's row id."""
    tip = ensure_stream(conn, entry.stream)
    if entry.seq != tip.seq + 1:
        raise ValueError(f"{entry.identity} does not follow {tip.seq}")
    line = entry.line()
    after = chain(tip.hash, line)
    row = (tip.id, entry.seq, after, tip.hash, entry.record, entry.at, entry.act)
    conn.execute(_INSERT, (*row, line.decode(), arrived))
    conn.execute("UPDATE streams SET tip=?, tip_hash=? WHERE id=?", (entry.seq, after, tip.id))
    return tip.id


def take_in(conn: sqlite3.Connection, part: Slice, arrived: str) -> tuple[int, list[Entry]]:
    """Add what is new in ``part``; return the stream's row id and the new entries.

    Entries already held are left as they are. A second entry at a number already held is a
    fork: both are kept, and the stream's beginning then ends before it.
    """
    tip = ensure_stream(conn, part.stream)
    held = {
        (seq, bytes(found))
        for seq, found in conn.execute(
            "SELECT seq, hash FROM entries WHERE stream=? AND seq BETWEEN ? AND ?",
            (tip.id, part.start, part.start + len(part.lines) - 1),
        )
    }
    rows, fresh = [], []
    before = part.before
    for entry, line, after in zip(part.entries, part.lines, part.hashes, strict=True):
        if (entry.seq, after) not in held:
            row = (tip.id, entry.seq, after, before, entry.record, entry.at, entry.act)
            rows.append((*row, line.decode(), arrived))
            fresh.append(entry)
        before = after
    conn.executemany(_INSERT, rows)
    head = part.head
    conn.execute(
        "INSERT OR IGNORE INTO heads (stream, seq, hash, at, text, signature)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (tip.id, head.seq, head.hash, head.at, head.text, head.signature),
    )
    if rows:
        advance(conn, tip.id, min(row[1] for row in rows))
    return tip.id, fresh


def advance(conn: sqlite3.Connection, stream: int, changed_from: int) -> None:
    """Move the tip of a stream to where its contiguous, unforked beginning now ends."""
    (seq, tip_hash, forked) = conn.execute(
        "SELECT tip, tip_hash, forked FROM streams WHERE id=?", (stream,)
    ).fetchone()
    if changed_from <= seq:  # a branch beside what was held
        seq = changed_from - 1
        (tip_hash,) = conn.execute(
            "SELECT hash FROM entries WHERE stream=? AND seq=?", (stream, seq)
        ).fetchone() or (FIRST_HASH,)
    rows = conn.execute(
        "SELECT seq, hash, before FROM entries WHERE stream=? AND seq>? ORDER BY seq", (stream, seq)
    ).fetchall()
    for index, (number, found, before) in enumerate(rows):
        if number != seq + 1:
            break
        twin = index + 1 < len(rows) and rows[index + 1][0] == number
        if twin or before != tip_hash:
            forked = 1
            break
        seq, tip_hash = number, found
    conn.execute(
        "UPDATE streams SET tip=?, tip_hash=?, forked=? WHERE id=?",
        (seq, tip_hash, forked, stream),
    )


def own_value(conn: sqlite3.Connection, name: str) -> str | None:
    """Return a local fact of this ledger (``unit``, ``device``, ``officer`` …)."""
    row = conn.execute("SELECT value FROM own WHERE name=?", (name,)).fetchone()
    return row[0] if row else None


@dataclass(frozen=True, slots=True)
class HeldStream:
    """One stream as held: row id, what is held of it, and what was last found to count."""

    id: int
    stream: StreamId
    shape: Shape
    reach: str


def held_streams(
    conn: sqlite3.Connection, own_device: str, streams: Iterable[int] | None = None
) -> Iterator[HeldStream]:
    """Yield every stream, or those with the row ids ``streams``.

    Entries of this device need no signature here.
    """
    wanted = "1" if streams is None else f"s.id IN ({', '.join(map(str, streams))})"
    signed = dict(
        conn.execute(
            "SELECT h.stream, max(h.seq) FROM streams s JOIN heads h ON h.stream = s.id"
            " JOIN entries e ON e.stream = h.stream AND e.seq = h.seq AND e.hash = h.hash"
            f" WHERE h.seq <= s.tip AND {wanted} GROUP BY h.stream"
        )
    )
    for stream, device, unit, tip, tip_hash, forked, reach in conn.execute(
        "SELECT id, device, unit, tip, tip_hash, forked, reach FROM streams s"
        f" WHERE {wanted} ORDER BY id"
    ).fetchall():
        last = tip if device == own_device else signed.get(stream, 0)
        shape = Shape(tip, last, tip_hash.hex())
        if forked:
            shape = _forked_shape(conn, stream, shape, own=device == own_device)
        yield HeldStream(stream, StreamId(device, unit), shape, reach)


def speaks(conn: sqlite3.Connection, streams: Iterable[int]) -> bool:
    """Return whether any of the streams (row ids) holds an entry of a trust kind."""
    wanted = ", ".join(map(str, streams))
    if not wanted:
        return False
    row = conn.execute(
        f"SELECT 1 FROM entries INDEXED BY entries_of_trust WHERE stream IN ({wanted})"
        f" AND ({_TRUST}) LIMIT 1"
    ).fetchone()
    return row is not None


def is_spoken_against(conn: sqlite3.Connection, device: str, units: Iterable[str]) -> bool:
    """Return whether an entry about one of ``units``, with effect or not, revokes ``device``."""
    return any(
        conn.execute(
            "SELECT 1 FROM streams s CROSS JOIN entries e ON e.stream = s.id AND e.record = ?"
            " WHERE s.unit = ? LIMIT 1",
            (f"revocation/{device}", unit),
        ).fetchone()
        for unit in units
    )


_TRUST = " OR ".join(f"record LIKE '{kind}/%'" for kind in TRUST_KINDS)
"""Picks entries of trust kinds; worded as the partial index ``entries_of_trust`` is."""


def _forked_shape(conn: sqlite3.Connection, stream: int, shape: Shape, *, own: bool) -> Shape:
    branches = {
        (seq, found.hex()): before.hex()
        for seq, found, before in conn.execute(
            "SELECT seq, hash, before FROM entries WHERE stream=? AND seq>?", (stream, shape.tip)
        )
    }
    heads = conn.execute("SELECT seq, hash FROM heads WHERE stream=?", (stream,))
    vouched = frozenset((seq, found.hex()) for seq, found in heads)
    return Shape(
        shape.tip, shape.signed, shape.tip_hash, branches, frozenset(branches) if own else vouched
    )


def roots(conn: sqlite3.Connection) -> list[Root]:
    """Return the roots of trust of this ledger."""
    rows = conn.execute("SELECT device, unit, key, delegates FROM roots")
    return [Root(device, unit, key, bool(delegates)) for device, unit, key, delegates in rows]


def statements(conn: sqlite3.Connection) -> list[Statement]:
    """Return every entry of a trust kind held here."""
    rows = conn.execute(
        f"SELECT line, hash FROM entries INDEXED BY entries_of_trust WHERE {_TRUST}"
    )
    found = []
    for line, entry_hash in rows:
        entry = stored_entry(line)
        with suppress(Refusal):  # what no list could show says nothing either
            kind, pieces = split_id(entry.record)
            place = (entry.device, entry.unit, entry.seq, entry_hash.hex())
            subject = tuple(pieces[name] or "" for name in kind.columns)
            found.append(Statement(*place, kind.name, subject, entry.set))
    return found


def has_effect(reach: str, seq: int, entry_hash: bytes, record: str) -> bool:
    """Return whether an entry counts, given what was last found of its stream (``reach``)."""
    found = read_reach(reach)
    return found is not None and found.counts(seq, entry_hash, record.partition("/")[0])


def entries_by_record(
    conn: sqlite3.Connection, records: Iterable[tuple[str, str]]
) -> Mapping[tuple[str, str], list[tuple[str, bool]]]:
    """Return the lines held about each (unit, record), with whether they count.

    From a fork on, entries without effect are left out: their identity is not their own.
    """
    conn.execute("CREATE TEMP TABLE IF NOT EXISTS touched (unit TEXT, record TEXT)")
    conn.execute("DELETE FROM touched")
    conn.executemany("INSERT INTO touched VALUES (?, ?)", records)
    found: dict[tuple[str, str], list[tuple[str, bool]]] = {}
    for unit, record, line, seq, entry_hash, reach, beyond_fork in conn.execute(
        "SELECT t.unit, t.record, e.line, e.seq, e.hash, s.reach, s.forked AND e.seq > s.tip"
        " FROM touched t CROSS JOIN streams s ON s.unit = t.unit"
        " CROSS JOIN entries e ON e.stream = s.id AND e.record = t.record"
    ):
        effective = has_effect(reach, seq, entry_hash, record)
        if effective or not beyond_fork:
            found.setdefault((unit, record), []).append((line, effective))
    return found
