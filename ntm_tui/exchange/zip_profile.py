"""The one shape of ZIP a bundle may have, judged before anything is inflated.

Every ZIP reader shows something for a malformed archive, and two readers may show different
files. So only what `packing` writes is taken: no extra fields, no data descriptors, no gaps,
both descriptions of a file equal. Python's ``zipfile`` accepts most of what is refused here.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from typing import BinaryIO

from ntm_tui.exchange.zip_layout import (
    CENTRAL_FORM,
    CENTRAL_MARK,
    DEFLATED,
    END_64_MARK,
    END_FORM,
    END_MARK,
    FULL_16,
    FULL_32,
    LOCAL_FORM,
    LOCAL_MARK,
    LONGEST_COMMENT,
    STORED,
    Central,
    End,
    Local,
)
from ntm_tui.locale import N_, _
from ntm_tui.model.faults import Fault, Refusal

FIRST_ENTRY = "tagmanifest-sha256.txt"

MAX_CONTAINER = 1 << 30
"""Bytes of the whole file. Larger attachments follow in volumes."""
MAX_FILES = 20_000
MAX_NAME = 120
"""Characters of one name: with a folder before it, still within Windows' 260."""
MAX_CONTENT = 2 << 30
"""Bytes of all files together, inflated."""
MAX_RATIO = 200
"""Inflated to packed size, for files above `FREE_RATIO` bytes; entries reach about 30."""
FREE_RATIO = 1 << 16

_ASK_AGAIN = N_("The ledger is unchanged. Please ask the sender for the original file.")
_NOT_TAKEN = N_("The ledger is unchanged. Do not trust this file; ask the sender where it is from.")

EMPTY = Fault("B10", N_("{file} is empty (0 bytes)."), _ASK_AGAIN)
NOT_A_BUNDLE = Fault("B11", N_("{file} is not a data bundle."), _ASK_AGAIN)
CUT_SHORT = Fault("B12", N_("{file} is not complete: its end is missing."), _ASK_AGAIN)
SOMETHING_AFTER = Fault("B13", N_("{file} has something added at its end."), _ASK_AGAIN)
TOO_LARGE = Fault("B14", N_("{file} is beyond the limits ({what}: {entry})."), _NOT_TAKEN)
BAD_NAME = Fault("B15", N_("{file} holds a file whose name is not allowed: {entry}."), _NOT_TAKEN)
NAME_TWICE = Fault("B16", N_("{file} holds the name {entry} twice."), _NOT_TAKEN)
LOCKED = Fault("B17", N_("{file} holds a file locked with a ZIP password: {entry}."), _ASK_AGAIN)
OTHER_ZIP = Fault("B18", N_("{file} is a ZIP in several parts or of the 64-bit kind."), _ASK_AGAIN)
OTHER_METHOD = Fault("B19", N_("{file}: {entry} is packed by an unknown method."), _ASK_AGAIN)
BAD_FLAGS = Fault("B21", N_("{file}: {entry} carries marks of another program."), _ASK_AGAIN)
EXTRA_DATA = Fault("B22", N_("{file}: {entry} carries additional fields."), _ASK_AGAIN)
NOT_REGULAR = Fault("B23", N_("{file}: {entry} is a folder or link, not a file."), _NOT_TAKEN)
HEADERS_DIFFER = Fault("B24", N_("{file}: two descriptions of {entry} differ."), _NOT_TAKEN)
NOT_ADJACENT = Fault("B25", N_("{file}: there is a gap or an overlap at {entry}."), _NOT_TAKEN)
WRONG_FIRST = Fault("B27", N_("{file} begins with {entry} instead of its seal."), _ASK_AGAIN)

OF_ANOTHER_WRITER = frozenset(
    {BAD_NAME, OTHER_METHOD, BAD_FLAGS, EXTRA_DATA, NOT_REGULAR, WRONG_FIRST}
)

