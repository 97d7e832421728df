"""Writes the outer file of a bundle: the same contents and zlib give the same bytes."""

from __future__ import annotations

import stat
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from ntm_tui.exchange.container import open_container
from ntm_tui.exchange.durable import new_file, partial_name, put_in_place
from ntm_tui.exchange.zip_layout import (
    CENTRAL_FORM,
    CENTRAL_MARK,
    DEFLATED,
    END_FORM,
    END_MARK,
    LOCAL_FORM,
    LOCAL_MARK,
    STORED,
    Central,
    End,
    Local,
)
from ntm_tui.exchange.zip_profile import FIRST_ENTRY, MAX_CONTAINER, TOO_LARGE, is_safe_name
from ntm_tui.locale import N_, _
from ntm_tui.model.faults import Fault, Refusal

Content = bytes | Path

UNWRITABLE = Fault(
    "B29",
    N_("{file} could not be written: {what}. No half file was left."),
    N_("Make room or choose another folder, then export again."),
)

STORED_UNDER = "data/blobs/"
"""Attachments are compressed already; trying again costs time and gains nothing."""

_VERSION = 20
_MADE_BY = 3 << 8 | _VERSION  # Unix, so that the kind of file is stated
_REGULAR_FILE = (stat.S_IFREG | 0o644) << 16
_TIME, _DATE = 0, 1 << 5 | 1  # 1980-01-01 00:00: the time of writing is in bundle.json
_CHUNK = 1 << 20


def write_container(
    path: Path,
    files: Iterable[tuple[str, Content]],
    check: Callable[[Path], None] = lambda partial: None,
) -> Path:
    """Write ``files`` (name, content or path of the content) to ``path``; return ``path``.

    Everything is written beside ``path`` under a temporary name, flushed, opened again by the
    strict reader, shown to ``check``, and only then renamed. If anything refuses or fails,
    nothing is left; a full disk or a stick pulled out is refused as ``NTM-B29``.
    """
    partial = partial_name(path)
    try:
        with new_file(partial) as out:
            pack(out, files)
        open_container(partial, path.name).close()
        check(partial)
        put_in_place(partial, path)
    except OSError as error:
        raise Refusal(UNWRITABLE, file=path, what=error.strerror or error) from error
    finally:
        with suppress(OSError):  # the stick may be gone, and the file with it
            partial.unlink(missing_ok=True)
    return path


def pack(out: BinaryIO, files: Iterable[tuple[str, Content]]) -> None:
    """Write the archive to ``out``: the seal first, then by name; attachments stored.

    Raises ValueError for a name that no reader would take.
    """
    ordered = sorted(files, key=lambda item: (item[0] != FIRST_ENTRY, item[0]))
    directory = [_write_entry(out, name, content) for name, content in ordered]
    offset = out.tell()
    for central, name in directory:
        out.write(CENTRAL_FORM.pack(*central) + name)
    size = out.tell() - offset
    if offset + size > MAX_CONTAINER:
        raise Refusal(
            TOO_LARGE,
            file=_("The data bundle"),
            what=_("size of the whole file"),
            entry=offset + size,
        )
    count = len(directory)
    out.write(END_FORM.pack(*End(END_MARK, 0, 0, count, count, size, offset, 0)))


def _write_entry(out: BinaryIO, name: str, content: Content) -> tuple[Central, bytes]:
    if not is_safe_name(name):
        raise ValueError(name)
    offset, raw = out.tell(), name.encode("ascii")
    if isinstance(content, Path):
        local = _write_stored(out, raw, content)
    else:
        local = _write_bytes(out, raw, content, stored=name.startswith(STORED_UNDER))
    central = Central(CENTRAL_MARK, _MADE_BY, *local[1:10], 0, 0, 0, 0, _REGULAR_FILE, offset)
    return central, raw


def _local(raw: bytes, method: int, crc: int, packed: int, size: int) -> Local:
    return Local(LOCAL_MARK, _VERSION, 0, method, _TIME, _DATE, crc, packed, size, len(raw), 0)


def _write_bytes(out: BinaryIO, raw: bytes, content: bytes, *, stored: bool) -> Local:
    packed = content if stored else _deflate(content)
    method = DEFLATED
    if len(packed) >= len(content):
        method, packed = STORED, content
    local = _local(raw, method, zlib.crc32(content), len(packed), len(content))
    out.write(LOCAL_FORM.pack(*local) + raw)
    out.write(packed)
    return local


def _deflate(content: bytes) -> bytes:
    deflater = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflater.compress(content) + deflater.flush()


def _write_stored(out: BinaryIO, raw: bytes, content: Path) -> Local:
    """Copy a file of any size; its check sum is known at the end and written into the front."""
    offset = out.tell()
    out.write(LOCAL_FORM.pack(*_local(raw, STORED, 0, 0, 0)) + raw)
    crc = size = 0
    with content.open("rb") as source:
        while chunk := source.read(_CHUNK):
            crc = zlib.crc32(chunk, crc)
            size += len(chunk)
            if size > MAX_CONTAINER:
                raise Refusal(TOO_LARGE, file=content.name, what=_("size of one file"), entry=size)
            out.write(chunk)
    local = _local(raw, STORED, crc, size, size)
    after = out.tell()
    out.seek(offset)
    out.write(LOCAL_FORM.pack(*local))
    out.seek(after)
    return local
