"""Receiving what others hand over: many files in one go, the refused ones kept aside."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ntm_tui.exchange.durable import partial_name, put_in_place
from ntm_tui.exchange.enrolment import settle_awaited
from ntm_tui.exchange.inbox import Taken, find_bundles, inspect, take_in
from ntm_tui.ledger import backup
from ntm_tui.ledger.connection import worded_errors
from ntm_tui.ledger.exchanges import Kept, note_quarantine
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.model.faults import Refusal

OURS = "NTM_"
"""How the names of bundles begin; other archives in a folder are nobody's concern."""


@dataclass(frozen=True)
class Outcome:
    """What became of one file: taken, or refused.

    ``settled`` are machines whose codes had been typed before: confirmed now (``None``) or not.
    """

    path: Path
    taken: Taken | None = None
    refusal: Refusal | None = None
    settled: Mapping[str, Refusal | None] = field(default_factory=dict)


Progress = Callable[[int, int, Outcome], bool]
"""Called after each file with (done, all, outcome); ``False`` stops before the next one."""


def quarantine_folder(ledger: Path) -> Path:
    """Return where the refused files of a ledger are kept."""
    return ledger.with_name(f"{ledger.name}-quarantine")


def receive(
    ledger: Ledger,
    paths: Iterable[Path],
    *,
    dry_run: bool = False,
    progress: Progress = lambda done, count, outcome: True,
) -> list[Outcome]:
    """Import every bundle at or below ``paths``; one refused file does not stop the others.

    Each file is its own transaction. A file refused is copied to the quarantine, unless it
    was merely some archive lying in a folder. Raises :class:`Refusal` (B47 no bundles).
    """
    named = {path for path in paths if path.is_file()}
    files = find_bundles(paths)
    if not dry_run:
        backup.rotate(ledger.path, ledger.now(), once_a_day=True)
    outcomes: list[Outcome] = []
    for path in files:
        try:
            taken = take_in(ledger, inspect(path), dry_run=dry_run)
            outcome = Outcome(path, taken, settled={} if dry_run else settle_awaited(ledger))
        except Refusal as refusal:
            outcome = Outcome(path, refusal=refusal)
            if not dry_run and (path in named or path.name.startswith(OURS)):
                _keep_aside(ledger, path, refusal)
        outcomes.append(outcome)
        if not progress(len(outcomes), len(files), outcome):
            break
    return outcomes


def _keep_aside(ledger: Ledger, path: Path, refusal: Refusal) -> None:
    folder = quarantine_folder(ledger.path)
    with worded_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("rb") as source:
            sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        copy = folder / f"{sha256[:12]}-{path.name}"
        if not copy.exists():
            unfinished = partial_name(copy)
            shutil.copyfile(path, unfinished)
            put_in_place(unfinished, copy)
    kept = Kept(sha256, path.name, refusal.code, refusal.sentence(), ledger.now_text())
    with ledger.change():
        note_quarantine(ledger.conn, kept)
