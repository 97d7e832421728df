"""Reading the calendar data: standing due dates, orders of a year, holiday lists.

The files are in ``data/calendar``; an office's own file has the same form. What the dates mean
is decided in :mod:`ntm_tui.model.deadlines`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from ntm_tui.model.deadlines import DueRule, Every, WorkCalendar
from ntm_tui.model.toml_tables import Table

_RULE_KEYS = ("key", "name", "every", "day", "month", "year", "months_later", "source")
_DAY_KEYS = ("date", "name", "kind", "checked", "source", "instead_of")


def parse_rules(entries: Mapping[str, object], file: str) -> tuple[DueRule, ...]:
    """Return the due dates of a file of rules. Raises :class:`Refusal` (D01, D02)."""
    top = Table(entries, file).only("name", "source", "note", "demo", "rule")
    demo = top.flag("demo", False)
    return tuple(_rule(one.only(*_RULE_KEYS, "checked"), demo) for one in top.tables("rule"))


def _rule(table: Table, demo: bool) -> DueRule:
    every = table.choice("every", tuple(Every))
    dated = every in (Every.YEAR, Every.ONCE)
    month = table.whole_in("month", 1, 12) if dated else 0
    return DueRule(
        key=table.text("key"),
        name=table.text("name"),
        every=Every(every),
        day=table.whole_in("day", 1, 31),
        month=month,
        year=table.whole_in("year", 1900, 2199) if every == Every.ONCE else 0,
        months_later=table.whole("months_later", 0),
        source=table.text("source", ""),
        checked=table.flag("checked", False),
        demo=demo,
    )


def parse_calendar(files: Iterable[tuple[str, Mapping[str, object]]]) -> WorkCalendar:
    """Return the calendar of all holiday lists together: (file name, parsed TOML) for each.

    Raises :class:`Refusal` (D01, D02).
    """
    holidays: dict[date, str] = {}
    make_up: dict[date, str] = {}
    unchecked: set[date] = set()
    years: set[int] = set()
    for file, entries in files:
        top = Table(entries, file).only("year", "name", "note", "holiday", "make_up")
        years.add(top.whole_in("year", 1900, 2199))
        for key, days in (("holiday", holidays), ("make_up", make_up)):
            for one in top.tables(key):
                day = one.only(*_DAY_KEYS).day("date")
                days[day] = one.text("name")
                if not one.flag("checked"):
                    unchecked.add(day)
    return WorkCalendar(holidays, make_up, frozenset(unchecked), frozenset(years))
