"""Periods, due dates and working days.

A reporting period is a month (``YYYY-MM``) or a quarter (``YYYY-Qn``). Due dates come from
rules that are data (``data/calendar``); the day itself and whether "before the 25th" ends on the
24th or the 25th are settings, and every due date says which was used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from ntm_tui.locale import N_, translate
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.vietnamese import format_date

BAD_PERIOD = Fault(
    "D03",
    N_("“{period}” is neither a month nor a quarter; nothing was changed."),
    N_("Write a month as 2026-11 or a quarter as 2026-Q4."),
)
WRONG_PERIOD = Fault(
    "D04",
    N_("The rule “{rule}” is not about a period such as {period}."),
    N_("Ask for a month where it is monthly, for a quarter where it is quarterly."),
)

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])\Z")
_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])\Z")


def month_of(day: date) -> str:
    """Return the month a day belongs to, ``YYYY-MM``."""
    return f"{day.year:04d}-{day.month:02d}"


def quarter_of(day: date) -> str:
    """Return the quarter a day belongs to, ``YYYY-Qn``."""
    return f"{day.year:04d}-Q{(day.month + 2) // 3}"


def bounds(period: str) -> tuple[date, date]:
    """Return the first and last day of a month or quarter. Raises :class:`Refusal` (D03)."""
    if match := _MONTH.match(period):
        first_month = last_month = int(match[2])
    elif match := _QUARTER.match(period):
        first_month, last_month = 3 * int(match[2]) - 2, 3 * int(match[2])
    else:
        raise Refusal(BAD_PERIOD, period=period)
    year = int(match[1])
    if not 1900 <= year < 2200:
        raise Refusal(BAD_PERIOD, period=period)
    after = date(year + last_month // 12, last_month % 12 + 1, 1)
    return date(year, first_month, 1), after - timedelta(days=1)


def next_period(period: str) -> str:
    """Return the month or quarter that follows. Raises :class:`Refusal` (D03)."""
    after = bounds(period)[1] + timedelta(days=1)
    return quarter_of(after) if "Q" in period else month_of(after)


class BeforeMeans(StrEnum):
    """What "before a day" allows: up to that day, or up to the day before it."""

    INCLUSIVE = "inclusive"
    EXCLUSIVE = "exclusive"


class Every(StrEnum):
    """How often a due date returns."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ONCE = "once"


@dataclass(frozen=True)
class DueRule:
    """When something is due: before ``day`` (of ``month`` where yearly or once).

    A monthly or quarterly rule counts ``months_later`` from the last month of its period (0: in
    that month itself). A day that the month does not have means its last day. ``seed`` marks a
    rule the founding documents state; ``demo`` an order of one past year.
    """

    key: str
    name: str
    every: Every
    day: int
    month: int = 0
    year: int = 0
    months_later: int = 0
    source: str = ""
    checked: bool = False
    demo: bool = False

    def named_day(self, period: str) -> date:
        """Return the day the rule names for a period (yearly: ``YYYY``; once: any).

        Raises :class:`Refusal` (D03, D04).
        """
        if self.every in (Every.YEAR, Every.ONCE):
            year = self.year or (int(period) if re.fullmatch(r"(19|20|21)[0-9]{2}", period) else 0)
            if not year:
                raise Refusal(WRONG_PERIOD, rule=self.name, period=period)
            return _day_in(year, self.month, self.day)
        if ("Q" in period) != (self.every is Every.QUARTER):
            raise Refusal(WRONG_PERIOD, rule=self.name, period=period)
        last = bounds(period)[1]
        months = last.year * 12 + last.month - 1 + self.months_later
        return _day_in(months // 12, months % 12 + 1, self.day)


def _day_in(year: int, month: int, day: int) -> date:
    last = bounds(f"{year:04d}-{month:02d}")[1]
    return last.replace(day=min(day, last.day))


_BEFORE_WORDS = {
    BeforeMeans.INCLUSIVE: N_("before {named}, that day included"),
    BeforeMeans.EXCLUSIVE: N_("before {named}, that is by {last}"),
}


@dataclass(frozen=True)
class DueDate:
    """The last day on which something is on time, and how it was arrived at."""

    last: date
    named: date
    before_means: BeforeMeans

    def words(self) -> str:
        """Return the due date with the setting it rests on, in the language in use."""
        words = translate(_BEFORE_WORDS[self.before_means])
        return words.format(named=format_date(self.named), last=format_date(self.last))


def last_day(named: date, before_means: BeforeMeans) -> DueDate:
    """Return the due date that "before ``named``" means under a setting."""
    earlier = timedelta(days=0 if before_means is BeforeMeans.INCLUSIVE else 1)
    return DueDate(named - earlier, named, before_means)


def due_date(rule: DueRule, period: str, before_means: BeforeMeans) -> DueDate:
    """Return when ``rule`` is due for ``period``. Raises :class:`Refusal` (D03, D04)."""
    return last_day(rule.named_day(period), before_means)


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked: not weekends nor ``holidays``, but ``make_up`` Saturdays.

    ``unchecked`` holds the days whose decree was not compared, ``years`` those whose list is
    here. Beyond them only the weekends are known (:meth:`doubts`).
    """

    holidays: Mapping[date, str] = field(default_factory=dict)
    make_up: Mapping[date, str] = field(default_factory=dict)
    unchecked: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Return whether offices work on a day."""
        return day in self.make_up or (day.weekday() < 5 and day not in self.holidays)

    def add_working_days(self, day: date, number: int) -> date:
        """Return the ``number``-th working day after ``day``, which itself does not count."""
        while number > 0:
            day += timedelta(days=1)
            number -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Return how many working days lie after ``start`` up to and including ``end``."""
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(map(self.is_working_day, days))

    def doubts(self, start: date, end: date) -> tuple[str, ...]:
        """Return years without a holiday list and days not compared with their decree, as text."""
        years = (str(y) for y in range(start.year, end.year + 1) if y not in self.years)
        days = (format_date(day) for day in sorted(self.unchecked) if start <= day <= end)
        return (*years, *days)


class Timeliness(StrEnum):
    """How a report stands against its due date."""

    ON_TIME = "on_time"
    LATE = "late"
    PENDING = "pending"  # not received, and not due yet
    OVERDUE = "overdue"  # not received, and past due


TIMELINESS_LABELS: Mapping[Timeliness, str] = {
    Timeliness.ON_TIME: N_("On time"),
    Timeliness.LATE: N_("Late"),
    Timeliness.PENDING: N_("Not due yet"),
    Timeliness.OVERDUE: N_("Overdue"),
}


@dataclass(frozen=True)
class Standing:
    """Timeliness with ``days``: late by, overdue by, or still left (0 or more)."""

    timeliness: Timeliness
    days: int

    @property
    def is_overdue(self) -> bool:
        """Whether it was not received and the due date has passed."""
        return self.timeliness is Timeliness.OVERDUE


def days_left(last: date, today: date) -> int:
    """Return the calendar days from ``today`` to the last day; negative once it has passed."""
    return (last - today).days


def standing(last: date, received: date | None, today: date) -> Standing:
    """Return how something due by ``last`` stands, received on a day or not yet."""
    left = days_left(last, today if received is None else received)
    if received is None:
        return Standing(Timeliness.PENDING if left >= 0 else Timeliness.OVERDUE, abs(left))
    return Standing(Timeliness.ON_TIME if left >= 0 else Timeliness.LATE, max(0, -left))
