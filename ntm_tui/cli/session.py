"""One run of ``ntm``: which ledger, which settings, what time it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from ntm_tui.config import Config, config_file, load

if TYPE_CHECKING:
    from ntm_tui.ledger.ledger import Ledger

LEDGER_ENVIRONMENT = "NTM_LEDGER"
LEDGER_NAME = "so-theo-doi.ntm"


def _system_time() -> datetime:
    return datetime.now(UTC)


@dataclass
class Session:
    """What the global options and the environment say. ``now`` is the clock of this run."""

    ledger: Path | None = None
    config_given: Path | None = None
    now: Callable[[], datetime] = field(default=_system_time)

    @property
    def config_path(self) -> Path:
        """The settings file in use."""
        return config_file(self.config_given)

    @property
    def config(self) -> Config:
        """The settings in use. Raises :class:`Refusal` (C90, C91)."""
        return load(self.config_path)

    @property
    def keys(self) -> Path:
        """The folder this machine's keys lie in."""
        return self.config_path.parent

    @property
    def ledger_path(self) -> Path:
        """The ledger in use: as given, else ``NTM_LEDGER``, else in the user's data folder."""
        if self.ledger is not None:
            return self.ledger
        if named := os.environ.get(LEDGER_ENVIRONMENT):
            return Path(named)
        from platformdirs import user_data_path  # only without a named ledger

        return user_data_path("ntm", appauthor=False) / LEDGER_NAME

    @property
    def today(self) -> date:
        """The day it is here."""
        return self.now().astimezone().date()

    @contextmanager
    def reading(self, known_by: str | None = None) -> Iterator[Ledger]:
        """Open the ledger to read, or what was known in it at the end of a day.

        Raises :class:`Refusal` (L01–L03, L05–L08, C23 for the day).
        """
        from ntm_tui.cli.typed import day_from  # rooms below load when used
        from ntm_tui.ledger import backup
        from ntm_tui.ledger import known_by as earlier
        from ntm_tui.ledger.ledger import Ledger

        day = day_from("--known-by", known_by) if known_by else None
        with Ledger.open(
            self.ledger_path,
            now=self.now,
            before_migration=lambda path: backup.rotate(path, self.now()),
        ) as ledger:
            if day is None:
                yield ledger
                return
            end = datetime.combine(day, time.max).astimezone()
            with earlier.known_by(ledger, end) as then:
                yield then

    @contextmanager
    def writing(self) -> Iterator[Ledger]:
        """Open the ledger to write in it, as a new machine if it has to be one (said so)."""
        from ntm_tui.cli.output import note  # rooms below load when used
        from ntm_tui.exchange.devices import RENEWAL_TEXTS, open_ledger
        from ntm_tui.locale import _, translate

        ledger, renewal = open_ledger(self.ledger_path, self.keys, now=self.now)
        with ledger:
            if renewal is not None:
                note(translate(RENEWAL_TEXTS[renewal]))
                note(_("It goes on as a new machine, which has to be confirmed again."))
            yield ledger