_SAFE_NAME = re.compile(r"[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
_MAX_DIRECTORY = 8 << 20
_DOS, _UNIX = 0, 3
_HIGHEST_VERSION = 20


@dataclass(frozen=True)
class Entry:
    """One file inside: where its ``packed`` bytes start and what they must inflate to."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    start: int


def is_safe_name(name: str) -> bool:
    """Return whether ``name`` may stand in a bundle: it unpacks to one place on every system."""
    if len(name) > MAX_NAME or not _SAFE_NAME.fullmatch(name):
        return False
    parts = name.split("/")
    return not any(part.endswith(".") or _RESERVED.fullmatch(part) for part in parts)


class NameRegister:
    """Names seen so far; two that would meet on a disk blind to case are refused."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._files: set[str] = set()
        self._folders: dict[str, str] = {}

    def add(self, name: str) -> None:
        """Note ``name``, or refuse it."""
        if not is_safe_name(name):
            raise Refusal(BAD_NAME, file=self._file, entry=name)
        folded = name.lower()
        if folded in self._files or folded in self._folders:
            raise Refusal(NAME_TWICE, file=self._file, entry=name)
        self._files.add(folded)
        parts = name.split("/")
        for end in range(1, len(parts)):
            folder = "/".join(parts[:end])
            known = self._folders.setdefault(folder.lower(), folder)
            if known != folder or folder.lower() in self._files:
                raise Refusal(NAME_TWICE, file=self._file, entry=name)


def survey(source: BinaryIO, file: str) -> dict[str, Entry]:
    """Return the entries of the archive in their order if its form is flawless, else refuse.

    ``file`` is its name for people. May raise OSError.
    """
    size = source.seek(0, 2)
    _check_start(source, file, size)
    end = _end_record(source, file, size)
    source.seek(end.offset)
    directory = source.read(end.size)
    names = NameRegister(file)
    entries: dict[str, Entry] = {}
    total = expected = place = 0
    for _index in range(end.entries):
        central, name, place = _next_central(directory, place, file)
        entry = _entry(source, file, central, name, expected)
        names.add(entry.name)
        expected = entry.start + entry.packed
        total += entry.size
        _check_volume(file, entry, total)
        entries[entry.name] = entry
    if place != len(directory) or expected != end.offset:
        raise Refusal(NOT_ADJACENT, file=file, entry=_("the directory at the end"))
    first = next(iter(entries))
    if first != FIRST_ENTRY:
        raise Refusal(WRONG_FIRST, file=file, entry=first)
    return entries


def shown(name: bytes) -> str:
    """Return a raw name as text that is safe to print."""
    text = name[: 2 * MAX_NAME].decode("ascii", "backslashreplace")
    return "".join(mark if mark.isprintable() else f"\\x{ord(mark):02x}" for mark in text)


def _check_start(source: BinaryIO, file: str, size: int) -> None:
    if size == 0:
        raise Refusal(EMPTY, file=file)
    source.seek(0)
    start = source.read(len(LOCAL_MARK))
    if start != LOCAL_MARK[: len(start)]:
        raise Refusal(NOT_A_BUNDLE, file=file)
    if size > MAX_CONTAINER:
        raise Refusal(TOO_LARGE, file=file, what=_("size of the whole file"), entry=size)


def _end_record(source: BinaryIO, file: str, size: int) -> End:
    tail_size = min(size, END_FORM.size + LONGEST_COMMENT)
    source.seek(size - tail_size)
    tail = source.read(tail_size)
    place = tail.rfind(END_MARK)
    if place < 0 or len(tail) - place < END_FORM.size:
        raise Refusal(CUT_SHORT, file=file)
    end = End._make(END_FORM.unpack_from(tail, place))
    if end.comment_length or len(tail) - place > END_FORM.size:
        # an end record that points elsewhere is that of an attachment, cut off behind it
        ours = end.offset + end.size == size - tail_size + place
        raise Refusal(SOMETHING_AFTER if ours else CUT_SHORT, file=file)
    wide = tail[-END_FORM.size - 20 :][:4] == END_64_MARK
    if wide or FULL_16 in end[1:5] or FULL_32 in end[5:7] or end.disk or end.directory_disk:
        raise Refusal(OTHER_ZIP, file=file)
    if end.entries > MAX_FILES or end.size > _MAX_DIRECTORY:
        raise Refusal(TOO_LARGE, file=file, what=_("number of files"), entry=end.entries)
    if not end.entries or end.entries != end.entries_here:
        raise Refusal(HEADERS_DIFFER, file=file, entry=_("the directory at the end"))
    if end.offset + end.size != size - END_FORM.size:
        raise Refusal(NOT_ADJACENT, file=file, entry=_("the directory at the end"))
    return end


def _next_central(directory: bytes, place: int, file: str) -> tuple[Central, bytes, int]:
    after = place + CENTRAL_FORM.size
    if after > len(directory):
        raise Refusal(NOT_ADJACENT, file=file, entry=_("the directory at the end"))
    central = Central._make(CENTRAL_FORM.unpack_from(directory, place))
    name = directory[after : after + central.name_length]
    if central.mark != CENTRAL_MARK or len(name) != central.name_length:
        raise Refusal(NOT_ADJACENT, file=file, entry=_("the directory at the end"))
    return central, name, after + len(name) + central.extra_length + central.comment_length


def _entry(source: BinaryIO, file: str, central: Central, name: bytes, expected: int) -> Entry:
    """Judge one file by its two descriptions; its packed bytes follow the second at once."""
    if FULL_32 in (central.packed, central.size, central.offset) or central.disk:
        raise Refusal(OTHER_ZIP, file=file)
    if central.offset != expected:
        raise Refusal(NOT_ADJACENT, file=file, entry=shown(name))
    source.seek(expected)
    header = source.read(LOCAL_FORM.size + len(name))
    if len(header) < LOCAL_FORM.size:
        raise Refusal(NOT_ADJACENT, file=file, entry=shown(name))
    local = Local._make(LOCAL_FORM.unpack_from(header))
    # first what any other ZIP program also writes twice: a difference there is no re-packing
    if local[:6] != (LOCAL_MARK, *central[2:7]) or header[LOCAL_FORM.size :] != name:
        raise Refusal(HEADERS_DIFFER, file=file, entry=shown(name))
    _check_kind(file, central, local, name)
    if local[6:10] != central[7:11]:
        raise Refusal(HEADERS_DIFFER, file=file, entry=shown(name))
    if central.method == STORED and central.packed != central.size:
        raise Refusal(HEADERS_DIFFER, file=file, entry=shown(name))
    start = expected + len(header)
    return Entry(shown(name), central.method, central.crc, central.packed, central.size, start)


def _check_kind(file: str, central: Central, local: Local, name: bytes) -> None:
    system, mode = central.made_by >> 8, stat.S_IFMT(central.external >> 16)
    fault = None
    if central.flags & 1:
        fault = LOCKED
    elif central.flags or central.internal or system not in (_DOS, _UNIX):
        fault = BAD_FLAGS
    elif central.method not in (STORED, DEFLATED):
        fault = OTHER_METHOD
    elif central.needed > _HIGHEST_VERSION:
        fault = OTHER_ZIP
    elif central.extra_length or central.comment_length or local.extra_length:
        fault = EXTRA_DATA
    elif name.endswith(b"/") or central.external & 0x18 or mode not in (0, stat.S_IFREG):
        fault = NOT_REGULAR
    if fault:
        raise Refusal(fault, file=file, entry=shown(name))


def _check_volume(file: str, entry: Entry, total: int) -> None:
    if total > MAX_CONTENT:
        raise Refusal(TOO_LARGE, file=file, what=_("size of all files"), entry=entry.name)
    if entry.size > FREE_RATIO and entry.size > MAX_RATIO * entry.packed:
        raise Refusal(TOO_LARGE, file=file, what=_("packing ratio"), entry=entry.name)
