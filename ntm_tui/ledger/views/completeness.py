"""Periods: what has been confirmed in a month, how it was closed, and who has reported.

On time is a closing received before the due date; partial is none, or one whose heads are not
all held here; missing is nothing at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from ntm_tui import library
from ntm_tui.ledger import exchanges, slices
from ntm_tui.ledger.entries import StreamId
from ntm_tui.ledger.journal import has_effect
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.criteria import ItemRow, board
from ntm_tui.ledger.views.dossiers import BEFORE_MEANS
from ntm_tui.ledger.views.rollup import units_below
from ntm_tui.ledger.views.setting import unit_name
from ntm_tui.locale import N_
from ntm_tui.model.deadlines import DueDate, Standing, bounds, due_date, standing
from ntm_tui.model.vietnamese import parse_date

MONTHLY_REPORT = "monthly-report"


class Reported(StrEnum):
    """What of a unit's report of a month is here."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    MISSING = "missing"


REPORTED_LABELS: Mapping[Reported, str] = {
    Reported.COMPLETE: N_("Received in full"),
    Reported.PARTIAL: N_("Received in part"),
    Reported.MISSING: N_("Not received"),
}


@dataclass(frozen=True)
class Closing:
    """How a unit closed a month; ``heads`` are its streams' ends then."""

    month: str
    cutoff: date | None
    number: str
    date: date | None
    preparer: str
    approver: str
    heads: Mapping[StreamId, tuple[int, str]]
    at: str


@dataclass(frozen=True)
class MonthOfUnit:
    """One unit's month: its items by how recently they were confirmed, and its closing."""

    unit: str
    month: str
    items: int
    confirmed: int
    carried: tuple[ItemRow, ...]
    unrecorded: tuple[ItemRow, ...]
    closing: Closing | None

    @property
    def unconfirmed(self) -> int:
        """How many items have no figure of this month."""
        return self.items - self.confirmed


@dataclass(frozen=True)
class Report:
    """What came in from one unit for a month. ``received`` is the day it was complete here."""

    unit: str
    name: str
    state: Reported
    closing: Closing | None
    received: date | None
    last_import: str
    due: DueDate
    standing: Standing


def heads_text(ledger: Ledger) -> str:
    """Return the ends of all streams about this office, as a closing holds them."""
    ends = {str(s): list(tip) for s, tip in slices.tips(ledger.conn).items()}
    own = {s: tip for s, tip in ends.items() if s.endswith(f"/{ledger.unit}")}
    return json.dumps(own, sort_keys=True, separators=(",", ":"))


def _heads(text: str) -> dict[StreamId, tuple[int, str]]:
    """Read what :func:`heads_text` wrote; nothing where a newer version wrote otherwise."""
    try:
        found = json.loads(text or "{}")
        return {StreamId.parse(name): (int(seq), str(end)) for name, (seq, end) in found.items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def closing_of(ledger: Ledger, month: str, unit: str = "") -> Closing | None:
    """Return how ``unit`` (this office) closed a month, or ``None``."""
    form = ledger.form(f"period/{month}", unit or None)
    values = form.values
    if values["cutoff"] is None:
        return None
    cutoff, dated = (parse_date(str(d)) if d else None for d in (values["cutoff"], values["date"]))
    return Closing(
        month,
        cutoff,
        str(values["number"] or ""),
        dated,
        str(values["preparer"] or ""),
        str(values["approver"] or ""),
        _heads(str(values["heads"] or "")),
        form.state.newest.at,
    )


def month_of_unit(ledger: Ledger, month: str, *, unit: str = "", pack: str = "") -> MonthOfUnit:
    """Return how complete a unit's month is. Raises P20 where no pack is in force."""
    unit = unit or ledger.unit
    items = board(ledger, bounds(month)[1], unit=unit, pack=pack).items.values()
    return MonthOfUnit(
        unit=unit,
        month=month,
        items=len(items),
        confirmed=sum(1 for one in items if one.own and one.own.month == month),
        carried=tuple(one for one in items if one.own and one.own.month < month),
        unrecorded=tuple(one for one in items if one.own is None),
        closing=closing_of(ledger, month, unit),
    )


def report_due(month: str) -> DueDate:
    """Return when the report of a month is due."""
    rule = next(one for one in library.due_rules() if one.key == MONTHLY_REPORT)
    return due_date(rule, month, BEFORE_MEANS)


def reports(ledger: Ledger, month: str, today: date) -> list[Report]:
    """Return for every unit below this office what of its report of a month is here."""
    tips = slices.tips(ledger.conn)
    units = units_below(ledger, bounds(month)[1], ledger.trust())
    return [_report(ledger, unit, month, today, tips) for unit in units]


def _report(ledger: Ledger, unit: str, month: str, today: date, tips: slices.Tips) -> Report:
    due = report_due(month)
    closing = closing_of(ledger, month, unit)
    arrivals = exchanges.arrivals(ledger.conn, unit)
    whole = closing is not None and all(
        tips.get(stream, (0, ""))[0] >= seq for stream, (seq, _) in closing.heads.items()
    )
    if whole:
        state = Reported.COMPLETE
    elif closing is not None or any(one.period == month for one in arrivals):
        state = Reported.PARTIAL
    else:
        state = Reported.MISSING
    received = closed_on(ledger, unit, month) if whole else None
    return Report(
        unit=unit,
        name=unit_name(unit),
        state=state,
        closing=closing,
        received=received,
        last_import=arrivals[0].arrived if arrivals else "",
        due=due,
        standing=standing(due.last, received, today),
    )


def closed_on(ledger: Ledger, unit: str, month: str) -> date | None:
    """Return the day on which the first counting closing of a month came here."""
    rows = ledger.conn.execute(
        "SELECT e.arrived, s.reach, e.seq, e.hash, e.record"
        " FROM entries e JOIN streams s ON s.id = e.stream"
        " WHERE s.unit=? AND e.record=? ORDER BY e.arrived",
        (unit, f"period/{month}"),
    )
    arrived = next((came for came, *place in rows if has_effect(*place)), "")
    return datetime.fromisoformat(arrived).astimezone().date() if arrived else None
