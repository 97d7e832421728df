"""Typed reading of the shipped and the offices' own TOML tables.

A table that was parsed from a file is checked here key by key, so that the types built from it
can be trusted. Errors name the place as people find it in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ntm_tui.locale import N_
from ntm_tui.model.faults import Fault, Refusal

BAD_ENTRY = Fault(
    "D01",
    N_("In {file}, “{place}” is missing or not of the expected kind ({expected})."),
    N_("Correct the file and try again."),
)
UNKNOWN_KEY = Fault(
    "D02",
    N_("In {file}, “{place}” is not a known setting."),
    N_("Correct its spelling or take it out, then try again."),
)


@dataclass(frozen=True)
class Table:
    """One table of a parsed TOML file; ``file`` and ``place`` are what errors name.

    Every reading method raises :class:`Refusal` (D01) where the key is missing (unless it has a
    fallback) or of another type.
    """

    entries: Mapping[str, object]
    file: str
    place: str = ""

    def _refuse(self, key: str, expected: str) -> Refusal:
        return Refusal(BAD_ENTRY, file=self.file, place=f"{self.place}{key}", expected=expected)

    def text(self, key: str, fallback: str | None = None) -> str:
        """Return a text."""
        found = self.entries.get(key, fallback)
        if not isinstance(found, str):
            raise self._refuse(key, "text")
        return found

    def flag(self, key: str, fallback: bool | None = None) -> bool:
        """Return a truth value."""
        found = self.entries.get(key, fallback)
        if not isinstance(found, bool):
            raise self._refuse(key, "true/false")
        return found

    def whole(self, key: str, fallback: int | None = None) -> int:
        """Return a whole number of 0 or more."""
        found = self.entries.get(key, fallback)
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            raise self._refuse(key, "0, 1, 2…")
        return found

    def whole_in(self, key: str, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``."""
        found = self.whole(key)
        if not low <= found <= high:
            raise self._refuse(key, f"{low}–{high}")
        return found

    def choice(self, key: str, choices: Sequence[str]) -> str:
        """Return one of ``choices``."""
        found = self.text(key)
        if found not in choices:
            raise self._refuse(key, ", ".join(choices))
        return found

    def optional_whole(self, key: str) -> int | None:
        """Return a whole number of 0 or more, ``None`` where there is none."""
        return self.whole(key) if key in self.entries else None

    def percent(self, key: str) -> Decimal:
        """Return a percentage, 0–100, which the file may write with or without decimals."""
        found = self.entries.get(key)
        if isinstance(found, bool) or not isinstance(found, int | Decimal) or not 0 <= found <= 100:
            raise self._refuse(key, "0–100")
        return Decimal(found)

    def day(self, key: str) -> date:
        """Return a date (written without quotes, ``2026-02-17``)."""
        found = self.entries.get(key)
        if not isinstance(found, date) or isinstance(found, datetime):
            raise self._refuse(key, "2026-02-17")
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty where there is none."""
        found = self.entries.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise self._refuse(key, '["…"]')
        return tuple(str(one) for one in found)

    def table(self, key: str) -> Table:
        """Return a table below this one, an empty one where there is none."""
        found = self.entries.get(key, {})
        if not isinstance(found, dict):
            raise self._refuse(key, f"[{key}]")
        return Table(found, self.file, f"{self.place}{key}.")

    def tables(self, key: str) -> Iterator[Table]:
        """Return the tables of an array of tables, none where there is none."""
        found = self.entries.get(key, [])
        if not isinstance(found, list):
            raise self._refuse(key, f"[[{key}]]")
        for number, one in enumerate(found, start=1):
            if not isinstance(one, dict):
                raise self._refuse(key, f"[[{key}]]")
            yield Table(one, self.file, f"{self.place}{key}[{number}].")

    def only(self, *known: str) -> Table:
        """Return this table after refusing (D02) keys that are not ``known``."""
        for key in self.entries:
            if key not in known:
                raise Refusal(UNKNOWN_KEY, file=self.file, place=f"{self.place}{key}")
        return self
