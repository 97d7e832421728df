"""Reading bundles: every check before anything counts, then one transaction or none.

:func:`inspect` needs no ledger and says whether a file is whole and signed throughout;
:func:`take_in` adds what it holds to a ledger. A refused file is kept in quarantine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from ntm_tui.exchange.bagit_files import SIGNATURE, TAG_MANIFEST, check_manifests
from ntm_tui.exchange.bundle import (
    HEADER,
    Header,
    Span,
    entries_name,
    head_comment,
    head_name,
    head_text,
    key_name,
    key_text,
    read_header,
)
from ntm_tui.exchange.container import UNREADABLE, Container, open_container
from ntm_tui.exchange.keys import device_id
from ntm_tui.exchange.signatures import parse_public_key, verify
from ntm_tui.ledger.clock import is_clock_text
from ntm_tui.ledger.entries import (
    CHAIN_BROKEN,
    FIRST_HASH,
    StreamId,
    chain_lines,
    read_entry,
)
from ntm_tui.ledger.exchanges import (
    Arrival,
    Machine,
    arrival_of,
    introduce,
    machine,
    note_import,
    standing,
)
from ntm_tui.ledger.journal import Head, Slice
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.locale import N_
from ntm_tui.model.faults import Fault, Refusal

_ASK_AGAIN = N_("The ledger is unchanged. Please ask the sender for the original file.")
WRONG_KEY = Fault("B42", N_("{file}: the key of machine {device} is not its own."), _ASK_AGAIN)
WRONG_COMMENT = Fault("B43", N_("{file}: header and signature name different senders."), _ASK_AGAIN)
WRONG_STREAM = Fault("B44", N_("{file}: line {line} of {entry} does not belong there."), _ASK_AGAIN)
WRONG_HEAD = Fault("B45", N_("{file}: the signed head of {stream} does not match."), _ASK_AGAIN)
OTHER_ADDRESSEE = Fault(
    "B46",
    N_("{file} is addressed to {to}, not to this office. The ledger is unchanged."),
    N_("Hand it to the office it is addressed to; it was kept aside."),
)
NO_BUNDLES = Fault(
    "B47",
    N_("There is no bundle in {path}."),
    N_("Choose the file or folder that the sender handed over (NTM_….zip)."),
)
KEY_CLASH = Fault(
    "B48",
    N_("{file}: machine {device} is known here with another key. The ledger is unchanged."),
    N_("Call the sending office before anything else is taken from this machine."),
)


@dataclass(frozen=True)
class Inspected:
    """A bundle that is whole, and whose every signature holds."""

    file: str
    sha256: str
    header: Header
    slices: tuple[Slice, ...]
    keys: Mapping[str, bytes]

    @property
    def entries(self) -> int:
        """How many entries it carries."""
        return sum(len(part.lines) for part in self.slices)


def inspect(path: Path, file: str = "") -> Inspected:
    """Check everything about the bundle at ``path`` that needs no ledger.

    ``file`` is its name for messages. Raises :class:`Refusal` (B and K codes) naming the
    first offending file or line.
    """
    content = _content(path, file or path.name)
    with open_container(BytesIO(content), file or path.name) as container:
        check_manifests(container)
        header = read_header(container.read(HEADER), container.file)
        keys = {device: _key(container, device) for device in sorted(header.machines)}
        seal = container.read(SIGNATURE).decode("utf-8", "replace")
        comment = verify(keys[header.device], container.read(TAG_MANIFEST), seal)
        if comment != header.comment:
            raise Refusal(WRONG_COMMENT, file=container.file)
        slices = tuple(
            _slice(container, stream, span, header.before[stream], keys[stream.device])
            for stream, span in sorted(header.entries.items())
        )
    sha256 = hashlib.sha256(content).hexdigest()
    return Inspected(file or path.name, sha256, header, slices, keys)


def _content(path: Path, file: str) -> bytes:
    """Read the file once, so that what is checked is what is taken, whatever the stick does."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(UNREADABLE, file=file, what=error.strerror or error) from error


def _key(container: Container, device: str) -> bytes:
    text = container.read(key_name(device)).decode("utf-8", "replace")
    public = parse_public_key(text)
    if device_id(public) != device:
        raise Refusal(WRONG_KEY, file=container.file, device=device)
    return public


def _slice(
    container: Container, stream: StreamId, span: Span, before_text: str, public: bytes
) -> Slice:
    name, before = entries_name(stream, span), bytes.fromhex(before_text)
    if span.first == 1 and before != FIRST_HASH:
        raise Refusal(CHAIN_BROKEN, stream=stream, seq=1)
    lines = container.read(name).split(b"\n")
    if lines.pop() or len(lines) != span.last - span.first + 1:
        raise Refusal(WRONG_STREAM, file=container.file, line=len(lines), entry=name)
    entries = [read_entry(line, number) for number, line in enumerate(lines, 1)]
    for number, entry in enumerate(entries, 1):
        place = (entry.device, entry.unit, entry.seq)
        if place != (stream.device, stream.unit, span.first + number - 1):
            raise Refusal(WRONG_STREAM, file=container.file, line=number, entry=name)
    hashes = list(chain_lines(before, lines))
    if hashes[-1].hex() != span.hash:
        raise Refusal(CHAIN_BROKEN, stream=stream, seq=span.last)
    head = _head(container, stream, span, public)
    return Slice(stream, span.first, before, lines, entries, hashes, head)


