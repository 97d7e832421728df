"""Typed reading of the shipped and the offices' own TOML tables.

A table that was parsed from a file is checked here key by key, so that the types built from it
can be trusted. Errors name the place as people find it in the file:
``criterion[17].indicator[17.1].levels[2].value``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from ntm_tui.locale import N_, translate
from ntm_tui.model.faults import Fault, Refusal

BAD_ENTRY = Fault(
    "P05",
    N_("In {file}, “{place}” is missing or not as expected ({expected}). Nothing was taken."),
    N_("Correct the file and try again."),
)
UNKNOWN_KEY = Fault(
    "P06",
    N_("In {file}, “{place}” is no known entry. Nothing was taken."),
    N_("Correct its spelling or take it out, then try again. Known here: {known}."),
)

_TEXT = N_("text without control characters")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?\Z", re.ASCII)
_MAGNITUDE = 15  # no programme figure is longer; guards against numbers made to exhaust memory
_WHOLE = range(10**_MAGNITUDE)


@dataclass(frozen=True)
class Table:
    """One table of a parsed file; ``file`` (or a pack's id) and ``place`` are what errors name.

    Hands out values and remembers which keys were asked for, until :meth:`done`. Every reading
    method raises :class:`Refusal` (P05) where the key is missing, unless it has a fallback, or
    its value is of another type.
    """

    entries: Mapping[str, object]
    file: str
    place: str = ""
    _asked: set[str] = field(default_factory=set, init=False)
    _below: list[Table] = field(default_factory=list, init=False)

    def __contains__(self, key: str) -> bool:
        return self._get(key) is not None

    def _get(self, key: str) -> object:
        self._asked.add(key)
        return self.entries.get(key)

    def refuse(self, key: str, expected: str) -> Refusal:
        """Return the refusal (P05) of the value under ``key``."""
        return Refusal(BAD_ENTRY, file=self.file, place=f"{self.place}{key}", expected=expected)

    def text(self, key: str, fallback: str | None = None) -> str:
        """Return a text in NFC, without blanks around it; blank only where it has a fallback."""
        if fallback is not None and key not in self:
            return fallback
        found = self._cleaned(key, self._get(key))
        if not found and fallback is None:
            raise self.refuse(key, translate(_TEXT))
        return found

    def _cleaned(self, key: str, value: object) -> str:
        if not isinstance(value, str) or any(
            unicodedata.category(sign) == "Cc" and sign not in "\n\t" for sign in value
        ):
            raise self.refuse(key, translate(_TEXT))
        return unicodedata.normalize("NFC", value).strip()

    def code(self, key: str) -> str:
        """Return a code or id."""
        found = self.text(key)
        if not _CODE.match(found):
            raise self.refuse(key, "A–Z a–z 0–9 . _ -")
        return found

    def choice(self, key: str, choices: Collection[str]) -> str:
        """Return one of ``choices``."""
        found = self.text(key)
        if found not in choices:
            raise self.refuse(key, " | ".join(choices))
        return found

    def flag(self, key: str, fallback: bool | None = None) -> bool:
        """Return a truth value."""
        found = self._get(key) if key in self else fallback
        if not isinstance(found, bool):
            raise self.refuse(key, "true | false")
        return found

    def whole(self, key: str, fallback: int | None = None, among: range = _WHOLE) -> int:
        """Return a whole number of 0 or more, or one ``among`` others."""
        found = self._get(key) if key in self else fallback
        if not isinstance(found, int) or isinstance(found, bool) or found not in among:
            raise self.refuse(key, "0, 1, 2 …" if among is _WHOLE else f"{among[0]}–{among[-1]}")
        return found

    def optional_whole(self, key: str) -> int | None:
        """Return a whole number of 0 or more, ``None`` where there is none."""
        return self.whole(key) if key in self else None

    def wholes(self, key: str) -> tuple[int, ...]:
        """Return a list of whole numbers of 0 or more, empty where there is none."""
        found = self._list(key, "[19, 15, 10, 5]")
        numbers = [one for one in found if isinstance(one, int) and not isinstance(one, bool)]
        if len(numbers) != len(found) or not all(one in _WHOLE for one in numbers):
            raise self.refuse(key, "[19, 15, 10, 5]")
        return tuple(numbers)

    def number(self, key: str) -> Decimal:
        """Return a number, written as a number or as a plain decimal text."""
        found = self._get(key)
        if isinstance(found, str) and _NUMBER.match(found):
            return Decimal(found)
        if isinstance(found, bool) or not isinstance(found, int | Decimal):
            raise self.refuse(key, "41.5")
        number = Decimal(found)
        if not number.is_finite() or abs(number.adjusted()) > _MAGNITUDE:
            raise self.refuse(key, "41.5")
        return number

    def percent(self, key: str) -> Decimal:
        """Return a percentage, 0–100."""
        found = self.number(key)
        if not 0 <= found <= 100:
            raise self.refuse(key, "0–100")
        return found

    def day(self, key: str) -> date:
        """Return a date, written with or without quotes (``2026-02-17``)."""
        found = self._get(key)
        if isinstance(found, date) and not isinstance(found, datetime):
            return found
        try:
            return date.fromisoformat(found if isinstance(found, str) else "")
        except ValueError:
            raise self.refuse(key, "2026-02-17") from None

    def optional_day(self, key: str) -> date | None:
        """Return a date, ``None`` where there is none."""
        return self.day(key) if key in self else None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts in NFC, empty where there is none."""
        return tuple(self._cleaned(key, one) for one in self._list(key, '["…", "…"]'))

    def _list(self, key: str, expected: str) -> Collection[object]:
        found = self._get(key) if key in self else ()
        if not isinstance(found, list | tuple):
            raise self.refuse(key, expected)
        return found

    def table(self, key: str) -> Table:
        """Return the table below this one, an empty one where there is none."""
        return self._enter(self._get(key) if key in self else {}, key, key)

    def tables(self, key: str, named_by: str = "") -> list[Table]:
        """Return the tables of an array, none where there is none.

        Errors name each by its own code under the key ``named_by``, else by its number from 1.
        """
        found = []
        for number, one in enumerate(self._list(key, f"[[{key}]]"), start=1):
            name = one.get(named_by) if isinstance(one, Mapping) else None
            own = name if isinstance(name, str) and _CODE.match(name) else number
            found.append(self._enter(one, key, f"{key}[{own}]"))
        return found

    def _enter(self, entries: object, key: str, name: str) -> Table:
        if not isinstance(entries, Mapping):
            raise self.refuse(key, f"[{key}]")
        below = Table(entries, self.file, f"{self.place}{name}.")
        self._below.append(below)
        return below

    def allow(self, *keys: str) -> Table:
        """Return this table, in which ``keys`` may stand that nothing is read from."""
        self._asked.update(keys)
        return self

    def done(self) -> None:
        """Refuse (P06) a key here or below that nobody asked for, such as a misspelt one."""
        for key in self.entries:
            if key not in self._asked:
                place, known = f"{self.place}{key}", ", ".join(sorted(self._asked))
                raise Refusal(UNKNOWN_KEY, file=self.file, place=place, known=known)
        for one in self._below:
            one.done()
