"""Reading the calendar data: standing due dates, orders of a year, holiday lists.

The files are in ``data/calendar``; an office's own file has the same form. What the dates mean
is decided in :mod:`ntm_tui.model.deadlines`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from ntm_tui.model.deadlines import DueRule, Every, WorkCalendar
from ntm_tui.model.toml_tables import Table

_YEARS = range(1900, 2200)


def parse_rules(entries: Mapping[str, object], file: str) -> tuple[DueRule, ...]:
    """Return the due dates of a file of rules. Raises :class:`Refusal` (P05, P06)."""
    top = Table(entries, file).allow("name", "source", "note")
    demo = top.flag("demo", False)
    rules = tuple(_rule(one.allow("month", "year"), demo) for one in top.tables("rule"))
    top.done()
    return rules


def _rule(table: Table, demo: bool) -> DueRule:
    every = table.choice("every", tuple(Every))
    dated = every in (Every.YEAR, Every.ONCE)
    return DueRule(
        key=table.text("key"),
        name=table.text("name"),
        every=Every(every),
        day=table.whole("day", among=range(1, 32)),
        month=table.whole("month", among=range(1, 13)) if dated else 0,
        year=table.whole("year", among=_YEARS) if every == Every.ONCE else 0,
        months_later=table.whole("months_later", 0),
        source=table.text("source", ""),
        checked=table.flag("checked", False),
        demo=demo,
    )


def parse_calendar(files: Iterable[tuple[str, Mapping[str, object]]]) -> WorkCalendar:
    """Return the calendar of all holiday lists together: (file name, parsed TOML) for each.

    Raises :class:`Refusal` (P05, P06).
    """
    holidays: dict[date, str] = {}
    make_up: dict[date, str] = {}
    unchecked: set[date] = set()
    years: set[int] = set()
    for file, entries in files:
        top = Table(entries, file).allow("name", "note")
        years.add(top.whole("year", among=_YEARS))
        for key, days in (("holiday", holidays), ("make_up", make_up)):
            for one in top.tables(key):
                day = one.allow("kind", "source", "instead_of").day("date")
                days[day] = one.text("name")
                if not one.flag("checked"):
                    unchecked.add(day)
        top.done()
    return WorkCalendar(holidays, make_up, frozenset(unchecked), frozenset(years))
