"""One table of a pack's file: its values by type, each refused with the place it stands at."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

from ntm_tui.locale import N_, translate
from ntm_tui.model.faults import Fault, Refusal

_TEXT = N_("text without control characters")

BAD_ENTRY = Fault(
    "P05",
    N_("Criteria set {pack}, {place}: “{key}” should be {expected}. It was not taken."),
    N_("Correct the file and check it again."),
)
UNKNOWN_KEY = Fault(
    "P06",
    N_("Criteria set {pack}, {place}: “{key}” means nothing here. It was not taken."),
    N_("Known keys: {known}."),
)

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?\Z", re.ASCII)
_MAGNITUDE = 15  # no programme figure is longer; guards against numbers made to exhaust memory


class PackTable:
    """Hands out the values of one table and remembers which were asked for.

    Every method raises :class:`Refusal` (P05) for a value of another type.
    """

    def __init__(self, pack: str, place: str, values: object) -> None:
        self.pack = pack
        self.place = place
        if not isinstance(values, Mapping):
            raise Refusal(BAD_ENTRY, pack=pack, place=place, key=place, expected="{…}")
        self.values: Mapping[str, object] = values
        self.asked: set[str] = set()

    def refuse(self, key: str, expected: str) -> Refusal:
        """Return the refusal (P05) of the value under ``key``."""
        return Refusal(BAD_ENTRY, pack=self.pack, place=self.place, key=key, expected=expected)

    def get(self, key: str) -> object:
        """Return a value as it stands there."""
        self.asked.add(key)
        return self.values.get(key)

    def text(self, key: str, required: bool = False) -> str:
        """Return a text in NFC, without blanks around it; empty where absent."""
        value = self.get(key)
        if value is None and not required:
            return ""
        if not isinstance(value, str) or (required and not value.strip()):
            raise self.refuse(key, translate(_TEXT))
        if any(unicodedata.category(sign) == "Cc" and sign not in "\n\t" for sign in value):
            raise self.refuse(key, translate(_TEXT))
        return unicodedata.normalize("NFC", value).strip()

    def one_of(self, key: str, allowed: Collection[str]) -> str:
        """Return a text that is one of ``allowed``."""
        value = self.text(key, required=True)
        if value not in allowed:
            raise self.refuse(key, " | ".join(allowed))
        return value

    def code(self, key: str) -> str:
        """Return a code or id; required."""
        value = self.text(key, required=True)
        if not _ID.match(value):
            raise self.refuse(key, "A–Z a–z 0–9 . _ -")
        return value

    def flag(self, key: str) -> bool:
        """Return true or false; false where absent."""
        value = self.get(key)
        if value is not None and not isinstance(value, bool):
            raise self.refuse(key, "true | false")
        return bool(value)

    def whole(self, key: str) -> int | None:
        """Return a whole number from 0, or ``None``."""
        value = self.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.refuse(key, "0, 1, 2 …")
        return value

    def number(self, key: str) -> Decimal:
        """Return a required number, written as a number or as a plain decimal text."""
        value = self.get(key)
        if isinstance(value, str) and _NUMBER.match(value):
            return Decimal(value)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self.refuse(key, "41.5")
        number = Decimal(value)
        if not number.is_finite() or abs(number.adjusted()) > _MAGNITUDE:
            raise self.refuse(key, "41.5")
        return number

    def day(self, key: str, required: bool = False) -> date | None:
        """Return a date, or ``None``."""
        value = self.get(key)
        if value is None and not required:
            return None
        if isinstance(value, date):
            return date(value.year, value.month, value.day)
        try:
            return date.fromisoformat(value if isinstance(value, str) else "")
        except ValueError:
            raise self.refuse(key, "YYYY-MM-DD") from None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty where absent."""
        value = self.get(key)
        if value is None:
            return ()
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
            raise self.refuse(key, '["…", "…"]')
        return tuple(value)

    def tables(self, key: str) -> list[PackTable]:
        """Return the tables of a list; empty where absent."""
        value = self.get(key)
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            raise self.refuse(key, f"[[{key}]]")
        return [
            PackTable(self.pack, f"{self.place} › {key} {n}", v) for n, v in enumerate(value, 1)
        ]

    def table(self, key: str) -> PackTable | None:
        """Return a table, or ``None``."""
        value = self.get(key)
        return None if value is None else PackTable(self.pack, f"{self.place} › {key}", value)

    def done(self) -> None:
        """Refuse (P06) a key that nobody asked for: a misspelt key must not be lost silently."""
        for key in self.values:
            if key not in self.asked:
                known = ", ".join(sorted(self.asked))
                raise Refusal(UNKNOWN_KEY, pack=self.pack, place=self.place, key=key, known=known)
