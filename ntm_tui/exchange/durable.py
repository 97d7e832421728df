"""Files that are either there in whole or not at all, also after the power or the stick goes."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

PARTIAL_SUFFIX = ".part"


def sync_folder(folder: Path) -> None:
    """Flush the names in ``folder`` to the disk, where the system has a way to do it."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:  # some network and FUSE file systems cannot
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


@contextmanager
def new_file(path: Path, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Create ``path``, which must not exist, and flush it; on any error nothing is left."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        with os.fdopen(handle, "w+b") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def partial_name(path: Path) -> Path:
    """Return a fresh temporary name beside ``path``; importers pass over such names."""
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}{PARTIAL_SUFFIX}")


def put_in_place(partial: Path, path: Path) -> None:
    """Rename the flushed file ``partial`` to ``path``, replacing it, and flush the folder."""
    partial.replace(path)
    sync_folder(path.parent)


def replace_file(path: Path, data: bytes, mode: int = 0o666) -> None:
    """Write ``data`` to ``path`` so that a reader finds the old or the new content, never half."""
    partial = partial_name(path)
    with new_file(partial, mode) as out:
        out.write(data)
    try:
        put_in_place(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
