"""What an office remembers of its exchanges: arrivals, receipts, exports, quarantine."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ntm_tui.ledger.entries import StreamId
from ntm_tui.ledger.journal import has_effect


@dataclass(frozen=True)
class Arrival:
    """One imported bundle."""

    sha256: str
    name: str
    device: str
    unit: str
    number: int
    period: str
    created: str
    new: int
    waiting: int
    arrived: str = ""


@dataclass(frozen=True)
class Machine:
    """A device heard of in a bundle: the unit it says it belongs to, key (base64), nickname."""

    device: str
    unit: str
    key: str
    nickname: str
    first_seen: str


def machines(conn: sqlite3.Connection) -> list[Machine]:
    """Return every device heard of here, by unit and device."""
    rows = conn.execute(
        "SELECT device, unit, key, nickname, first_seen FROM devices ORDER BY unit, device"
    )
    return [Machine(*row) for row in rows]


def machine(conn: sqlite3.Connection, device: str) -> Machine | None:
    """Return one device heard of here."""
    row = conn.execute(
        "SELECT device, unit, key, nickname, first_seen FROM devices WHERE device=?", (device,)
    ).fetchone()
    return Machine(*row) if row else None


def introduce(conn: sqlite3.Connection, one: Machine) -> None:
    """Remember a device; a nickname replaces the one known, nothing else changes."""
    conn.execute(
        "INSERT INTO devices (device, unit, key, nickname, first_seen) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (device) DO UPDATE SET nickname=excluded.nickname"
        " WHERE excluded.nickname <> ''",
        (one.device, one.unit, one.key, one.nickname, one.first_seen),
    )


@dataclass(frozen=True)
class Standing:
    """How much of a span of a stream counts: the stream's tip, fork, entries without effect."""

    tip: int
    forked: bool
    without_effect: int


def standing(conn: sqlite3.Connection, stream: StreamId, first: int, last: int) -> Standing:
    """Return how the entries ``first`` to ``last`` of a held stream stand."""
    row = conn.execute(
        "SELECT id, tip, forked, reach FROM streams WHERE device=? AND unit=?",
        (stream.device, stream.unit),
    ).fetchone()
    number, tip, forked, reach = row
    held = conn.execute(
        "SELECT seq, hash, record FROM entries WHERE stream=? AND seq BETWEEN ? AND ?",
        (number, first, last),
    )
    without = sum(not has_effect(reach, seq, found, record) for seq, found, record in held)
    return Standing(tip, bool(forked), without)


def arrival_of(conn: sqlite3.Connection, sha256: str) -> str:
    """Return when the very same file was imported first (UTC), or nothing."""
    row = conn.execute("SELECT min(arrived) FROM imports WHERE sha256=?", (sha256,)).fetchone()
    return row[0] or ""


def note_import(
    conn: sqlite3.Connection,
    arrival: Arrival,
    have: Mapping[StreamId, tuple[int, str]],
    now: str,
) -> None:
    """Remember an import and the sending device's receipt, which replaces its earlier one."""
    conn.execute(
        "INSERT INTO imports (sha256, name, device, unit, number, period, created, arrived,"
        " new_entries, waiting) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            arrival.sha256,
            arrival.name,
            arrival.device,
            arrival.unit,
            arrival.number,
            arrival.period,
            arrival.created,
            now,
            arrival.new,
            arrival.waiting,
        ),
    )
    conn.execute("DELETE FROM have WHERE device=?", (arrival.device,))
    conn.executemany(
        "INSERT INTO have VALUES (?, ?, ?, ?, ?)",
        [(arrival.device, str(s), seq, found, now) for s, (seq, found) in have.items()],
    )


def arrivals(conn: sqlite3.Connection, unit: str | None = None) -> list[Arrival]:
    """Return the imports, newest first; only those sent by ``unit`` where one is given."""
    rows = conn.execute(
        "SELECT sha256, name, device, unit, number, period, created, new_entries, waiting, arrived"
        " FROM imports WHERE ? IS NULL OR unit=? ORDER BY id DESC",
        (unit, unit),
    )
    return [Arrival(*row) for row in rows]


def acknowledged(
    conn: sqlite3.Connection, devices: Iterable[str], since: str
) -> dict[str, dict[StreamId, tuple[int, str]]]:
    """Return the receipt of each of ``devices`` that was heard of after ``since`` (UTC)."""
    found: dict[str, dict[StreamId, tuple[int, str]]] = {}
    for device in devices:
        heard = conn.execute(
            "SELECT max(arrived) FROM imports WHERE device=?", (device,)
        ).fetchone()[0]
        if heard is None or heard < since:
            continue
        rows = conn.execute("SELECT stream, seq, hash FROM have WHERE device=?", (device,))
        found[device] = {StreamId.parse(name): (seq, text) for name, seq, text in rows}
    return found


def reserve_number(conn: sqlite3.Connection, unit: str, now: str) -> int:
    """Reserve and return the next number of bundles to ``unit``; it is never given again."""
    (last,) = conn.execute("SELECT max(number) FROM exports WHERE unit=?", (unit,)).fetchone()
    number = (last or 0) + 1
    conn.execute(
        "INSERT INTO exports (number, unit, name, sha256, entries, made)"
        " VALUES (?, ?, '', '', 0, ?)",
        (number, unit, now),
    )
    return number


@dataclass(frozen=True)
class Export:
    """One bundle written here."""

    number: int
    unit: str
    name: str
    sha256: str
    entries: int
    made: str = ""


def note_export(conn: sqlite3.Connection, one: Export) -> None:
    """Remember under which name a bundle with a reserved number was written."""
    conn.execute(
        "UPDATE exports SET name=?, sha256=?, entries=? WHERE unit=? AND number=?",
        (one.name, one.sha256, one.entries, one.unit, one.number),
    )


def exports(conn: sqlite3.Connection) -> list[Export]:
    """Return the bundles written here, newest first."""
    rows = conn.execute(
        "SELECT number, unit, name, sha256, entries, made FROM exports"
        " WHERE name <> '' ORDER BY id DESC"
    )
    return [Export(*row) for row in rows]


@dataclass(frozen=True)
class Kept:
    """One refused file kept in quarantine, and why."""

    sha256: str
    name: str
    code: str
    sentence: str
    kept: str


def note_quarantine(conn: sqlite3.Connection, one: Kept) -> None:
    """Remember a refused file."""
    conn.execute(
        "INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?, ?, ?)",
        (one.sha256, one.name, one.code, one.sentence, one.kept),
    )


def quarantined(conn: sqlite3.Connection) -> list[Kept]:
    """Return the refused files kept, newest first."""
    rows = conn.execute(
        "SELECT sha256, name, code, sentence, kept FROM quarantine ORDER BY kept DESC"
    )
    return [Kept(*row) for row in rows]