def _head(container: Container, stream: StreamId, span: Span, public: bytes) -> Head:
    name = head_name(stream)
    data = container.read(name)
    text = data.decode("utf-8", "replace")
    signature = container.read(f"{name}.minisig").decode("utf-8", "replace")
    comment = verify(public, data, signature)
    at = text.rpartition("clock: ")[2].rstrip("\n")
    expected = head_text(stream, span.last, span.hash, at)
    if text != expected or comment != head_comment(stream, span.last) or not is_clock_text(at):
        raise Refusal(WRONG_HEAD, file=container.file, stream=stream)
    return Head(span.last, bytes.fromhex(span.hash), at, text, signature)


@dataclass(frozen=True)
class Taken:
    """What one import brought. ``seen_on`` is set when the very file was imported before."""

    file: str
    header: Header
    new: int = 0
    held_already: int = 0
    without_effect: int = 0
    unknown_devices: tuple[str, ...] = ()
    gaps: tuple[StreamId, ...] = ()
    forks: tuple[StreamId, ...] = ()
    changed: tuple[tuple[str, str], ...] = ()
    seen_on: str = ""


def find_bundles(paths: Iterable[Path]) -> list[Path]:
    """Return the bundle files at or below ``paths``, sorted.

    Raises :class:`Refusal` (B47) for a path that holds none. A file that is named is taken
    as it is; in folders only ``.zip`` files that are not unfinished count.
    """
    found: set[Path] = set()
    for path in paths:
        inside = [path] if path.is_file() else sorted(path.rglob("*.zip"))
        here = [one for one in inside if one == path or not one.name.startswith(".")]
        if not here:
            raise Refusal(NO_BUNDLES, path=path)
        found.update(here)
    return sorted(found)


def take_in(ledger: Ledger, bundle: Inspected, *, dry_run: bool = False) -> Taken:
    """Add everything the bundle holds in one transaction; return what that brought.

    With ``dry_run`` the same is done and undone again. Raises :class:`Refusal` (B46 for
    another office, B48 a key that differs from the one known).
    """
    header = bundle.header
    if header.to != ledger.unit:
        raise Refusal(OTHER_ADDRESSEE, file=bundle.file, to=header.to)
    seen_on = arrival_of(ledger.conn, bundle.sha256)
    if seen_on:
        return Taken(bundle.file, header, held_already=bundle.entries, seen_on=seen_on)
    taken: Taken | None = None
    with suppress(_DryRun), ledger.change():
        taken = _add(ledger, bundle)
        if dry_run:
            raise _DryRun
    assert taken is not None
    return taken


class _DryRun(Exception):
    """Undoes the transaction of a preview."""


def _add(ledger: Ledger, bundle: Inspected) -> Taken:
    header = bundle.header
    for device, public in bundle.keys.items():
        _introduce(ledger, bundle, device, public)
    taken = _taken(ledger, bundle, ledger.take_in(bundle.slices))
    arrival = Arrival(
        sha256=bundle.sha256,
        name=bundle.file,
        device=header.device,
        unit=header.unit,
        number=header.number,
        period=header.period,
        created=header.created,
        new=taken.new,
        waiting=taken.without_effect,
    )
    note_import(ledger.conn, arrival, header.have, ledger.now_text())
    return taken


def _introduce(ledger: Ledger, bundle: Inspected, device: str, public: bytes) -> None:
    text = key_text(public)
    known = machine(ledger.conn, device)
    rooted = ledger.trust().keys.get(device, text)
    if (known is not None and known.key != text) or rooted != text:
        raise Refusal(KEY_CLASH, file=bundle.file, device=device)
    unit, nickname = bundle.header.machines[device]
    introduce(ledger.conn, Machine(device, unit, text, nickname, ledger.now_text()))


def _taken(ledger: Ledger, bundle: Inspected, new: int) -> Taken:
    stands = {
        part.stream: standing(ledger.conn, part.stream, part.start, part.head.seq)
        for part in bundle.slices
    }
    ends = {part.stream: part.head.seq for part in bundle.slices}
    offices = ledger.trust().offices
    return Taken(
        file=bundle.file,
        header=bundle.header,
        new=new,
        held_already=bundle.entries - new,
        without_effect=sum(one.without_effect for one in stands.values()),
        unknown_devices=tuple(device for device in bundle.keys if device not in offices),
        gaps=tuple(s for s, one in stands.items() if not one.forked and one.tip < ends[s]),
        forks=tuple(s for s, one in stands.items() if one.forked),
        changed=tuple(
            dict.fromkeys((e.unit, e.record) for part in bundle.slices for e in part.entries)
        ),
    )
