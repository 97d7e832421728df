"""One entry of the journal: its canonical line, its identity, and the hash chain of a stream.

An entry is one changed record as one line of canonical JSON (sorted keys, no spaces, UTF-8,
NFC). Entries of one device about one unit form a *stream*, numbered densely from 1.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypedDict, TypeGuard, cast
from unicodedata import is_normalized

from ntm_tui.ledger.clock import is_clock_text
from ntm_tui.locale import N_
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.fields import RegisterValue
from ntm_tui.model.strict_json import strict_json

VERSION = 1
"""Version of the entry format written here."""

FIRST_HASH = bytes(32)
"""Chain hash before the first entry of every stream."""

KEYS = ("act", "at", "by", "device", "reason", "record", "seen", "seq", "set", "unit", "v")
"""Keys of an entry in canonical order."""

NOT_AN_ENTRY = Fault(
    "L20",
    N_("Line {line} is not an entry of the ledger ({problem}); nothing was taken."),
    N_("Ask the sender for the original file."),
)
CHAIN_BROKEN = Fault(
    "L21",
    N_("The entries of {stream} do not follow one another at number {seq}; nothing was taken."),
    N_("Ask the sender for the original file."),
)

DEVICE = re.compile(r"[a-z2-7]{12}\Z")
UNIT = re.compile(r"[A-Za-z0-9]{1,12}@(?:0000|\d{4}-\d{2}-\d{2})\Z", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class StreamId:
    """One device writing about one unit."""

    device: str
    unit: str

    def __str__(self) -> str:
        return f"{self.device}/{self.unit}"

    @classmethod
    def parse(cls, text: str) -> StreamId:
        """Return the stream named by ``device/unit``; raises ``ValueError``."""
        device, _, unit = text.partition("/")
        if not (DEVICE.match(device) and UNIT.match(unit)):
            raise ValueError(text)
        return cls(device, unit)


@dataclass(frozen=True, slots=True)
class Entry:
    """One changed record. ``seen`` and ``act`` hold identities (``device/unit/seq``)."""

    device: str
    unit: str
    seq: int
    at: str
    by: str
    record: str
    set: Mapping[str, RegisterValue]
    seen: tuple[str, ...]
    act: str
    reason: str | None = None
    v: int = VERSION

    @property
    def stream(self) -> StreamId:
        """The stream this entry belongs to."""
        return StreamId(self.device, self.unit)

    @property
    def identity(self) -> str:
        """``device/unit/seq``: who wrote it, about whom, and its place."""
        return f"{self.device}/{self.unit}/{self.seq}"

    @property
    def kind(self) -> str:
        """The record's kind, known here or not."""
        return self.record.partition("/")[0]

    def line(self) -> bytes:
        """Return the canonical line, without its newline."""
        return canonical(
            {
                "act": self.act,
                "at": self.at,
                "by": self.by,
                "device": self.device,
                "reason": self.reason,
                "record": self.record,
                "seen": list(self.seen),
                "seq": self.seq,
                "set": self.set,
                "unit": self.unit,
                "v": self.v,
            }
        )


def canonical(value: Mapping[str, object]) -> bytes:
    """Return ``value`` as one line of canonical JSON."""
    return _encode(value).encode("utf-8")


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def chain(before: bytes, line: bytes) -> bytes:
    """Return the chain hash after ``line``: SHA-256(before ‖ line without its newline)."""
    return hashlib.sha256(before + line).digest()


def chain_lines(before: bytes, lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the chain hash after each of ``lines``."""
    for line in lines:
        before = chain(before, line)
        yield before


def read_entry(line: bytes, number: int = 1) -> Entry:
    """Return the entry that ``line`` holds, having checked every part of its form.

    ``number`` is the line's number for messages. Raises :class:`Refusal` (L20, and the
    refusals of strict JSON).
    """
    raw = _canonical_entry(line)
    if raw is None:
        found = strict_json(line)
        raise Refusal(NOT_AN_ENTRY, line=number, problem=_problem(found) or "form")
    if raw["v"] > VERSION:  # it may hold keys whose values nobody here has looked at
        strict_json(line)
    return entry_of(raw)


def _canonical_entry(line: bytes) -> _Raw | None:
    """Return what ``line`` holds if it is an entry in canonical form, else ``None``.

    A line that is written again to the very same bytes has no doubled key, no mark or space
    too many and no half character, so the slower strict reader is not needed for it.
    """
    try:
        text = line.decode("utf-8")
        found = json.loads(text)
        if _problem(found) or canonical(found) != line:
            return None
    except (ValueError, RecursionError):
        return None
    return cast(_Raw, found) if line.isascii() or is_normalized("NFC", text) else None


def stored_entry(line: str) -> Entry:
    """Return an entry from its line in the journal, which was checked when it came in."""
    return entry_of(json.loads(line))


class _Raw(TypedDict):
    device: str
    unit: str
    seq: int
    at: str
    by: str
    record: str
    set: dict[str, RegisterValue]
    seen: list[str]
    act: str
    reason: str | None
    v: int


def entry_of(raw: _Raw) -> Entry:
    """Return the entry whose keys ``raw`` holds, already of their form."""
    return Entry(
        raw["device"],
        raw["unit"],
        raw["seq"],
        raw["at"],
        raw["by"],
        raw["record"],
        raw["set"],
        tuple(raw["seen"]),
        raw["act"],
        raw["reason"],
        raw["v"],
    )


def _problem(found: object) -> str | None:
    """Name the first key whose value is not of its form; ``None`` when all are."""
    if not isinstance(found, dict):
        return "object"
    v = found.get("v")
    if type(v) is not int or v < 1:
        return "v"
    if found.keys() != _KEY_SET and (v <= VERSION or not found.keys() >= _KEY_SET):
        return "keys"
    for key in ("act", "at", "by", "device", "record", "unit"):
        if not isinstance(found[key], str):
            return key
    if not (DEVICE.match(found["device"]) and UNIT.match(found["unit"])):
        return "stream"
    if not is_clock_text(found["at"]):
        return "at"
    if type(found["seq"]) is not int or found["seq"] < 1:
        return "seq"
    if not (found["reason"] is None or isinstance(found["reason"], str)):
        return "reason"
    if not isinstance(found["seen"], list) or not all(isinstance(s, str) for s in found["seen"]):
        return "seen"
    return None if _is_set(found["set"]) else "set"


_KEY_SET = frozenset(KEYS)


def _is_set(value: object) -> TypeGuard[dict[str, RegisterValue]]:
    if not isinstance(value, dict):
        return False
    for one in value.values():
        inside = one.values() if isinstance(one, dict) else (one,)
        for scalar in inside:
            if not _is_scalar(scalar):
                return False
    return True


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, str | bool)
