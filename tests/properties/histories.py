"""Random histories of two offices' worth of machines, in memory, with an oracle beside them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import strategies as st
from worlds import BAN_BO, KHONG_LAO, PROVINCE, Desk, Desks, SteadyClock, key_of, pack

from ntm_tui.exchange import inbox
from ntm_tui.exchange.bundle import key_text
from ntm_tui.ledger.entries import stored_entry
from ntm_tui.ledger.fold import Held, fold_record
from ntm_tui.ledger.journal import has_effect
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.trust import Root
from ntm_tui.model.faults import Refusal

UNITS = (PROVINCE, PROVINCE, KHONG_LAO, KHONG_LAO, BAN_BO, BAN_BO)
"""Which office the machines 0 to 5 belong to."""

OBSERVER = 9
RECORDS = ("village/v1", "village/v2", "assessment/p/1/2026-11", "appraisal/p/1/2026-11")
MAY_REFUSE = {"L30", "L31", "L32", "L33", "L34", "L35", "B61"}


@cache
def _template(number: int) -> bytes:
    unit = PROVINCE if number == OBSERVER else UNITS[number]
    with TemporaryDirectory() as folder:
        desks = Desks(Path(folder))
        above = unit == PROVINCE
        desk = desks("x", unit, number + 1, delegates=above, upper="" if above else PROVINCE)
        desk.ledger.conn.execute("PRAGMA journal_mode=DELETE")
        found = desk.ledger.conn.serialize()
        desks.close()
    return found


def in_memory(number: int, content: bytes = b"") -> Desk:
    """A desk whose ledger lies in memory only."""
    conn = sqlite3.connect(":memory:", isolation_level=None)
    conn.deserialize(content or _template(number))
    clock = SteadyClock()
    ledger = Ledger(Path(f"machine-{number}"), conn, clock)
    return Desk(ledger, key_of(number + 1), clock, delegates=ledger.unit == PROVINCE)


@dataclass
class World:
    """The machines, and every bundle ever packed."""

    desks: list[Desk] = field(default_factory=lambda: [in_memory(n) for n in range(len(UNITS))])
    parcels: list = field(default_factory=list)
    stood: dict = field(default_factory=dict)

    def __post_init__(self):
        first = self.desks[0]
        for desk in self.desks[1:]:
            desk.trusts(first)
        for number in (1, 2, 4):
            first.enrol(self.desks[number])
        self.desks[2].enrol(self.desks[3])

    def run(self, steps):
        """Play ``steps``; after each, what must always hold of the ledger it touched."""
        for name, machine, *arguments in steps:
            desk = self.desks[machine % len(self.desks)]
            before = conflicts_of(desk)
            try:
                getattr(self, name)(desk, *arguments)
            except Refusal as refusal:
                assert refusal.fault.code in MAY_REFUSE, refusal
            assert desk.rebuilt_digest() == desk.digest
            assert_none_vanished(before, desk)

    def save(self, desk, record, about, register, value):
        unit = UNITS[about] if desk.unit == PROVINCE else desk.unit
        name = RECORDS[record]
        register = register if name.startswith("village") else "value"
        before = desk.get(name, register, unit)
        if identity := desk.set(name, unit, **{register: value}):
            self.stood[desk.device, id(desk), identity] = (name, unit, register, before)

    def save_and_undo(self, desk, *what):
        self.save(desk, *what)
        self.undo(desk)

    def undo(self, desk):
        """What stood there before the act that is taken back stands there again."""
        (identity, *_) = desk.ledger.undo(by="Hạnh")
        act = self.act_of(desk, identity).split(" ")[1]
        name, unit, register, before = self.stood[desk.device, id(desk), act]
        assert desk.get(name, register, unit) == before

    def undo_and_redo(self, desk):
        """An undo that goes through, then the redo, end where they began."""
        before = {place: desk.ledger.form(place[1], place[0]).values for place in places(desk)}
        desk.ledger.undo(by="Hạnh")
        desk.ledger.redo(by="Hạnh")
        for (unit, record), values in before.items():
            assert desk.ledger.form(record, unit).values == values

    @staticmethod
    def act_of(desk, identity):
        device, unit, seq = identity.split("/")
        query = (
            "SELECT e.act FROM entries e JOIN streams s ON s.id = e.stream"
            " WHERE s.device=? AND s.unit=? AND e.seq=?"
        )
        return desk.ledger.conn.execute(query, (device, unit, int(seq))).fetchone()[0]

    def redo(self, desk):
        desk.ledger.redo(by="Hạnh")

    def send(self, desk, to, full):
        self.parcels.append(pack(desk, UNITS[to], full=full))

    def hand_over(self, desk, other):
        """A bundle that is packed and taken in at once."""
        receiver = self.desks[other % len(self.desks)]
        if receiver is not desk:
            self.send(desk, UNITS.index(receiver.unit), False)
            self.receive(receiver, -1)

    def copy_and_write(self, desk, value):
        """Both the ledger and its copy go on writing, and what the copy wrote reaches others."""
        if desk.unit != PROVINCE and len(self.desks) < len(UNITS) + 2:
            self.copy(desk)
            twin = self.desks[-1]
            self.save(twin, 0, 0, "name", f"twin {value}")
            self.save(desk, 0, 0, "name", f"own {value}")
            for one in (desk, twin):
                self.send(one, 0, True)
                self.send(one, UNITS.index(desk.unit), True)

    def receive(self, desk, number):
        """Any bundle packed for this office, old ones and those taken in before included."""
        mine = [one for one in self.parcels if one.header.to == desk.unit]
        if not mine:
            return
        parcel = mine[number % len(mine)]
        inbox.take_in(desk.ledger, parcel)
        digest, held = desk.digest, desk.held()
        again = inbox.take_in(desk.ledger, replace(parcel, sha256=f"again {parcel.sha256}"))
        assert again.new == 0
        assert (desk.digest, desk.held()) == (digest, held)

    def enrol(self, desk, other):
        machine = self.desks[other]
        desk.enrol(machine)

    def revoke(self, desk, other, after):
        desk.revoke(self.desks[other], after)

    def trust(self, desk, other):
        desk.trusts(self.desks[other])

    def set_clock(self, desk, days):
        desk.clock.skew = timedelta(days=days)

    def copy(self, desk):
        """The ledger file was copied to another machine, key and all: forks will follow."""
        if len(self.desks) < len(UNITS) + 2:
            twin = in_memory(self.desks.index(desk) % len(UNITS), desk.ledger.conn.serialize())
            twin.key, twin.clock.skew = desk.key, desk.clock.skew
            self.desks.append(twin)
            for (device, owner, act), what in list(self.stood.items()):
                if owner == id(desk):
                    self.stood[device, id(twin), act] = what

    def keep(self, desk, number):
        """Name a branch of some fork held here."""
        branches = desk.ledger.conn.execute(
            "SELECT s.device, s.unit, e.seq, e.hash FROM entries e JOIN streams s ON s.id=e.stream"
            " WHERE s.forked AND e.seq = s.tip + 1 ORDER BY 1, 2, 3, 4"
        ).fetchall()
        if branches:
            device, unit, seq, chosen = branches[number % len(branches)]
            desk.set(f"keep/{device}/{seq}", unit, reason="máy bị chép", hash=chosen.hex())

    def close(self):
        for desk in self.desks:
            desk.ledger.close()

    @property
    def roots(self):
        return [
            Root(desk.device, desk.unit, key_text(desk.key.public), desk.delegates)
            for desk in self.desks
        ]


def places(desk):
    """Every (unit, record) that is written of here."""
    rows = desk.ledger.conn.execute(
        "SELECT DISTINCT s.unit, e.record FROM entries e JOIN streams s ON s.id = e.stream"
    )
    return rows.fetchall()


def _held(desk, place):
    unit, record = place
    rows = desk.ledger.conn.execute(
        "SELECT e.line, s.forked AND e.seq > s.tip, s.reach, e.seq, e.hash, e.record"
        " FROM entries e JOIN streams s ON s.id = e.stream WHERE s.unit=? AND e.record=?",
        (unit, record),
    )
    found = [(line, beyond, has_effect(*place)) for line, beyond, *place in rows]
    return [(stored_entry(line), counts) for line, beyond, counts in found if counts or not beyond]


def conflicts_of(desk):
    """Heads of every register in conflict, found from the journal alone."""
    found = {}
    for place in places(desk):
        state = fold_record(Held(entry, effective) for entry, effective in _held(desk, place))
        for register in state.conflicts:
            found[place, register] = {entry.identity for entry in state.heads[register]}
    shown = {
        ((unit, record), register)
        for unit, record, registers in desk.conflicts()
        for register in registers
    }
    assert shown == found.keys()
    return found


def assert_none_vanished(before, desk):
    """A conflict that is gone was seen whole by an entry that counts, or lost its right."""
    now = conflicts_of(desk)
    for (place, register), heads in before.items():
        if (place, register) in now:
            continue
        entries = [one for one in _held(desk, place) if register in one[0].set]
        by_identity = {entry.identity: entry for entry, _ in entries}
        effective = {entry.identity for entry, counts in entries if counts}
        seen = [_all_seen(by_identity[name], by_identity) | {name} for name in effective]
        assert any(heads & effective <= one for one in seen) or not heads & effective


def _all_seen(entry, by_identity):
    found, waiting = set(), [entry]
    while waiting:
        for name in waiting.pop().seen:
            if name in by_identity and name not in found:
                found.add(name)
                waiting.append(by_identity[name])
    return found


machines = st.integers(0, 7)
offices = st.sampled_from((0, 2, 4))
values = st.sampled_from(["1", "2", "3", None])
registers = st.sampled_from(["name", "households"])
hand_overs = st.tuples(st.just("hand_over"), machines, machines)
saves = st.tuples(
    st.sampled_from(["save", "save", "save_and_undo"]),
    machines,
    st.sampled_from((0, 0, 1, 2, 2, 3)),
    offices,
    registers,
    values,
)
sends = st.tuples(st.just("send"), machines, offices, st.booleans())
receives = st.tuples(st.just("receive"), machines, st.integers(0, 50))
step = st.one_of(
    saves,
    saves,
    saves,
    hand_overs,
    hand_overs,
    hand_overs,
    sends,
    receives,
    receives,
    st.tuples(st.sampled_from(["undo", "undo_and_redo", "redo"]), machines),
    st.tuples(st.just("copy_and_write"), machines, st.integers(0, 2)),
    st.tuples(st.just("enrol"), machines, st.integers(0, 5)),
    st.tuples(st.just("revoke"), machines, st.integers(0, 5), st.integers(0, 6)),
    st.tuples(st.just("trust"), machines, st.integers(0, 5)),
    st.tuples(st.just("set_clock"), machines, st.sampled_from([-4000, -1, 0, 0.5, 2, 3300])),
    st.tuples(st.just("keep"), machines, st.integers(0, 5)),
)
APART = (
    *(("save", 2, 0, 0, "name", "a"), ("save", 3, 0, 0, "name", "b")),
    *(("hand_over", 2, 3), ("hand_over", 3, 2), ("hand_over", 3, 0)),
)
"""Two laptops of one commune disagree, and the office above knows."""
FORKED = (
    *(("save", 2, 1, 0, "name", "a"), ("hand_over", 2, 0), ("hand_over", 2, 3)),
    ("copy_and_write", 2, 1),
    *(("receive", machine, -n) for n in (1, 2) for machine in (0, 3)),
)
"""A copied ledger wrote the same numbers; both branches are held above and beside."""
REVOKED = (
    *(("save", 2, 0, 0, "name", "a"), ("hand_over", 2, 0)),
    *(("revoke", 0, 2, 3), ("hand_over", 0, 2)),
    *(("save", 2, record, 0, "name", "b") for record in (1, 2, 0)),
)
"""A machine goes on writing past the last valid number that was stated ahead of it."""
FORKED_PAST_ITS_LIMIT = (
    *(("save", 2, record, 0, "name", "a") for record in (1, 2, 0)),
    *(("hand_over", 2, 0), ("revoke", 0, 2, 1)),
    *(("copy_and_write", 2, 1), ("receive", 0, -1), ("receive", 0, -2), ("receive", 0, -3)),
)
openings = st.sampled_from(
    [
        (),
        APART,
        FORKED,
        (*FORKED, ("keep", 0, 1), ("hand_over", 0, 3)),
        REVOKED,
        FORKED_PAST_ITS_LIMIT,
    ]
)
histories = st.builds(
    lambda opening, more: [*opening, *more],
    openings,
    st.lists(step, min_size=3, max_size=40),
)


def observer(roots):
    """A fresh desk of the province that trusts exactly ``roots``, beside itself."""
    desk = in_memory(OBSERVER)
    for root in roots:
        desk.ledger.trust_root(root)
    return desk


def take(desk, parts):
    with desk.ledger.change():
        desk.ledger.take_in(parts)
