"""Fields of records: their types, how they are typed in, stored and shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ntm_tui.locale import N_, translate
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.vietnamese import (
    fold,
    format_date,
    format_decimal,
    format_month,
    nfc,
    parse_date,
    parse_decimal,
    parse_plain,
    plain_decimal,
)

Scalar = str | bool | None
RegisterValue = Scalar | dict[str, Scalar]
"""What a register holds in an entry: one scalar, or every field of a joint register by name."""

BAD_VALUE = Fault(
    "R04",
    N_("{label}: “{value}” is not {expected}; nothing was recorded."),
    N_("Correct the value and save again."),
)
OUT_OF_RANGE = Fault(
    "R05",
    N_("{label}: {value} lies outside {low} to {high}; nothing was recorded."),
    N_("Correct the value and save again."),
)


class FieldType(StrEnum):
    """What a field holds; decides how it is parsed, shown and stored."""

    TEXT = "text"
    DATE = "date"  # stored YYYY-MM-DD, shown dd/mm/yyyy
    MONTH = "month"  # stored YYYY-MM, shown mm/yyyy
    QUARTER = "quarter"  # stored YYYY-Qn
    DECIMAL = "decimal"  # stored as a plain decimal string
    COUNT = "count"  # a whole number >= 0, stored as a decimal string
    FLAG = "flag"  # true or false
    CHOICE = "choice"  # one of `choices`


@dataclass(frozen=True)
class Field:
    """One field of a record kind. ``register`` is its own name unless it is part of a joint one."""

    name: str
    type: FieldType
    label: str
    register: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    low: str | None = None
    high: str | None = None
    local: bool = False  # technical: shown only under "technical details"

    def __post_init__(self) -> None:
        if not self.register:
            object.__setattr__(self, "register", self.name)


def is_joint(fields: tuple[Field, ...]) -> bool:
    """Return whether a register is stored as an object of its fields."""
    return len(fields) > 1


_EXPECTED = {
    FieldType.DATE: N_("a date (dd/mm/yyyy)"),
    FieldType.MONTH: N_("a month (mm/yyyy)"),
    FieldType.QUARTER: N_("a quarter (such as Q3/2026)"),
    FieldType.DECIMAL: N_("a number"),
    FieldType.COUNT: N_("a whole number"),
    FieldType.FLAG: N_("yes or no"),
    FieldType.CHOICE: N_("one of {choices}"),
}
_YES = frozenset({"1", "true", "yes", "co", "có", "x", "đạt"})
_NO = frozenset({"0", "false", "no", "khong", "không"})
_YEAR = r"((?:19|20|21)[0-9]{2})"
_MONTH = re.compile(rf"([0-9]{{1,2}})[/.-]{_YEAR}\Z")
_ISO_MONTH = re.compile(rf"{_YEAR}-([0-9]{{1,2}})\Z")
_QUARTER = re.compile(rf"(?:Q|QUY)?\s*([1-4]|I{{1,3}}|IV)\s*[/-]\s*{_YEAR}\Z")
_ISO_QUARTER = re.compile(rf"{_YEAR}-Q([1-4])\Z")
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4"}


def _refuse(one: Field, text: str) -> Refusal:
    expected = translate(_EXPECTED[one.type]).format(choices=", ".join(one.choices))
    return Refusal(BAD_VALUE, label=translate(one.label), value=text, expected=expected)


def parse_field(one: Field, text: str) -> Scalar:
    """Return the stored form of what was typed into a field; empty text clears it (``None``).

    Raises :class:`Refusal` (R04, R05).
    """
    text = nfc(text).strip()
    if not text:
        return None
    if one.type is FieldType.TEXT:
        return text
    try:
        return _PARSERS[one.type](one, text)
    except ValueError:
        raise _refuse(one, text) from None


def _parse_number(one: Field, text: str) -> str:
    number = parse_decimal(text)
    if one.type is FieldType.COUNT and (number != number.to_integral_value() or number < 0):
        raise ValueError(text)
    low, high = (parse_decimal(edge) if edge else None for edge in (one.low, one.high))
    if (low is not None and number < low) or (high is not None and number > high):
        edges = {"low": one.low or "-∞", "high": one.high or "+∞"}
        raise Refusal(OUT_OF_RANGE, label=translate(one.label), value=text, **edges)
    return plain_decimal(number)


def _parse_month(_: Field, text: str) -> str:
    if match := _ISO_MONTH.match(text):
        year, month = match[1], match[2]
    elif match := _MONTH.match(text):
        month, year = match[1], match[2]
    else:
        raise ValueError(text)
    if not 1 <= int(month) <= 12:
        raise ValueError(text)
    return f"{year}-{int(month):02d}"


def _parse_quarter(_: Field, text: str) -> str:
    if _ISO_QUARTER.match(text):
        return text
    match = _QUARTER.match(fold(text).upper())
    if not match:
        raise ValueError(text)
    return f"{match[2]}-Q{_ROMAN.get(match[1], match[1])}"


def _parse_flag(_: Field, text: str) -> bool:
    folded = text.casefold()
    if folded not in _YES | _NO:
        raise ValueError(text)
    return folded in _YES


def _parse_choice(one: Field, text: str) -> str:
    if text not in one.choices:
        raise ValueError(text)
    return text


_PARSERS: Mapping[FieldType, Callable[[Field, str], Scalar]] = {
    FieldType.DATE: lambda _, text: parse_date(text).isoformat(),
    FieldType.MONTH: _parse_month,
    FieldType.QUARTER: _parse_quarter,
    FieldType.DECIMAL: _parse_number,
    FieldType.COUNT: _parse_number,
    FieldType.FLAG: _parse_flag,
    FieldType.CHOICE: _parse_choice,
}


def format_field(one: Field, value: Scalar) -> str:
    """Return a stored value as an official would write it; nothing for ``None``.

    What is not of the field's type (a newer version may have written it) is returned as it is.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "x" if value else ""
    try:
        return _FORMATTERS.get(one.type, str)(value)
    except ValueError:
        return value


_FORMATTERS: Mapping[FieldType, Callable[[str], str]] = {
    FieldType.DATE: lambda value: format_date(parse_date(value)),
    FieldType.MONTH: format_month,
    FieldType.QUARTER: lambda value: "/".join(reversed(value.split("-"))),
    FieldType.DECIMAL: lambda value: format_decimal(parse_plain(value)),
    FieldType.COUNT: lambda value: format_decimal(parse_plain(value)),
}
