"""One sample office on disk: its ledger, its key from a seed, a clock that tells its own time.

Everything of an office lies in one folder: the ledger, its settings and its key. So
``NTM_CONFIG=<office>/config.toml ntm --ledger <office>/so-theo-doi.ntm`` opens it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

from ntm_tui import config
from ntm_tui.exchange import devices, enrolment, inbox, outbox
from ntm_tui.exchange.devices import Beginning
from ntm_tui.exchange.inbox import Taken
from ntm_tui.exchange.keys import DeviceKey
from ntm_tui.ledger.forms import Change
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.model.fields import Scalar, parse_field
from ntm_tui.model.records import kind_of

LEDGER = "so-theo-doi.ntm"
EXCHANGE = "trao-doi"
"""An office's own folder for bundles, empty until somebody sits at its desk."""

UPWARD, DOWNWARD, WITHIN = "goi-len-tren", "goi-tra-loi", "goi-noi-bo"
"""The folders of a world in which its offices hand each other bundles, as on a stick."""

VIETNAM = timezone(timedelta(hours=7))
_NOON = time(12, 0)  # nowhere near midnight in most zones, so that file names show one day


class SteadyClock:
    """Moves by one second each time it is looked at, and to a later day when told to."""

    def __init__(self, day: date) -> None:
        self._moment = datetime.combine(day, _NOON, VIETNAM)

    def __call__(self) -> datetime:
        """Return the next moment."""
        self._moment += timedelta(seconds=1)
        return self._moment

    def to(self, day: date) -> None:
        """Go on at noon of ``day`` unless it is later already."""
        self._moment = max(self._moment, datetime.combine(day, _NOON, VIETNAM))

    @property
    def today(self) -> date:
        """The day it is, in Vietnam."""
        return self._moment.date()


@dataclass(frozen=True)
class Office:
    """One laptop of an office."""

    folder: Path
    ledger: Ledger
    key: DeviceKey
    clock: SteadyClock
    officer: str

    @property
    def unit(self) -> str:
        """The unit it is the office of."""
        return self.ledger.unit

    def texts(self, record: str, texts: Mapping[str, str], about: str = "") -> Change:
        """Return the change that types ``texts`` into the form of ``record``."""
        fields = kind_of(record).by_name
        values = {name: parse_field(fields[name], text) for name, text in texts.items()}
        return self.values(record, values, about)

    def values(self, record: str, values: Mapping[str, Scalar], about: str = "") -> Change:
        """Return the change that sets stored ``values`` of ``record`` (about this unit)."""
        return self.ledger.form(record, about or None).change(values)

    def record(self, changes: Sequence[Change]) -> int:
        """Record one action; return how many entries it made."""
        return len(self.ledger.record(changes, by=self.officer))

    def send(self, to: str = "") -> outbox.Sent:
        """Write the bundle for ``to`` (the upper office) into the world's folder for it."""
        way = WITHIN if to == self.unit else DOWNWARD if to else UPWARD
        folder = self.folder.parent / way
        folder.mkdir(exist_ok=True)
        return outbox.export(self.ledger, self.key, folder, to=to, keys_folder=self.folder)

    def take(self, sent: outbox.Sent) -> Taken:
        """Import a bundle another office wrote."""
        return inbox.take_in(self.ledger, inbox.inspect(sent.path))

    def confirm(self, other: Office) -> str:
        """Confirm the machine of ``other`` by the code its officer reads out; return the code."""
        code = enrolment.own_fingerprint(other.ledger)
        enrolment.confirm(self.ledger, other.key.device, code, by=self.officer)
        return code


def start_office(folder: Path, seed: int, beginning: Beginning, day: date) -> Office:
    """Start the ledger of an office in ``folder``, with a key that ``seed`` and folder decide.

    Raises :class:`Refusal` (L04 the path is taken, L06–L08, K04, K06).
    """
    name = f"ntm-demo/{seed}/{folder.parent.name}/{folder.name}"
    key = DeviceKey.generate(hashlib.sha256(name.encode("utf-8")).digest())
    exchange = folder / EXCHANGE
    exchange.mkdir(parents=True)
    settings = config.Config(exchange_folder=str(exchange.resolve()))
    config.save(settings, folder / config.FILE_NAME)
    clock = SteadyClock(day)
    ledger = devices.start(folder / LEDGER, folder, beginning, key=key, now=clock)
    return Office(folder, ledger, key, clock, beginning.officer)
