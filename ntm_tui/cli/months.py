"""``ntm show completeness``: what a month still lacks, and who has reported."""

from __future__ import annotations

from ntm_tui.cli.output import Column, Json, moment, print_json, print_table, say
from ntm_tui.cli.parts import command, flag, option
from ntm_tui.cli.session import Session
from ntm_tui.cli.showing import JSON, KNOWN_BY, PACK, UNIT
from ntm_tui.cli.typed import day_text, month_from, unit_from
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.completeness import (
    REPORTED_LABELS,
    Closing,
    MonthOfUnit,
    Report,
    month_of_unit,
    reports,
)
from ntm_tui.ledger.views.setting import unit_name
from ntm_tui.locale import N_, _, translate
from ntm_tui.model.deadlines import TIMELINESS_LABELS, month_of
from ntm_tui.model.vietnamese import format_month


@command(
    option("--month", N_("The month, by default this one."), metavar="YYYY-MM"),
    option("--known-by", KNOWN_BY, metavar="D"),
    option("--unit", UNIT, metavar="CODE"),
    option("--pack", PACK, metavar="ID"),
    flag("--json", JSON),
    details=N_("In an office with units below it: who has reported, who is late or missing."),
)
def completeness(
    session: Session,
    *,
    month: str | None,
    known_by: str | None,
    unit: str | None,
    pack: str | None,
    json: bool,
) -> None:
    """Show what a month still lacks."""
    period = month_from("--month", month) if month else month_of(session.today)
    with session.reading(known_by) as ledger:
        if unit is None and ledger.own("delegates"):
            _show_reports(reports(ledger, period, session.today), period, json=json)
        else:
            _show_month(_month(ledger, period, unit, pack), json=json)


def _month(ledger: Ledger, period: str, unit: str | None, pack: str | None) -> MonthOfUnit:
    return month_of_unit(ledger, period, unit=unit_from(ledger, unit), pack=pack or "")


def _show_month(found: MonthOfUnit, *, json: bool) -> None:
    if json:
        print_json(
            {
                "unit": found.unit,
                "month": found.month,
                "items": found.items,
                "confirmed": found.confirmed,
                "carried": [row.item.code for row in found.carried],
                "unrecorded": [row.item.code for row in found.unrecorded],
                "closed": _closing_json(found.closing),
            }
        )
        return
    say(f"{unit_name(found.unit)}, {format_month(found.month)}")
    say(unconfirmed_text(found))
    for rows, text in (
        (found.carried, _("From an earlier month ({count}): {codes}")),
        (found.unrecorded, _("Without any figure ({count}): {codes}")),
    ):
        if rows:
            say(text.format(count=len(rows), codes=", ".join(row.item.code for row in rows)))
    if found.closing:
        closed = found.closing
        text = _("Closed with cut-off {cutoff}; report number {number} of {date}.")
        dated = day_text(closed.date) or "…"
        say(text.format(cutoff=day_text(closed.cutoff), number=closed.number or "…", date=dated))
    else:
        say(_("The period is not closed yet."))


def unconfirmed_text(found: MonthOfUnit) -> str:
    """Return how many indicators of a month still wait to be confirmed."""
    if not found.unconfirmed:
        return _("All {count} indicators are confirmed in the period.").format(count=found.items)
    text = _("{count} indicators are not confirmed in the period yet. Please update or keep them.")
    return text.format(count=found.unconfirmed)


def _closing_json(found: Closing | None) -> Json:
    if found is None:
        return None
    return {
        "cutoff": found.cutoff.isoformat() if found.cutoff else None,
        "number": found.number or None,
        "date": found.date.isoformat() if found.date else None,
        "preparer": found.preparer or None,
        "approver": found.approver or None,
    }


def _show_reports(found: list[Report], month: str, *, json: bool) -> None:
    if json:
        units: list[Json] = [_report_json(one) for one in found]
        print_json({"month": month, "units": units})
        return
    columns = [
        Column(_("Unit")),
        Column(_("Report")),
        Column(_("Standing")),
        Column(_("Received on")),
        Column(_("Last file received")),
    ]
    print_table(
        columns,
        [
            (
                one.name,
                translate(REPORTED_LABELS[one.state]),
                translate(TIMELINESS_LABELS[one.standing.timeliness]),
                day_text(one.received),
                moment(one.last_import) if one.last_import else "",
            )
            for one in found
        ],
    )
    missing = [one.name for one in found if one.received is None]
    if missing:
        text = _("{count} of {total} units have not reported in full: {units}")
        say(text.format(count=len(missing), total=len(found), units=", ".join(missing)))


def _report_json(one: Report) -> Json:
    return {
        "unit": one.unit,
        "name": one.name,
        "state": one.state.value,
        "standing": one.standing.timeliness.value,
        "days": one.standing.days,
        "due": one.due.last.isoformat(),
        "received": one.received.isoformat() if one.received else None,
        "last_import": one.last_import or None,
        "closed": _closing_json(one.closing),
    }
