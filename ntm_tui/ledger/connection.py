"""Opening the SQLite file safely, and one way to change it: a whole transaction or nothing."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlite_utils import Database

from ntm_tui.ledger import schema
from ntm_tui.locale import N_
from ntm_tui.model.faults import Fault, Refusal

NO_LEDGER = Fault(
    "L01",
    N_("There is no ledger at {path}."),
    N_("Check the path, or start one with “ntm init”."),
)
NOT_A_LEDGER = Fault(
    "L02",
    N_("{path} is not a ledger of this software; it was not touched."),
    N_("Choose the right file, or restore a backup with “ntm restore”."),
)
NEWER_LEDGER = Fault(
    "L03",
    N_("{path} was written by a newer version of this software; it was not touched."),
    N_("Install the newer version on this machine and open it again."),
)
LEDGER_EXISTS = Fault(
    "L04",
    N_("{path} exists already; it was not touched."),
    N_("Open it, or choose another path for the new ledger."),
)
LEDGER_BUSY = Fault(
    "L05",
    N_("Another program is writing to the ledger; nothing was recorded."),
    N_("Wait until it has finished and try again."),
)
DISK_FULL = Fault(
    "L06",
    N_("The disk is full; nothing was recorded, and all that was saved before is kept."),
    N_("Free some space on the disk and try again."),
)
READ_ONLY = Fault(
    "L07",
    N_("{path} can only be read; nothing was recorded."),
    N_("Copy it to a folder you may write to, or ask for the right to write."),
)
DISK_FAILED = Fault(
    "L08",
    N_("The disk did not take or give the data of {path} ({cause}); nothing was changed."),
    N_("Check the disk or the stick, then try again; backups lie beside the ledger."),
)

BUSY_SECONDS = 5.0


def _connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    mode = "ro" if read_only else "rw"
    uri = f"{path.resolve().as_uri()}?mode={mode}"
    conn = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    conn.execute("PRAGMA trusted_schema=OFF")
    conn.execute("PRAGMA foreign_keys=ON")
    return conn


def _application_id(conn: sqlite3.Connection) -> tuple[int, int]:
    (application_id,) = conn.execute("PRAGMA application_id").fetchone()
    (version,) = conn.execute("PRAGMA user_version").fetchone()
    return application_id, version


def create_file(
    path: Path, fill: Callable[[sqlite3.Connection], object] = lambda conn: None
) -> None:
    """Make an empty ledger at ``path``; it appears there complete or not at all.

    ``fill`` writes what it holds from its first moment on. Raises :class:`Refusal` (L04 the
    path is taken, L06, L07, L08).
    """
    if path.exists():
        raise Refusal(LEDGER_EXISTS, path=path)
    with worded_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"{path.name}.new-{os.getpid()}")
        unfinished.unlink(missing_ok=True)
        conn = sqlite3.connect(unfinished, isolation_level=None)
        try:
            conn.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
            conn.execute("PRAGMA journal_mode=WAL")
            migrate(conn)
            fill(conn)
        except BaseException:
            conn.close()
            unfinished.unlink()
            raise
        conn.close()
        try:
            os.link(unfinished, path)
        except FileExistsError:
            raise Refusal(LEDGER_EXISTS, path=path) from None
        except OSError:  # file systems without hard links, such as most sticks
            unfinished.rename(path)
        unfinished.unlink(missing_ok=True)


def migrate(conn: sqlite3.Connection) -> None:
    """Apply every pending migration and note the version, in one transaction."""
    db = Database(conn, execute_plugins=False)
    with transaction(conn):
        schema.migrations.apply(db)
        conn.execute(f"PRAGMA user_version={schema.SCHEMA_VERSION}")


def needs_migration(conn: sqlite3.Connection) -> bool:
    """Return whether the open ledger is older than this software."""
    return _application_id(conn)[1] < schema.SCHEMA_VERSION


def open_file(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open the ledger at ``path``; a file that cannot be written is opened for reading.

    Raises :class:`Refusal` (L01 missing, L02 not a ledger, L03 newer than this software).
    """
    if not path.is_file():
        raise Refusal(NO_LEDGER, path=path)
    read_only = read_only or not os.access(path, os.W_OK)
    conn = None
    try:
        conn = _connect(path, read_only=read_only)
        application_id, version = _application_id(conn)
    except sqlite3.DatabaseError as error:
        if conn is not None:
            conn.close()
        if isinstance(error, sqlite3.OperationalError):
            raise worded(error, path) from None
        raise Refusal(NOT_A_LEDGER, path=path) from None
    if application_id != schema.APPLICATION_ID:
        conn.close()
        raise Refusal(NOT_A_LEDGER, path=path)
    if version > schema.SCHEMA_VERSION:
        conn.close()
        raise Refusal(NEWER_LEDGER, path=path)
    if not read_only:
        conn.execute("PRAGMA synchronous=FULL")
    return conn


def worded(error: Exception, path: Path | str) -> Refusal:
    """Return the refusal that says in words what SQLite or the system met."""
    text = str(error).lower()
    name = getattr(error, "sqlite_errorname", "") or ""
    if "locked" in text or name.startswith("SQLITE_BUSY"):
        return Refusal(LEDGER_BUSY)
    if "full" in text or getattr(error, "errno", None) == 28:
        return Refusal(DISK_FULL)
    if "readonly" in text or "read-only" in text or isinstance(error, PermissionError):
        return Refusal(READ_ONLY, path=path)
    return Refusal(DISK_FAILED, path=path, cause=error)


@contextlib.contextmanager
def worded_errors(path: Path | str) -> Iterator[None]:
    """Turn errors of SQLite and of the file system into refusals."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        raise worded(error, path) from error


@contextlib.contextmanager
def transaction(conn: sqlite3.Connection) -> Iterator[None]:
    """Run a block as one immediate transaction; any exception undoes all of it."""
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise
