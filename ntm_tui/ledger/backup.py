"""Backups of a ledger: rotating ones beside it, one to take away, and bringing one back.

A backup is an ordinary ledger file without any key. What is brought back goes on as a new
device, because the old one may have written more since.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from ntm_tui.ledger.connection import (
    LEDGER_EXISTS,
    NOT_A_LEDGER,
    open_file,
    transaction,
    worded_errors,
)
from ntm_tui.model.faults import Refusal

KEPT = 10
"""How many automatic backups are kept beside a ledger."""


def files_folder(ledger: Path) -> Path:
    """Return where a ledger's attachments lie."""
    return ledger.with_name(f"{ledger.name}-files")


def backups_folder(ledger: Path) -> Path:
    """Return where a ledger's automatic backups lie."""
    return ledger.with_name(f"{ledger.name}-backups")


def back_up(ledger: Path, target: Path) -> Path:
    """Write a backup of ``ledger`` to ``target`` with the attachments beside it; return it.

    It appears there complete or not at all. Raises :class:`Refusal` (L01–L08).
    """
    if target.exists():
        raise Refusal(LEDGER_EXISTS, path=target)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    with worded_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            _copy(ledger, unfinished)
            _copy_files(files_folder(ledger), files_folder(target))
            unfinished.rename(target)
        finally:
            unfinished.unlink(missing_ok=True)
    return target


def _copy(source: Path, target: Path) -> None:
    with (
        closing(open_file(source, read_only=True)) as held,
        closing(sqlite3.connect(target)) as copy,
    ):
        held.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    with target.open("rb+") as written:
        os.fsync(written.fileno())


def _copy_files(source: Path, target: Path) -> None:
    """Copy the attachments that ``target`` lacks; they are named by their content."""
    for one in sorted(source.glob("*")) if source.is_dir() else ():
        copy = target / one.name
        if not copy.exists():
            target.mkdir(parents=True, exist_ok=True)
            unfinished = target / f".{one.name}"
            shutil.copyfile(one, unfinished)
            unfinished.rename(copy)


def rotate(ledger: Path, moment: datetime, *, once_a_day: bool = False) -> Path | None:
    """Make an automatic backup and drop the oldest beyond :data:`KEPT`; return it.

    With ``once_a_day`` nothing is made (``None``) when there is one of that day already.
    """
    folder = backups_folder(ledger)
    if once_a_day and any(folder.glob(f"{moment:%Y-%m-%d}*.ntm")):
        return None
    made = folder / f"{moment:%Y-%m-%d_%H%M%S_%f}.ntm"
    with worded_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{made.name}.{os.getpid()}"
        try:
            _copy(ledger, unfinished)
            unfinished.rename(made)
        finally:
            unfinished.unlink(missing_ok=True)
        for old in sorted(folder.glob("*.ntm"))[:-KEPT]:
            old.unlink()
    return made


def restore(backup: Path, ledger: Path, moment: datetime) -> Path | None:
    """Put ``backup`` in the place of ``ledger``; return where the one that stood there is now.

    What is brought back is marked so that it goes on as a new device. Raises
    :class:`Refusal` (L01–L03 the backup is none, L08) with nothing changed.
    """
    unfinished = ledger.with_name(f".{ledger.name}.{os.getpid()}")
    with worded_errors(ledger):
        ledger.parent.mkdir(parents=True, exist_ok=True)
        try:
            _copy(backup, unfinished)
            _mark_restored(unfinished)
            _copy_files(files_folder(backup), files_folder(ledger))
            aside = _set_aside(ledger, moment)
            unfinished.rename(ledger)
        finally:
            unfinished.unlink(missing_ok=True)
    return aside


def _mark_restored(path: Path) -> None:
    with closing(open_file(path)) as conn:
        (sound,) = conn.execute("PRAGMA integrity_check").fetchone()
        if sound != "ok":
            raise Refusal(NOT_A_LEDGER, path=path)
        with transaction(conn):
            conn.execute("INSERT OR REPLACE INTO own VALUES ('restored', '1')")


def _set_aside(ledger: Path, moment: datetime) -> Path | None:
    if not ledger.exists():
        return None
    aside = ledger.with_name(f"{ledger.name}.before-{moment:%Y-%m-%d_%H%M%S}")
    with closing(open_file(ledger)) as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ledger.rename(aside)
    for suffix in ("-wal", "-shm"):
        ledger.with_name(ledger.name + suffix).unlink(missing_ok=True)
    return aside
