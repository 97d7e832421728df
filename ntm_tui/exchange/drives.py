"""Sticks and other removable drives that are in the machine now, found simply."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase

_MOUNTED_BELOW = (Path("/media"), Path("/run/media"))
_DEPTH = 2
_REMOVABLE = 2  # what GetDriveTypeW answers for a stick


@dataclass(frozen=True)
class Drive:
    """One removable drive: where it lies, its label, its free bytes (-1: not known)."""

    path: Path
    label: str
    free: int


def removable_drives(
    roots: Sequence[Path] = _MOUNTED_BELOW, is_mounted: Callable[[Path], bool] = os.path.ismount
) -> list[Drive]:
    """Return the removable drives there are, by path; drives that do not answer are left out."""
    paths = _windows_drives() if os.name == "nt" else _mounts(roots, is_mounted)
    return sorted((_drive(path) for path in paths), key=lambda one: one.path)


def _drive(path: Path) -> Drive:
    free = -1
    with suppress(OSError):
        free = shutil.disk_usage(path).free
    return Drive(path, path.name or str(path), free)


def _mounts(roots: Sequence[Path], is_mounted: Callable[[Path], bool]) -> Iterator[Path]:
    """Yield the mounts at ``/media/STICK`` and ``/media/USER/STICK``."""
    for root in roots:
        for depth in range(1, _DEPTH + 1):
            with suppress(OSError):
                yield from (one for one in root.glob("/".join("*" * depth)) if is_mounted(one))


def _windows_drives() -> Iterator[Path]:
    import ctypes  # only Windows asks this way

    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - unknown to mypy elsewhere
    for letter in ascii_uppercase:
        if kernel.GetDriveTypeW(f"{letter}:\\") == _REMOVABLE:
            path = Path(f"{letter}:\\")
            with suppress(OSError):
                if path.exists():
                    yield path
