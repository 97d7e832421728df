"""The bundle's own files, format ntm/1: header, heads and entry files, made and read here.

What seals them is in ``bagit_files``, what holds them in ``container``; who gets what is the
outbox's business and what may be taken in the inbox's.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from ntm_tui.ledger.entries import KEYS, StreamId
from ntm_tui.locale import N_
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.strict_json import Json, strict_json

FORMAT = "ntm/1"
UNDERSTOOD: frozenset[str] = frozenset()
"""Features a bundle may ``need`` that this version knows."""

HEADER = "data/bundle.json"
PACKAGE = "data/datapackage.json"
BLOBS = "data/blobs/"

BAD_HEADER = Fault(
    "B40",
    N_("{file}: the bundle's header is not of its form ({what}). The ledger is unchanged."),
    N_("Please ask the sender for the original file."),
)
NEWER_FORMAT = Fault(
    "B41",
    N_("{file} needs a newer version of this software ({what}). The ledger is unchanged."),
    N_("Install the newer version and import the file again; it was kept aside."),
)


class BundleKind(StrEnum):
    """Labels for people; readers treat all alike."""

    REPORT = "report"
    RETURN = "return"
    SHARE = "share"
    RELAY = "relay"
    BLOBS = "blobs"


@dataclass(frozen=True)
class Span:
    """Entries of one stream in a bundle: first and last number, chain hash after the last."""

    first: int
    last: int
    hash: str


@dataclass(frozen=True)
class Header:
    """What ``bundle.json`` says. ``have`` is the receipt: (last number held, its hash).

    ``machines`` names, for every device whose key goes along, its office and its nickname.
    """

    kind: BundleKind
    number: int
    unit: str
    device: str
    to: str
    period: str
    entries: Mapping[StreamId, Span]
    before: Mapping[StreamId, str]
    have: Mapping[StreamId, tuple[int, str]]
    machines: Mapping[str, tuple[str, str]]
    created: str
    app: str
    want: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def comment(self) -> str:
        """The trusted comment of the bundle's signature."""
        sender = f"from={self.unit}/{self.device}"
        return f"{FORMAT} {self.kind} {sender} to={self.to} no={self.number}"

    def to_json(self) -> bytes:
        """Return the header as the content of ``bundle.json``."""
        found = {
            "format": FORMAT,
            "needs": list(self.needs),
            "kind": self.kind,
            "number": self.number,
            "from": {"unit": self.unit, "device": self.device},
            "to": self.to,
            "period": self.period,
            "entries": {
                str(s): [span.first, span.last, span.hash] for s, span in self.entries.items()
            },
            "before": {str(s): found for s, found in self.before.items()},
            "have": {str(s): list(found) for s, found in self.have.items()},
            "machines": {device: list(found) for device, found in self.machines.items()},
            "want": list(self.want),
            "app": self.app,
            "created": self.created,
        }
        return (json.dumps(found, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


_HASH = re.compile(r"[0-9a-f]{64}\Z")
_MOST = 2**62  # what fits into a column of the ledger, with room to count on


def read_header(data: bytes, file: str) -> Header:
    """Return the header that ``data`` holds.

    Raises :class:`Refusal` (B40 not of its form, B41 a newer format, strict JSON's own).
    """
    found = strict_json(data, HEADER)
    if not isinstance(found, dict):
        raise Refusal(BAD_HEADER, file=file, what="object")
    if found.get("format") != FORMAT:
        raise Refusal(NEWER_FORMAT, file=file, what=found.get("format"))
    needs = found.get("needs")
    if not isinstance(needs, list):
        raise Refusal(BAD_HEADER, file=file, what="needs")
    unknown = [need for need in needs if need not in UNDERSTOOD]
    if unknown:
        raise Refusal(NEWER_FORMAT, file=file, what=", ".join(map(str, unknown)))
    try:
        return _header(found)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refusal(BAD_HEADER, file=file, what=error) from None


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _number(value: Json) -> int:
    if type(value) is not int or not 0 <= value <= _MOST:
        raise TypeError(value)
    return value


def _hash(value: Json) -> str:
    if not _HASH.match(_text(value)):
        raise ValueError(value)
    return _text(value)


def _by_stream(value: Json) -> dict[StreamId, Json]:
    return {StreamId.parse(name): one for name, one in cast(dict[str, Json], value).items()}


def _header(found: dict[str, Json]) -> Header:
    sender = cast(dict[str, Json], found["from"])
    identity = StreamId.parse(f"{_text(sender['device'])}/{_text(sender['unit'])}")
    entries = {}
    for stream, span in _by_stream(found["entries"]).items():
        first, last, found_hash = cast(list[Json], span)
        entries[stream] = Span(_number(first), _number(last), _hash(found_hash))
        if not 1 <= entries[stream].first <= entries[stream].last:
            raise ValueError(str(stream))
    have = {}
    for stream, pair in _by_stream(found["have"]).items():
        seq, found_hash = cast(list[Json], pair)
        have[stream] = (_number(seq), _hash(found_hash))
    before = {stream: _hash(one) for stream, one in _by_stream(found["before"]).items()}
    if before.keys() != entries.keys():
        raise ValueError("before")
    return Header(
        kind=BundleKind(_text(found["kind"])),
        number=_number(found["number"]),
        unit=identity.unit,
        device=identity.device,
        to=_text(found["to"]),
        period=_text(found["period"]),
        entries=entries,
        before=before,
        have=have,
        machines=_machines(found["machines"], entries, identity),
        created=_text(found["created"]),
        app=_text(found["app"]),
        want=tuple(_hash(one) for one in cast(list[Json], found["want"])),
    )


def _machines(
    value: Json, entries: Mapping[StreamId, Span], sender: StreamId
) -> dict[str, tuple[str, str]]:
    """Check that every device of the bundle is named, the sender with its own office."""
    found = {}
    for device, pair in cast(dict[str, Json], value).items():
        unit, nickname = cast(list[Json], pair)
        found[device] = (StreamId.parse(f"{device}/{_text(unit)}").unit, _text(nickname))
    if found.keys() != {sender.device, *(stream.device for stream in entries)}:
        raise ValueError("machines")
    if found[sender.device][0] != sender.unit:
        raise ValueError(sender.unit)
    return found


def _slug(stream: StreamId) -> str:
    return f"{stream.device}.{stream.unit.replace('@', '_')}"


def entries_name(stream: StreamId, span: Span) -> str:
    """Return the name of the file with a stream's entries."""
    return f"data/entries/{_slug(stream)}.{span.first}-{span.last}.jsonl"


def head_name(stream: StreamId) -> str:
    """Return the name of the file with a stream's signed head; its signature adds .minisig."""
    return f"data/heads/{_slug(stream)}.txt"


def key_name(device: str) -> str:
    """Return the name of the file with a device's public key."""
    return f"data/keys/{device}.pub"


def key_text(public: bytes) -> str:
    """Return a public key as the ledger and enrolments hold it (base64)."""
    return base64.b64encode(public).decode("ascii")


def key_bytes(text: str) -> bytes:
    """Return the public key that :func:`key_text` wrote; raises ``ValueError``."""
    found = base64.b64decode(text, validate=True)
    if len(found) != 32:
        raise ValueError(text)
    return found


def head_text(stream: StreamId, seq: int, found_hash: str, at: str) -> str:
    """Return what a device signs of its stream: stream, number, chain hash, clock."""
    return f"stream: {stream}\nseq: {seq}\nhash: {found_hash}\nclock: {at}\n"


def head_comment(stream: StreamId, seq: int) -> str:
    """Return the trusted comment of a head's signature."""
    return f"{FORMAT} head {stream} {seq}"


_TYPES = {"seq": "integer", "v": "integer", "set": "object", "seen": "array"}


def describe(entries: Mapping[StreamId, Span], number: int) -> bytes:
    """Return the Frictionless descriptor: one resource per stream, fields in key order."""
    fields = [{"name": key, "type": _TYPES.get(key, "string")} for key in KEYS]
    resources = [
        {
            "name": _slug(stream).replace("_", "-").lower(),
            "path": entries_name(stream, span).removeprefix("data/"),
            "format": "jsonl",
            "encoding": "utf-8",
            "schema": {"fields": fields},
        }
        for stream, span in entries.items()
    ]
    found = {"name": f"ntm-bundle-{number}", "resources": resources}
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()
