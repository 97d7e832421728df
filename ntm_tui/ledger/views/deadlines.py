"""What is due: the standing reports of this office and the next steps of its dossiers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ntm_tui import library
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.completeness import MONTHLY_REPORT, closed_on
from ntm_tui.ledger.views.dossiers import BEFORE_MEANS, dossiers
from ntm_tui.model.deadlines import (
    DueDate,
    Every,
    Standing,
    due_date,
    last_day,
    month_of,
    quarter_of,
    standing,
)

AHEAD = timedelta(days=60)
"""How far ahead due dates are shown."""


@dataclass(frozen=True)
class Deadline:
    """One thing that is due. ``subject`` is a period or a dossier's record.

    ``done`` is the day it was done on, where that is known.
    """

    key: str
    name: str
    subject: str
    due: DueDate
    done: date | None
    standing: Standing


def period_text(period: str) -> str:
    """Return a period as people write it: ``11/2026``, ``Q4/2026``."""
    return "/".join(reversed(period.split("-")))


def deadlines(ledger: Ledger, as_of: date, *, ahead: timedelta = AHEAD) -> list[Deadline]:
    """Return what is due up to ``ahead`` after a day or not done yet, earliest first."""
    found = [*_reports(ledger, as_of), *_steps(ledger, as_of)]
    near = [one for one in found if one.due.last <= as_of + ahead]
    return sorted(near, key=lambda one: (one.due.last, one.key, one.subject))


def _reports(ledger: Ledger, as_of: date) -> Iterator[Deadline]:
    """The standing reports of the current period and of the one before, since the first entry.

    Only the monthly report is closed in the ledger; of others it is not known when they went.
    """
    begun = first_day(ledger) or as_of
    for rule in library.due_rules():
        if rule.every not in (Every.MONTH, Every.QUARTER):
            continue
        period_of = month_of if rule.every is Every.MONTH else quarter_of
        periods = {period_of(as_of - timedelta(days=days)) for days in _back(rule.every)}
        for period in sorted(periods):
            due = due_date(rule, period, BEFORE_MEANS)
            if due.last < begun:
                continue
            monthly = rule.key == MONTHLY_REPORT
            done = closed_on(ledger, ledger.unit, period) if monthly else None
            if monthly or due.last >= as_of:
                how = standing(due.last, done, as_of)
                yield Deadline(rule.key, rule.name, period, due, done, how)


def first_day(ledger: Ledger) -> date | None:
    """Return the day on which this ledger's first entry came, if there is one."""
    (arrived,) = ledger.conn.execute("SELECT min(arrived) FROM entries").fetchone()
    return datetime.fromisoformat(arrived).astimezone().date() if arrived else None


def _back(every: Every) -> tuple[int, int]:
    """Days back that lie in the current period and in the one before it."""
    return (0, 28) if every is Every.MONTH else (0, 90)


def _steps(ledger: Ledger, as_of: date) -> Iterator[Deadline]:
    for row in dossiers(ledger, as_of):
        for step in row.status.next:
            if step.due is not None:
                due = last_day(step.due, BEFORE_MEANS)
                name = f"{row.dossier.village_name}: {step.step.label}"
                how = standing(due.last, None, as_of)
                yield Deadline("dossier", name, row.dossier.record, due, None, how)
