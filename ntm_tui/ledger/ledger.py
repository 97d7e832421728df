"""The ledger of one device: open, record, undo, take in what others wrote, keep drafts.

Every change is one transaction: all of an action's entries, the state that follows from them,
or nothing. A ledger belongs to the thread that opened it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from ntm_tui.ledger import connection, journal, state, undo
from ntm_tui.ledger.clock import HybridClock, physical, system_time
from ntm_tui.ledger.connection import transaction, worded_errors
from ntm_tui.ledger.entries import Entry, StreamId, stored_entry
from ntm_tui.ledger.forms import Change, Form
from ntm_tui.ledger.trust import Root, Trust
from ntm_tui.locale import N_
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.records import (
    REASON_REQUIRED,
    kind_of,
    split_id,
)

WRITTEN_TWICE = Fault(
    "L35",
    N_("A copy of this ledger has written under this machine's name; nothing was recorded."),
    N_("Close this software and open the ledger again: it then goes on as a new machine."),
)


@dataclass(frozen=True)
class Identity:
    """Who writes here: the office, this device and its public key (base64)."""

    unit: str
    device: str
    key: str
    delegates: bool = False


class Ledger:
    """One open ledger. Use as a context manager, or :meth:`close` it."""

    def __init__(
        self, path: Path, conn: sqlite3.Connection, now: Callable[[], datetime] = system_time
    ) -> None:
        self.path = path
        self.conn = conn
        self._now = now
        self._trust: tuple[int, Trust] | None = None

    @classmethod
    def create(
        cls, path: Path, identity: Identity, now: Callable[[], datetime] = system_time
    ) -> Self:
        """Start an empty ledger at ``path``. Raises :class:`Refusal` (L04, L06–L08)."""

        def fill(conn: sqlite3.Connection) -> None:
            unfinished = cls(path, conn, now)
            with unfinished.change():
                state.rebuild(conn)
            unfinished.become(identity)

        connection.create_file(path, fill)
        return cls(path, connection.open_file(path), now)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        read_only: bool = False,
        now: Callable[[], datetime] = system_time,
        before_migration: Callable[[Path], object] | None = None,
    ) -> Self:
        """Open the ledger at ``path``, bringing an older one up to date first.

        ``before_migration`` is called with the path before anything is changed (a backup).
        Raises :class:`Refusal` (L01–L03, L05–L08).
        """
        conn = connection.open_file(path, read_only=read_only)
        ledger = cls(path, conn, now)
        try:
            with worded_errors(path):
                if connection.needs_migration(conn):
                    if before_migration is not None:
                        before_migration(path)
                    connection.migrate(conn)
                if not state.is_current(conn):
                    with ledger.change():
                        state.rebuild(conn)
        except BaseException:
            conn.close()
            raise
        return ledger

    def close(self) -> None:
        """Close the file."""
        self.conn.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    # -- who we are ---------------------------------------------------------

    @property
    def unit(self) -> str:
        """The unit this ledger's office is (``03583@2025-07-01``)."""
        return self.own("unit")

    @property
    def device(self) -> str:
        """This device's id."""
        return self.own("device")

    def own(self, name: str, default: str = "") -> str:
        """Return a local fact (``unit``, ``device``, ``officer``, ``upper`` …)."""
        found = journal.own_value(self.conn, name)
        return default if found is None else found

    def set_own(self, name: str, value: str) -> None:
        """Remember a local fact."""
        with self.change():
            self.conn.execute("INSERT OR REPLACE INTO own VALUES (?, ?)", (name, value))

    def become(self, identity: Identity) -> None:
        """Write as this device from now on; it is a root of trust here."""
        with self.change():
            for name in ("unit", "device", "key"):
                self.conn.execute(
                    "INSERT OR REPLACE INTO own VALUES (?, ?)", (name, getattr(identity, name))
                )
            self._add_root(Root(identity.device, identity.unit, identity.key, identity.delegates))

    def trust_root(self, root: Root) -> None:
        """Trust a device whose fingerprint was typed here."""
        with self.change():
            self._add_root(root)

    def _add_root(self, root: Root) -> None:
        self.conn.execute(
            "INSERT OR REPLACE INTO roots VALUES (?, ?, ?, ?)",
            (root.device, root.unit, root.key, int(root.delegates)),
        )
        self._trust = None
        state.refresh(self.conn, state.Touched(frozenset(), ()))

    def trust(self) -> Trust:
        """Return the authority in force here; worked out again only when it may have changed."""
        version = self._version()
        if self._trust is None or self._trust[0] != version:
            self._trust = (version, state.current_trust(self.conn))
        return self._trust[1]

    def _version(self) -> int:
        """A number that changes when another connection has written to the file."""
        return int(self.conn.execute("PRAGMA data_version").fetchone()[0])

    def now(self) -> datetime:
        """Return the present moment as this ledger's clock tells it."""
        return self._now()

    def now_text(self) -> str:
        """Return the present moment (UTC) as the ledger notes it."""
        return physical(self._now())

    # -- reading one record ---------------------------------------------------

    def form(self, record: str, unit: str | None = None) -> Form:
        """Return one record as it stands. Raises :class:`Refusal` (R01, R02) for a bad id."""
        split_id(record)
        unit = unit or self.unit
        lines = journal.entries_by_record(self.conn, [(unit, record)])
        return Form(unit, record, state.fold_lines(lines.get((unit, record), ())))

    def history(self, record: str, unit: str | None = None) -> list[tuple[Entry, bool]]:
        """Return every entry held about a record with whether it counts, oldest first."""
        unit = unit or self.unit
        lines = journal.entries_by_record(self.conn, [(unit, record)]).get((unit, record), ())
        found = [(stored_entry(line), effective) for line, effective in lines]
        return sorted(found, key=lambda one: (one[0].at, one[0].device, one[0].seq))

    # -- writing ----------------------------------------------------------------

    @contextmanager
    def change(self) -> Iterator[None]:
        """Everything inside changes together or not at all; errors come in words (L05–L08).

        A change inside another one is a part of it.
        """
        if self.conn.in_transaction:
            yield
            return
        try:
            with worded_errors(self.path), transaction(self.conn):
                yield
        except BaseException:
            self._trust = None
            raise

    def record(
        self, changes: Sequence[Change], *, by: str, reason: str | None = None, act: str = ""
    ) -> list[str]:
        """Record one user action; return the identities of its entries.

        Changes of nothing are left out. ``act`` names the action where it is an undo. Raises
        :class:`Refusal` (R07 the kind demands a reason, L35 a copy wrote too, L05–L08).
        """
        wanted = [one for one in changes if one.set]
        if not reason and any(kind_of(one.record).reason_required for one in wanted):
            raise Refusal(REASON_REQUIRED)
        with self.change():
            return self._append(wanted, by, reason, act)

    def _append(
        self, changes: Sequence[Change], by: str, reason: str | None, act: str
    ) -> list[str]:
        clock = HybridClock(self._now, self.own("clock"))
        device, arrived = self.device, self.now_text()
        by_stream: dict[int, list[Entry]] = {}
        for one in changes:
            for seen in one.seen:
                clock.observe(self._clock_of(seen))
            tip = journal.ensure_stream(self.conn, StreamId(device, one.unit))
            if tip.forked:
                raise Refusal(WRITTEN_TWICE)
            act = act or f"{device}/{one.unit}/{tip.seq + 1}"
            entry = Entry(
                device=device,
                unit=one.unit,
                seq=tip.seq + 1,
                at=clock.tick(),
                by=by,
                record=one.record,
                set=one.set,
                seen=one.seen,
                act=act,
                reason=reason,
            )
            journal.append(self.conn, entry, arrived)
            by_stream.setdefault(tip.id, []).append(entry)
        self.conn.execute("INSERT OR REPLACE INTO own VALUES ('clock', ?)", (clock.last,))
        self._refresh(by_stream)
        return [entry.identity for entries in by_stream.values() for entry in entries]

    def _refresh(self, by_stream: Mapping[int, Sequence[Entry]]) -> None:
        everything = [entry for entries in by_stream.values() for entry in entries]
        touched = state.Touched(frozenset(by_stream), everything)
        if touched.changes_trust or not all(
            state.refresh_own(self.conn, stream, entries) for stream, entries in by_stream.items()
        ):
            self._trust = None
            state.refresh(self.conn, touched)

    def _clock_of(self, identity: str) -> str:
        device, unit, seq = identity.split("/")
        row = self.conn.execute(
            "SELECT e.at FROM entries e JOIN streams s ON s.id = e.stream"
            " WHERE s.device=? AND s.unit=? AND e.seq=?",
            (device, unit, int(seq)),
        ).fetchone()
        return row[0] if row else ""

    def take_in(self, parts: Sequence[journal.Slice]) -> int:
        """Add what others wrote; return how many entries are new. Call inside :meth:`change`."""
        arrived = self.now_text()
        clock = HybridClock(self._now, self.own("clock"))
        streams, fresh = set(), []
        known: dict[str, Entry] = {}
        for part in parts:
            known.update(zip(map(bytes.decode, part.lines), part.entries, strict=True))
            stream, new = journal.take_in(self.conn, part, arrived)
            streams.add(stream)
            fresh.extend(new)
        if fresh:
            clock.observe(max(entry.at for entry in fresh))
            self.conn.execute("INSERT OR REPLACE INTO own VALUES ('clock', ?)", (clock.last,))
        touched = state.Touched(frozenset(streams), fresh)
        before = None if touched.changes_trust else self.trust()
        trust = state.refresh(self.conn, touched, before, known)
        self._trust = (self._version(), trust)
        return len(fresh)

    # -- undo and redo ------------------------------------------------------------

    def undo(self, *, by: str) -> list[str]:
        """Write back what was there before this device's last action; return the new entries.

        Raises :class:`Refusal` (L30 nothing left, L32 changed since, L33 a settled conflict,
        L34 a statement about machines).
        """
        return undo.undo(self, by)

    def redo(self, *, by: str) -> list[str]:
        """Write back what the last undo took away. Raises :class:`Refusal` (L31, L32)."""
        return undo.redo(self, by)

    # -- drafts -----------------------------------------------------------------------

    def save_draft(self, place: str, content: Mapping[str, str]) -> None:
        """Keep what was typed at ``place`` and not saved; it never leaves this machine."""
        with self.change():
            self.conn.execute(
                "INSERT OR REPLACE INTO drafts VALUES (?, ?, ?)",
                (place, json.dumps(dict(content), ensure_ascii=False), self.now_text()),
            )

    def drafts(self) -> dict[str, dict[str, str]]:
        """Return every draft by place."""
        rows = self.conn.execute("SELECT place, content FROM drafts ORDER BY saved")
        return {place: json.loads(content) for place, content in rows}

    def drop_draft(self, place: str) -> None:
        """Forget the draft at ``place``."""
        with self.change():
            self.conn.execute("DELETE FROM drafts WHERE place=?", (place,))
