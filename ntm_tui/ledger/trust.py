"""Whose entries count: roots of trust and trust statements → authority. Pure.

Trust spreads outward in rounds from the roots (one's own device, and fingerprints typed
here) through ``enrolment`` entries. A device established in one round speaks from the next
one on, and can be revoked only by devices of its own or earlier rounds, so the result is a
function of the set of statements and never of the order in which they arrived. Rounds go on
until one brings nothing new.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from ntm_tui.ledger.entries import StreamId
from ntm_tui.model.fields import RegisterValue
from ntm_tui.model.records import KINDS, Owner

NO_LIMIT = 2**62
"""Last valid number of a device that nobody revoked."""

_NUMBER = re.compile(r"[0-9]{1,18}\Z")


@dataclass(frozen=True, slots=True)
class Root:
    """A device trusted without an entry saying so. ``delegates``: it may enrol units below."""

    device: str
    unit: str
    key: str
    delegates: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """One entry of a trust kind, as held here."""

    device: str
    unit: str
    seq: int
    hash: str
    kind: str
    subject: tuple[str, ...]
    value: Mapping[str, RegisterValue]


@dataclass(frozen=True, slots=True)
class Shape:
    """What is held of a stream.

    ``tip`` is the last number of the contiguous, unforked beginning and ``signed`` the last
    number up to which the device's own signature vouches. ``branches`` is empty for a stream
    without a fork; else it maps (number, hash) to the hash before it, for every entry from the
    first fork on, and ``vouched`` holds the signed heads (number, hash) among them.
    """

    tip: int
    signed: int
    tip_hash: str = ""
    branches: Mapping[tuple[int, str], str] = field(default_factory=dict)
    vouched: frozenset[tuple[int, str]] = frozenset()

    def path(self, keeps: Mapping[int, frozenset[str]]) -> tuple[int, tuple[tuple[int, str], ...]]:
        """Return (last number of the plain beginning, kept entries after it).

        ``keeps`` maps a fork's number to the hashes named for it; a fork for which not exactly
        one held branch is named ends the path. What stands on a rejected branch is no rival.
        """
        if not self.branches:
            return min(self.tip, self.signed), ()
        levels: dict[int, dict[str, str]] = defaultdict(dict)
        for (number, found), prev in self.branches.items():
            levels[number][found] = prev
        walked: list[tuple[int, str]] = []
        rejected: set[str] = set()
        seq, before = self.tip + 1, self.tip_hash
        while here := levels.get(seq):
            rivals = {found for found, prev in here.items() if prev not in rejected}
            chosen = {found for found in rivals if here[found] == before}
            if len(rivals) > 1:
                chosen &= keeps.get(seq, frozenset())
            if len(chosen) != 1:
                break
            before = chosen.pop()
            rejected |= here.keys() - {before}
            walked.append((seq, before))
            seq += 1
        last = max((n for n, h in walked if (n, h) in self.vouched), default=0)
        plain = self.tip if self._vouched_beyond() else min(self.tip, self.signed)
        return plain, tuple(one for one in walked if one[0] <= last)

    def _vouched_beyond(self) -> bool:
        """Whether a signed head of any branch goes back to the end of the plain beginning."""
        grown = {self.tip_hash}
        for place, prev in sorted(self.branches.items()):
            if prev in grown:
                grown.add(place[1])
                if place in self.vouched:
                    return True
        return False


@dataclass(frozen=True, slots=True)
class Reach:
    """Which entries of one stream count: plainly up to ``last``, then those of ``kept``."""

    last: int
    kept: tuple[tuple[int, str], ...]
    unit_owned: bool
    upper_owned: bool

    def allows(self, kind: str) -> bool:
        """Return whether this device may write records of ``kind`` about this unit."""
        found = KINDS.get(kind)
        if found is None:
            return False
        if found.owner is Owner.UNIT:
            return self.unit_owned
        if found.owner is Owner.UPPER:
            return self.upper_owned
        return self.unit_owned or self.upper_owned

    def counts(self, seq: int, entry_hash: bytes, kind: str) -> bool:
        """Return whether an entry of the stream has effect."""
        held = seq <= self.last or (seq, entry_hash.hex()) in self.kept
        return held and self.allows(kind)

    def text(self) -> str:
        """Return the form in which the ledger notes it beside the stream."""
        return json.dumps([self.last, self.unit_owned, self.upper_owned, self.kept])


@lru_cache(maxsize=4096)
def read_reach(text: str) -> Reach | None:
    """Return what :meth:`Reach.text` wrote; ``None`` for a stream nobody has judged yet."""
    if not text:
        return None
    last, unit_owned, upper_owned, kept = json.loads(text)
    return Reach(last, tuple((seq, found) for seq, found in kept), unit_owned, upper_owned)


@dataclass
class Trust:
    """Devices' offices, the reporting chain, and last valid numbers.

    A device ``revoked`` in its own office opens no further streams about other units: one for
    which no number was stated ends before its first.
    """

    offices: dict[str, set[str]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    delegates: set[tuple[str, str]] = field(default_factory=set)
    parents: dict[str, set[str]] = field(default_factory=dict)
    limits: dict[StreamId, int] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    rounds: dict[str, int] = field(default_factory=dict)
    keeps: dict[StreamId, dict[int, frozenset[str]]] = field(default_factory=dict)

    def above(self, unit: str) -> set[str]:
        """Return every office above ``unit`` on the reporting chain."""
        found: set[str] = set()
        waiting = [unit]
        while waiting:
            for parent in self.parents.get(waiting.pop(), ()):
                if parent not in found:
                    found.add(parent)
                    waiting.append(parent)
        return found

    def below(self, unit: str) -> set[str]:
        """Return every unit below ``unit`` on the reporting chain."""
        return {one for one in self.parents if unit in self.above(one)}

    def devices_of(self, unit: str) -> list[str]:
        """Return the established devices of an office, sorted."""
        return sorted(device for device, units in self.offices.items() if unit in units)

    def reach(self, stream: StreamId, shape: Shape) -> Reach:
        """Return which entries of ``stream`` count."""
        offices = self.offices.get(stream.device, set())
        last, kept = self.ends(stream, shape)
        upper_owned = bool(offices & self.above(stream.unit))
        return Reach(last, kept, stream.unit in offices, upper_owned)

    def ends(self, stream: StreamId, shape: Shape) -> tuple[int, tuple[tuple[int, str], ...]]:
        """Return (last number that counts plainly, kept entries after it), whoever may write."""
        offices = self.offices.get(stream.device, set())
        last, kept = shape.path(self.keeps.get(stream, {}))
        elsewhere = stream.device in self.revoked and stream.unit not in offices
        limit = self.limits.get(stream, 0 if elsewhere else NO_LIMIT)
        return min(last, limit), tuple(one for one in kept if one[0] <= limit)


def establish(
    roots: Iterable[Root],
    statements: Sequence[Statement],
    shapes: Mapping[StreamId, Shape],
) -> Trust:
    """Return the authority that follows from ``roots`` and all trust statements held."""
    trust = Trust()
    for root in sorted(roots, key=lambda r: (r.device, r.unit)):
        _admit(trust, root, 0)
    by_device: dict[str, list[Statement]] = defaultdict(list)
    for one in sorted(statements, key=lambda s: (s.device, s.unit, s.seq, s.hash)):
        by_device[one.device].append(one)
    number, known = 0, -1
    while (extent := _extent(trust)) > known:
        known = extent
        _limit(trust, by_device, shapes, number)
        spoken = [one for device in sorted(trust.rounds) for one in by_device.get(device, ())]
        number += 1
        _spread(trust, [one for one in spoken if _counts(trust, one, shapes)], number)
    return trust


def _extent(trust: Trust) -> int:
    """How much is established; it only grows from round to round."""
    kept = [hashes for named in trust.keeps.values() for hashes in named.values()]
    sets = [*trust.offices.values(), *trust.parents.values(), *kept]
    return len(trust.delegates) + sum(map(len, sets))


def _admit(trust: Trust, root: Root, number: int) -> None:
    trust.offices.setdefault(root.device, set()).add(root.unit)
    trust.keys.setdefault(root.device, root.key)
    trust.rounds.setdefault(root.device, number)
    if root.delegates:
        trust.delegates.add((root.device, root.unit))


def _counts(trust: Trust, one: Statement, shapes: Mapping[StreamId, Shape]) -> bool:
    stream = StreamId(one.device, one.unit)
    shape = shapes.get(stream)
    if shape is None:
        return False
    last, kept = trust.ends(stream, shape)
    return one.seq <= last or (one.seq, one.hash) in kept


def _may_speak_about(trust: Trust, device: str, unit: str) -> bool:
    offices = trust.offices.get(device, set())
    return unit in offices or bool(offices & trust.above(unit))


def _spread(trust: Trust, counting: Sequence[Statement], number: int) -> None:
    """Let every device established so far speak; establish whom they enrol."""
    enrolments = [one for one in counting if one.kind == "enrolment"]
    for one in enrolments:
        _link(trust, one)
    for one in enrolments:
        value = one.value.get("enrolment")
        if not isinstance(value, dict) or not _may_speak_about(trust, one.device, one.unit):
            continue
        device, key = one.subject[0], value.get("key")
        if isinstance(key, str) and trust.keys.get(device, key) == key:
            _admit(trust, Root(device, one.unit, key, value.get("delegates") is True), number)
    for one in counting:
        if one.kind == "keep" and trust.offices[one.device] & trust.above(one.unit):
            _keep(trust, one)


def _link(trust: Trust, one: Statement) -> None:
    """Note that the unit reports to the enrolling office, if that office has units below."""
    for office in sorted(trust.offices[one.device]):
        if office == one.unit or (one.device, office) not in trust.delegates:
            continue
        if one.unit not in trust.above(office):  # an office cannot place itself above its own
            trust.parents.setdefault(one.unit, set()).add(office)


def _keep(trust: Trust, one: Statement) -> None:
    hash_named = one.value.get("hash")
    if len(one.subject) == 2 and _NUMBER.match(one.subject[1]) and isinstance(hash_named, str):
        stream = StreamId(one.subject[0], one.unit)
        named = trust.keeps.setdefault(stream, {})
        seq = int(one.subject[1])
        named[seq] = named.get(seq, frozenset()) | {hash_named}


def _limit(
    trust: Trust,
    by_device: Mapping[str, Sequence[Statement]],
    shapes: Mapping[StreamId, Shape],
    number: int,
) -> None:
    """Set the last valid numbers of the devices of round ``number``, stream by stream.

    Revocations by earlier rounds are judged with those devices' own limits; those by peers of
    the same round are judged without, so that two peers who revoke each other both count. Who
    stands above whom is judged in the same way, and forgotten again.
    """
    found: dict[StreamId, int] = {}
    chain = replace(trust, parents={unit: set(above) for unit, above in trust.parents.items()})
    for device in sorted(trust.rounds):
        for one in by_device.get(device, ()):
            if one.kind == "enrolment" and _counts(trust, one, shapes):
                _link(chain, one)
    for device, round_of in sorted(trust.rounds.items()):
        revocations = (one for one in by_device.get(device, ()) if one.kind == "revocation")
        for one in revocations if round_of <= number else ():
            target, after = one.subject[0], one.value.get("after")
            if trust.rounds.get(target) != number or not _outranks(chain, device, target):
                continue
            if isinstance(after, str) and _NUMBER.match(after) and _counts(trust, one, shapes):
                stream = StreamId(target, one.unit)
                found[stream] = min(found.get(stream, NO_LIMIT), int(after))
    trust.limits.update(found)
    trust.revoked.update(s.device for s in found if s.unit in trust.offices[s.device])


def _outranks(trust: Trust, device: str, target: str) -> bool:
    """Return whether ``device`` is another one of the target's office, or of one above it."""
    if device == target:
        return False
    offices = trust.offices[target]
    return bool(trust.offices[device] & offices.union(*map(trust.above, offices)))
