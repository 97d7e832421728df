"""Writing bundles: what an addressee has not acknowledged, signed, checked, then in place.

There is no "sent" flag: what goes is everything above the receipts (``have``) of the
addressee's machines, so a lost stick or a restored receiver is served again by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from ntm_tui import __version__, library
from ntm_tui.exchange.bagit_files import SIGNATURE, TAG_MANIFEST, make_tag_files
from ntm_tui.exchange.bundle import (
    HEADER,
    PACKAGE,
    BundleKind,
    Header,
    Span,
    describe,
    entries_name,
    head_comment,
    head_name,
    head_text,
    key_bytes,
    key_name,
)
from ntm_tui.exchange.inbox import inspect
from ntm_tui.exchange.keys import DeviceKey
from ntm_tui.exchange.marks import read_marks, write_marks
from ntm_tui.exchange.packing import write_container
from ntm_tui.exchange.signatures import public_key_text, sign
from ntm_tui.ledger import exchanges, slices
from ntm_tui.ledger.clock import physical
from ntm_tui.ledger.entries import StreamId
from ntm_tui.ledger.journal import Head
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.trust import Trust
from ntm_tui.locale import N_
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.vietnamese import ascii_name

HEARD_WITHIN = timedelta(days=90)
"""Receipts of machines not heard of for longer no longer hold an export back."""

NO_ADDRESSEE = Fault(
    "B60",
    N_("No office above is set, so there is nobody to address the bundle to."),
    N_("Name the office with --for, or set the upper office."),
)
NOTHING_ABOUT = Fault(
    "B61",
    N_("Nothing is recorded or held about {unit}; no bundle was written."),
    N_("Check the unit, or record something about it first."),
)
NOT_A_FOLDER = Fault(
    "B62",
    N_("{path} is not a folder; no bundle was written."),
    N_("Choose a folder or a stick to write to."),
)


@dataclass(frozen=True)
class Letter:
    """What would go to one addressee: entries by stream, and the receipt that goes along."""

    kind: BundleKind
    to: str
    entries: Mapping[StreamId, Span]
    have: Mapping[StreamId, tuple[int, str]]

    @property
    def count(self) -> int:
        """How many entries go."""
        return sum(span.last - span.first + 1 for span in self.entries.values())


@dataclass(frozen=True)
class Sent:
    """A bundle in its place."""

    path: Path
    letter: Letter
    number: int
    sha256: str


def compose(ledger: Ledger, to: str = "", *, full: bool = False) -> Letter:
    """Return what would go to ``to`` (the upper office where none is named).

    ``full`` disregards the addressee's receipts. Raises :class:`Refusal` (B60, B61).
    """
    to = to or ledger.own("upper")
    if not to:
        raise Refusal(NO_ADDRESSEE)
    trust = ledger.trust()
    kind, units, receipts = _scope(ledger, trust, to)
    tips = {s: tip for s, tip in slices.tips(ledger.conn).items() if tip[0]}
    if kind is BundleKind.RETURN and not any(s.unit == to for s in tips):
        raise Refusal(NOTHING_ABOUT, unit=to)
    held = {s: tip for s, tip in tips.items() if units is None or s.unit in units}
    sendable = slices.vouched(ledger.conn, held, ledger.device)
    starts = {} if full else _acknowledged(ledger, trust, to)
    entries = {}
    for stream, (last, found) in sorted(sendable.items()):
        first = _first_wanted(ledger, stream, starts) if starts else 1
        if first <= last:
            entries[stream] = Span(first, last, found)
    have = {s: tip for s, tip in tips.items() if receipts is None or s.unit in receipts}
    return Letter(kind, to, entries, have)


def _scope(
    ledger: Ledger, trust: Trust, to: str
) -> tuple[BundleKind, set[str] | None, set[str] | None]:
    """Return the bundle's kind, the units whose streams go, and those it gives receipt for.

    ``None`` stands for all units (between laptops of one office).
    """
    own = ledger.unit
    if to == own:
        return BundleKind.SHARE, None, None
    mine = {own, *trust.below(own)}
    above_me = {own, *trust.above(own)}
    if to == ledger.own("upper") or to in above_me:
        return BundleKind.REPORT, mine, mine | {to, *trust.above(to)}
    theirs = {to, *trust.below(to)}
    return BundleKind.RETURN, theirs | above_me, theirs | above_me


def _acknowledged(
    ledger: Ledger, trust: Trust, to: str
) -> list[Mapping[StreamId, tuple[int, str]]]:
    since = physical(ledger.now() - HEARD_WITHIN)
    devices = [device for device in trust.devices_of(to) if device != ledger.device]
    return list(exchanges.acknowledged(ledger.conn, devices, since).values())


def _first_wanted(
    ledger: Ledger, stream: StreamId, starts: Iterable[Mapping[StreamId, tuple[int, str]]]
) -> int:
    """The first number that some machine of the addressee has not acknowledged."""
    lowest = min((have.get(stream, (0, "")) for have in starts), key=lambda one: one[0])
    seq, found = lowest
    if seq and not slices.agrees(ledger.conn, stream, seq, found):
        return 1  # their branch is not ours: let them see all of it
    return seq + 1


def sign_heads(ledger: Ledger, key: DeviceKey) -> None:
    """Sign the head of every stream of this device that grew since it was last signed.

    Call inside ``ledger.change()``.
    """
    for stream, (seq, found) in slices.unsigned(ledger.conn, key.device).items():
        at = ledger.own("clock")
        text = head_text(stream, seq, found, at)
        signature = sign(key, text.encode(), head_comment(stream, seq))
        head = Head(seq, bytes.fromhex(found), at, text, signature)
        slices.keep_head(ledger.conn, stream, head)


def export(
    ledger: Ledger,
    key: DeviceKey,
    folder: Path,
    *,
    to: str = "",
    full: bool = False,
    keys_folder: Path | None = None,
) -> Sent:
    """Write the bundle for ``to`` into ``folder``; it appears there whole and checked.

    ``keys_folder`` is where the device's marks lie, if they are to be raised. Raises
    :class:`Refusal` (B60–B62, B29 the disk or stick fails).
    """
    if not folder.is_dir():
        raise Refusal(NOT_A_FOLDER, path=folder)
    made = ledger.now()
    with ledger.change():  # nobody writes between signing the heads and reading what they cover
        sign_heads(ledger, key)
        letter = compose(ledger, to, full=full)
        number = exchanges.reserve_number(ledger.conn, letter.to, physical(made))
        header = _header(ledger, key, letter, number, made)
        payload = _payload(ledger, key, header, letter)
    if keys_folder is not None:
        _raise_marks(ledger, key, keys_folder, letter)
    files = {**make_tag_files(payload, _bag_info(ledger, header, made)), **payload}
    files[SIGNATURE] = sign(key, files[TAG_MANIFEST], header.comment).encode()
    path = _free(folder / _name(letter, header, made), key.device)
    write_container(path, files.items(), check=lambda part: _check(part, path.name))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    with ledger.change():
        done = exchanges.Export(number, letter.to, path.name, sha256, letter.count)
        exchanges.note_export(ledger.conn, done)
    return Sent(path, letter, number, sha256)


def _free(path: Path, device: str) -> Path:
    """``path``, or one beside it where another laptop's bundle of that number lies already."""
    return path.with_name(f"{path.stem}_{device}.zip") if path.exists() else path


