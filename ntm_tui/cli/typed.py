"""What was typed: days, months, units, villages and ``FIELD=VALUE``, turned into stored forms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ntm_tui import library
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.locale import N_
from ntm_tui.model.deadlines import bounds
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.fields import Field, FieldType, Scalar, parse_field
from ntm_tui.model.records import Kind
from ntm_tui.model.registers import UNKNOWN_FIELD
from ntm_tui.model.vietnamese import format_date, parse_date

NOT_A_FIELD = Fault(
    "C20",
    N_("“{text}” is not FIELD=VALUE; nothing was recorded."),
    N_("Write it as one word such as name=…, in quotation marks where it has spaces."),
)
NOT_A_MONTH = Fault(
    "C22",
    N_("{option}: “{text}” is not a month; nothing was changed."),
    N_("Write it as 11/2026 or 2026-11."),
)
NOT_A_DAY = Fault(
    "C23",
    N_("{option}: “{text}” is not a date; nothing was changed."),
    N_("Write it as 20/11/2026 or 2026-11-20."),
)


def day_from(option: str, text: str) -> date:
    """Return the day that was typed. Raises :class:`Refusal` (C23)."""
    try:
        return parse_date(text)
    except ValueError:
        raise Refusal(NOT_A_DAY, option=option, text=text) from None


def as_of_from(text: str | None, today: date) -> date:
    """Return the reference date: a day, or the last one of a month, by default today.

    Raises :class:`Refusal` (C23).
    """
    if not text:
        return today
    try:
        return bounds(month_from("--as-of", text))[1]
    except Refusal:
        return day_from("--as-of", text)


def month_from(option: str, text: str) -> str:
    """Return the month that was typed, ``YYYY-MM``. Raises :class:`Refusal` (C22)."""
    try:
        found = parse_field(Field("month", FieldType.MONTH, ""), text)
    except Refusal:
        found = None
    if not isinstance(found, str):
        raise Refusal(NOT_A_MONTH, option=option, text=text)
    return found


def unit_from(ledger: Ledger, text: str | None) -> str:
    """Return the id of the unit that was typed, by default this office.

    A unit that the catalogue lacks counts if the ledger has heard of it. Raises
    :class:`Refusal` (U01, U02).
    """
    if not text:
        return ledger.unit
    if text == ledger.unit or text in ledger.trust().parents:
        return text
    return library.units().unit_by(text).id


def values_from(kind: Kind, words: Sequence[str]) -> dict[str, Scalar]:
    """Return the stored forms of ``FIELD=VALUE`` words; nothing after the ``=`` clears.

    Raises :class:`Refusal` (C20, R03–R05).
    """
    found: dict[str, Scalar] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals:
            raise Refusal(NOT_A_FIELD, text=word)
        one = kind.by_name.get(name)
        if one is None:
            known = ", ".join(kind.by_name)
            raise Refusal(UNKNOWN_FIELD, kind=kind.name, field=name, known=known)
        found[name] = parse_field(one, text)
    return found


def day_text(day: date | None) -> str:
    """Return a day as people write it; nothing for none."""
    return format_date(day) if day else ""
