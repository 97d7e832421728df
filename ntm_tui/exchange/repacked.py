"""Tells a bundle that someone unzipped and zipped again, in good faith, from a hostile file.

Only to choose the words of a refusal: nothing here lets a file in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from ntm_tui.exchange.zip_layout import (
    CENTRAL_FORM,
    CENTRAL_MARK,
    END_FORM,
    END_MARK,
    LONGEST_COMMENT,
    Central,
    End,
)

_WELL_KNOWN = ("tagmanifest-sha256.txt", "data/bundle.json")
_MOST_READ = 8 << 20


def was_repacked(source: BinaryIO, *, by_name: bool) -> bool:
    """Return whether a bundle's own files lie in the archive as another program packs them.

    ``by_name``: a name was at fault; that is innocent only under a folder of its own or with
    the backslashes some old programs write.
    """
    raw = list(_names(source))
    names = {name.replace("\\", "/") for name in raw}
    if any(name.startswith("/") or ".." in name.split("/") for name in names):
        return False
    first, second = _WELL_KNOWN
    tops = [name.removesuffix(first) for name in names if name.endswith(first)]
    innocent = [top for top in tops if top.count("/") == bool(top) and top + second in names]
    if by_name and not any("\\" in name for name in raw):
        return any(innocent)
    return bool(innocent)


def _names(source: BinaryIO) -> Iterator[str]:
    size = source.seek(0, 2)
    source.seek(max(0, size - END_FORM.size - LONGEST_COMMENT))
    tail = source.read()
    found = tail.rfind(END_MARK)
    if found < 0 or len(tail) - found < END_FORM.size:
        return
    end = End._make(END_FORM.unpack_from(tail, found))
    source.seek(min(end.offset, size))
    directory = source.read(min(end.size, _MOST_READ))
    place = 0
    while place + CENTRAL_FORM.size <= len(directory):
        central = Central._make(CENTRAL_FORM.unpack_from(directory, place))
        if central.mark != CENTRAL_MARK:
            return
        start = place + CENTRAL_FORM.size
        yield directory[start : start + central.name_length].decode("utf-8", "replace")
        place = start + central.name_length + central.extra_length + central.comment_length