def _check(part: Path, name: str) -> None:
    """Read the unfinished file as its receiver will."""
    inspect(part, name)


def _raise_marks(ledger: Ledger, key: DeviceKey, folder: Path, letter: Letter) -> None:
    marks = read_marks(folder, key.device)
    for stream, span in letter.entries.items():
        if stream.device == key.device:
            marks = marks.raised(stream.unit, span.last)
    write_marks(folder, key.device, marks)


def _header(ledger: Ledger, key: DeviceKey, letter: Letter, number: int, made: datetime) -> Header:
    before = {
        stream: slices.hash_before(ledger.conn, stream, span.first)
        for stream, span in letter.entries.items()
    }
    return Header(
        kind=letter.kind,
        number=number,
        unit=ledger.unit,
        device=key.device,
        to=letter.to,
        period=f"{made.astimezone():%Y-%m}",
        entries=letter.entries,
        before=before,
        have=letter.have,
        created=physical(made),
        app=f"ntm-tui {__version__}",
        machines=_machines(ledger, key, letter),
    )


def _machines(ledger: Ledger, key: DeviceKey, letter: Letter) -> dict[str, tuple[str, str]]:
    """The office and nickname of every device whose entries go, as known here."""
    offices = {device: min(units) for device, units in ledger.trust().offices.items()}
    known = {one.device: one for one in exchanges.machines(ledger.conn)}
    found = {}
    for device in {stream.device for stream in letter.entries} - {key.device}:
        machine = known.get(device)
        unit = offices.get(device) or (machine.unit if machine else ledger.unit)
        found[device] = (unit, machine.nickname if machine else "")
    return {**found, key.device: (ledger.unit, ledger.own("nickname"))}


def _payload(ledger: Ledger, key: DeviceKey, header: Header, letter: Letter) -> dict[str, bytes]:
    known = {one.device: one.key for one in exchanges.machines(ledger.conn)}
    publics = {root: key_bytes(text) for root, text in known.items()}
    publics |= {d: key_bytes(text) for d, text in ledger.trust().keys.items()}
    publics[key.device] = key.public
    files = {HEADER: header.to_json(), PACKAGE: describe(letter.entries, header.number)}
    for device in header.machines:
        files[key_name(device)] = public_key_text(publics[device]).encode()
    for stream, span in letter.entries.items():
        lines = slices.lines(ledger.conn, stream, span.first, span.last)
        files[entries_name(stream, span)] = b"".join(line + b"\n" for line in lines)
        head = slices.head(ledger.conn, stream, span.last)
        files[head_name(stream)] = head.text.encode()
        files[f"{head_name(stream)}.minisig"] = head.signature.encode()
    return files


def _bag_info(ledger: Ledger, header: Header, made: datetime) -> dict[str, str]:
    return {
        "Source-Organization": _unit_name(ledger.unit),
        "Contact-Name": ledger.own("officer") or "-",
        "External-Description": f"{header.kind} {header.period} -> {_unit_name(header.to)}",
        "Internal-Sender-Identifier": f"{header.unit}/{header.device}",
        "Bag-Count": "1 of 1",
        "Bagging-Date": f"{made:%Y-%m-%d}",
        "Bag-Software-Agent": header.app,
    }


def _unit_name(unit: str) -> str:
    catalogue = library.units()
    return catalogue[unit].name if unit in catalogue else unit


def _name(letter: Letter, header: Header, made: datetime) -> str:
    """The file name, for people: the addressee's office can sort a pile of them by it."""
    day = f"{made.astimezone():%Y-%m-%d}"
    own, to = header.unit.partition("@")[0], letter.to.partition("@")[0]
    if letter.kind is BundleKind.REPORT:
        name = ascii_name(_unit_name(header.unit))
        return f"NTM_{own}_{name}_{header.period}_so-{header.number}.zip"
    if letter.kind is BundleKind.RETURN:
        return f"NTM_tra-loi_{to}_{day}_so-{header.number}.zip"
    return f"NTM_noi-bo_{own}_{header.device}_{day}_so-{header.number}.zip"
