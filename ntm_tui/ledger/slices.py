"""Cutting streams for a bundle: tips, lines, signed heads."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from ntm_tui.ledger.entries import FIRST_HASH, Entry, StreamId, stored_entry
from ntm_tui.ledger.journal import Head, ensure_stream

Tips = Mapping[StreamId, tuple[int, str]]
"""By stream: the last number of the contiguous, unforked beginning, and its hash."""


def tips(conn: sqlite3.Connection) -> dict[StreamId, tuple[int, str]]:
    """Return the tip of every stream held."""
    rows = conn.execute("SELECT device, unit, tip, tip_hash FROM streams")
    return {StreamId(device, unit): (tip, found.hex()) for device, unit, tip, found in rows}


def vouched(
    conn: sqlite3.Connection, held: Tips, own_device: str
) -> dict[StreamId, tuple[int, str]]:
    """Return of each stream the last number its own device has signed, as far as held.

    This device's own streams end at their tip: they are signed before an export.
    """
    found = {s: tip for s, tip in held.items() if s.device == own_device}
    rows = conn.execute(
        "SELECT s.device, s.unit, h.seq, h.hash FROM heads h JOIN streams s ON s.id = h.stream"
        " JOIN entries e ON e.stream = h.stream AND e.seq = h.seq AND e.hash = h.hash"
        " WHERE h.seq <= s.tip ORDER BY h.seq"
    )
    for device, unit, seq, found_hash in rows:
        stream = StreamId(device, unit)
        if stream in held and device != own_device:
            found[stream] = (seq, found_hash.hex())
    return found


def is_forked(conn: sqlite3.Connection, device: str) -> bool:
    """Return whether any stream of a device has two entries under one number."""
    row = conn.execute("SELECT 1 FROM streams WHERE device=? AND forked LIMIT 1", (device,))
    return row.fetchone() is not None


def unsigned(conn: sqlite3.Connection, device: str) -> dict[StreamId, tuple[int, str]]:
    """Return the tips of a device's streams that have no signed head yet."""
    rows = conn.execute(
        "SELECT s.unit, s.tip, s.tip_hash FROM streams s LEFT JOIN heads h"
        " ON h.stream = s.id AND h.seq = s.tip AND h.hash = s.tip_hash"
        " WHERE s.device=? AND s.tip > 0 AND h.seq IS NULL",
        (device,),
    )
    return {StreamId(device, unit): (tip, found.hex()) for unit, tip, found in rows}


def keep_head(conn: sqlite3.Connection, stream: StreamId, head: Head) -> None:
    """Keep a device's signature over its stream."""
    conn.execute(
        "INSERT OR REPLACE INTO heads VALUES (?, ?, ?, ?, ?, ?)",
        (
            ensure_stream(conn, stream).id,
            head.seq,
            head.hash,
            head.at,
            head.text,
            head.signature,
        ),
    )


def head(conn: sqlite3.Connection, stream: StreamId, seq: int) -> Head:
    """Return the signed head of ``stream`` at ``seq``, which must be held."""
    row = conn.execute(
        "SELECT h.seq, h.hash, h.at, h.text, h.signature FROM heads h"
        " JOIN streams s ON s.id = h.stream"
        " JOIN entries e ON e.stream = h.stream AND e.seq = h.seq AND e.hash = h.hash"
        " WHERE s.device=? AND s.unit=? AND h.seq=?",
        (stream.device, stream.unit, seq),
    ).fetchone()
    return Head(*row)


def lines(conn: sqlite3.Connection, stream: StreamId, first: int, last: int) -> list[bytes]:
    """Return the lines ``first`` to ``last`` of the unforked beginning of ``stream``."""
    rows = conn.execute(
        "SELECT e.line FROM entries e JOIN streams s ON s.id = e.stream"
        " WHERE s.device=? AND s.unit=? AND e.seq BETWEEN ? AND ? ORDER BY e.seq",
        (stream.device, stream.unit, first, last),
    )
    return [line.encode() for (line,) in rows]


def hash_before(conn: sqlite3.Connection, stream: StreamId, seq: int) -> str:
    """Return the chain hash before entry ``seq`` of ``stream``."""
    if seq == 1:
        return FIRST_HASH.hex()
    row = conn.execute(
        "SELECT e.before FROM entries e JOIN streams s ON s.id = e.stream"
        " WHERE s.device=? AND s.unit=? AND e.seq=?",
        (stream.device, stream.unit, seq),
    ).fetchone()
    return str(row[0].hex())


def agrees(conn: sqlite3.Connection, stream: StreamId, seq: int, found: str) -> bool:
    """Return whether entry ``seq`` of ``stream`` is not held, or held with that very hash."""
    rows = conn.execute(
        "SELECT e.hash FROM entries e JOIN streams s ON s.id = e.stream"
        " WHERE s.device=? AND s.unit=? AND e.seq=?",
        (stream.device, stream.unit, seq),
    ).fetchall()
    return not rows or any(row[0].hex() == found for row in rows)


def unsigned_entries(conn: sqlite3.Connection, device: str) -> list[Entry]:
    """Return what a device wrote after the last number it signed, in the order it came."""
    rows = conn.execute(
        "SELECT e.line FROM entries e JOIN streams s ON s.id = e.stream"
        " WHERE s.device=? AND e.seq <= s.tip AND e.seq > coalesce("
        "   (SELECT max(h.seq) FROM heads h WHERE h.stream = s.id AND h.seq <= s.tip), 0)"
        " ORDER BY e.id",
        (device,),
    )
    return [stored_entry(line) for (line,) in rows]
