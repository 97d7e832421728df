"""The bytes of a ZIP file as far as a bundle uses them: three records and their fields."""

from __future__ import annotations

import struct
from typing import NamedTuple

LOCAL_MARK, CENTRAL_MARK, END_MARK = b"PK\3\4", b"PK\1\2", b"PK\5\6"
END_64_MARK = b"PK\6\7"
STORED, DEFLATED = 0, 8
LOCAL_FORM = struct.Struct("<4s5H3L2H")
CENTRAL_FORM = struct.Struct("<4s6H3L5H2L")
END_FORM = struct.Struct("<4s4H2LH")
LONGEST_COMMENT = 0xFFFF
FULL_32, FULL_16 = 0xFFFFFFFF, 0xFFFF
"""Such a value sends the reader to 64-bit fields elsewhere."""


class Local(NamedTuple):
    """The record before a file's packed bytes, in the order of its fields."""

    mark: bytes
    needed: int
    flags: int
    method: int
    time: int
    date: int
    crc: int
    packed: int
    size: int
    name_length: int
    extra_length: int


class Central(NamedTuple):
    """One record of the directory at the end, in the order of its fields."""

    mark: bytes
    made_by: int
    needed: int
    flags: int
    method: int
    time: int
    date: int
    crc: int
    packed: int
    size: int
    name_length: int
    extra_length: int
    comment_length: int
    disk: int
    internal: int
    external: int
    offset: int


class End(NamedTuple):
    """The record at the very end, in the order of its fields."""

    mark: bytes
    disk: int
    directory_disk: int
    entries_here: int
    entries: int
    size: int
    offset: int
    comment_length: int
