"""Desks for tests: ledgers with keys from seeds and clocks that only move when looked at."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ntm_tui.exchange import inbox, outbox
from ntm_tui.exchange.bundle import key_bytes, key_text
from ntm_tui.exchange.inbox import Inspected
from ntm_tui.exchange.keys import DeviceKey
from ntm_tui.ledger import exchanges, slices, state
from ntm_tui.ledger.entries import FIRST_HASH, Entry, StreamId, chain_lines, stored_entry
from ntm_tui.ledger.journal import Head, Slice, has_effect
from ntm_tui.ledger.ledger import Identity, Ledger
from ntm_tui.ledger.trust import Root

PROVINCE = "12@2025-07-01"
KHONG_LAO = "03583@2025-07-01"
BAN_BO = "03424@2025-07-01"
START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


class SteadyClock:
    """Moves by one second each time it is looked at; can be set wrong by ``skew``."""

    def __init__(self, start: datetime = START, skew: timedelta = timedelta(0)) -> None:
        self.moment = start
        self.skew = skew

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment + self.skew


def key_of(seed: int) -> DeviceKey:
    """Return the key of a small number."""
    return DeviceKey.generate(bytes([seed]) * 32)


@dataclass
class Desk:
    """One device: its ledger, its key, its clock."""

    ledger: Ledger
    key: DeviceKey
    clock: SteadyClock
    delegates: bool = False

    @property
    def device(self):
        return self.key.device

    @property
    def unit(self):
        return self.ledger.unit

    @property
    def root(self):
        return Root(self.device, self.unit, key_text(self.key.public), self.delegates)

    @property
    def digest(self):
        return state.digest(self.ledger.conn)

    def set(self, record, unit=None, *, reason=None, **values):
        """Open the record's form, change it, save; return the entry's identity (or nothing)."""
        change = self.ledger.form(record, unit).change(values)
        return "".join(self.ledger.record([change], by="Hạnh", reason=reason))

    def get(self, record, field_name, unit=None):
        return self.ledger.form(record, unit).values[field_name]

    def conflicts(self):
        return list(state.conflicted(self.ledger.conn))

    def enrol(self, other, unit=None):
        """State that ``other`` (a desk) belongs to its office."""
        values = {"key": key_text(other.key.public), "delegates": other.delegates}
        return self.set(f"enrolment/{other.device}", unit or other.unit, **values)

    def revoke(self, other, after, unit=None):
        record = f"revocation/{other.device}"
        return self.set(record, unit or other.unit, reason="mất máy", after=str(after))

    def trusts(self, *others):
        for other in others:
            self.ledger.trust_root(other.root)

    def counts(self):
        """How many entries here have an effect."""
        return with_effect(self.ledger.conn)

    def held(self):
        """Every (stream, number, hash, line) held here."""
        return set(
            self.ledger.conn.execute(
                "SELECT s.device, s.unit, e.seq, e.hash, e.line"
                " FROM entries e JOIN streams s ON s.id = e.stream"
            )
        )

    def rebuilt_digest(self):
        """The digest of freshly folded tables; the ledger is left as it was."""
        found = ""
        with suppress(_Undo), self.ledger.change():
            state.rebuild(self.ledger.conn)
            found = self.digest
            raise _Undo
        return found


class _Undo(Exception):
    pass


@dataclass
class Desks:
    """Makes desks in one folder."""

    folder: Path
    made: list = field(default_factory=list)

    def __call__(self, name, unit, seed, *, delegates=False, upper="", clock=None):
        key, clock = key_of(seed), clock or SteadyClock()
        identity = Identity(unit, key.device, key_text(key.public), delegates)
        ledger = Ledger.create(self.folder / f"{name}.ntm", identity, clock)
        ledger.conn.execute("PRAGMA synchronous=OFF")
        if upper:
            ledger.set_own("upper", upper)
        desk = Desk(ledger, key, clock, delegates)
        self.made.append(desk)
        return desk

    def province(self, name="province", seed=1, **more):
        return self(name, PROVINCE, seed, delegates=True, **more)

    def commune(self, name="commune", seed=2, unit=KHONG_LAO, **more):
        return self(name, unit, seed, upper=PROVINCE, **more)

    def close(self):
        for desk in self.made:
            desk.ledger.close()


def with_effect(conn):
    """How many entries have an effect in the ledger behind ``conn``."""
    rows = conn.execute(
        "SELECT s.reach, e.seq, e.hash, e.record FROM entries e JOIN streams s ON s.id = e.stream"
    )
    return sum(has_effect(*row) for row in rows)


def pack(sender, to, *, full=False):
    """What a bundle to ``to`` would hold, checked already: no file, no container."""
    with sender.ledger.change():
        outbox.sign_heads(sender.ledger, sender.key)
    letter = outbox.compose(sender.ledger, to, full=full)
    conn, made = sender.ledger.conn, sender.ledger.now()
    with sender.ledger.change():
        number = exchanges.reserve_number(conn, to, sender.ledger.now_text())
    header = outbox._header(sender.ledger, sender.key, letter, number, made)
    before = header.before
    known = {one.device: key_bytes(one.key) for one in exchanges.machines(conn)}
    known |= {device: key_bytes(text) for device, text in sender.ledger.trust().keys.items()}
    keys = {s.device: known[s.device] for s in letter.entries} | {sender.device: sender.key.public}
    parts = [_slice(conn, s, span, before[s]) for s, span in letter.entries.items()]
    sha256 = hashlib.sha256(header.to_json()).hexdigest()
    return Inspected(f"so-{number}.zip", sha256, header, tuple(parts), keys)


def _slice(conn, stream, span, before):
    lines = slices.lines(conn, stream, span.first, span.last)
    return slice_of(
        stream, span.first, bytes.fromhex(before), lines, slices.head(conn, stream, span.last)
    )


def slice_of(stream, start, before, lines, head=None):
    """A slice of the given lines; without ``head`` one that claims to be signed at its end."""
    entries = [stored_entry(line.decode()) for line in lines]
    hashes = list(chain_lines(before, lines))
    head = head or Head(start + len(lines) - 1, hashes[-1], entries[-1].at, "text", "signature")
    return Slice(stream, start, before, lines, entries, hashes, head)


def give(sender, receiver, *, full=False):
    """Hand over what the receiver has not acknowledged; return what that brought."""
    return inbox.take_in(receiver.ledger, pack(sender, receiver.unit, full=full))


def carry(sender, receiver, folder, *, full=False):
    """The same through a real bundle file."""
    sent = outbox.export(sender.ledger, sender.key, folder, to=receiver.unit, full=full)
    return inbox.take_in(receiver.ledger, inbox.inspect(sent.path))


AT = "2026-11-20T08:00:00.000Z/0000"


def entry(device="a" * 12, seq=1, *, unit=KHONG_LAO, at=AT, record="village/nam-xe", seen=(), **v):
    """An entry with ordinary values; other keywords are its registers."""
    values = v or {"name": f"{device[:1]}{seq}"}
    return Entry(device, unit, seq, at, "Hạnh", record, values, tuple(seen), f"{device}/{seq}")


def stream_of(device="a" * 12, unit=KHONG_LAO):
    return StreamId(device, unit)


def written(entries, before=FIRST_HASH):
    """The slice of consecutive entries of one stream, from the first one's number on."""
    lines = [one.line() for one in entries]
    return slice_of(entries[0].stream, entries[0].seq, before, lines)
