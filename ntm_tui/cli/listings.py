"""``ntm show``: deadlines, disagreements, history, completeness, alerts."""

from __future__ import annotations

from ntm_tui.cli.output import Column, Json, moment, print_json, print_table, say
from ntm_tui.cli.parts import command, flag, option, whole
from ntm_tui.cli.session import Session
from ntm_tui.cli.showing import AS_OF, JSON, KNOWN_BY, PACK, UNIT
from ntm_tui.cli.typed import as_of_from, day_text, month_from, unit_from
from ntm_tui.cli.words import record_text, set_text
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.alerts import alerts
from ntm_tui.ledger.views.completeness import (
    REPORTED_LABELS,
    Closing,
    MonthOfUnit,
    Report,
    month_of_unit,
    reports,
)
from ntm_tui.ledger.views.conflicts import Conflict, conflicts
from ntm_tui.ledger.views.deadlines import Deadline, deadlines, period_text
from ntm_tui.ledger.views.history import Recorded, history
from ntm_tui.ledger.views.setting import unit_name
from ntm_tui.locale import N_, _, translate
from ntm_tui.model.deadlines import TIMELINESS_LABELS, month_of
from ntm_tui.model.vietnamese import format_month


@command(
    option("--as-of", AS_OF, metavar="D"),
    option("--known-by", KNOWN_BY, metavar="D"),
    flag("--json", JSON),
)
def deadlines_(session: Session, *, as_of: str | None, known_by: str | None, json: bool) -> None:
    """Show what is due in the next 60 days, or is overdue."""
    day = as_of_from(as_of, session.today)
    with session.reading(known_by) as ledger:
        found = deadlines(ledger, day)
    if json:
        print_json([_deadline_json(one) for one in found])
        return
    columns = [
        Column(_("Due")),
        Column(_("What")),
        Column(_("For")),
        Column(_("Standing")),
        Column(_("Days"), right=True),
        Column(_("How it is counted")),
    ]
    print_table(columns, [_deadline_cells(one) for one in found])


def _deadline_cells(one: Deadline) -> tuple[str, ...]:
    standing = translate(TIMELINESS_LABELS[one.standing.timeliness])
    return (
        day_text(one.due.last),
        one.name,
        record_text(one.subject) if one.key == "dossier" else period_text(one.subject),
        standing,
        str(one.standing.days),
        one.due.words(),
    )


def _deadline_json(one: Deadline) -> Json:
    return {
        "key": one.key,
        "name": one.name,
        "subject": one.subject,
        "due": one.due.last.isoformat(),
        "named": one.due.named.isoformat(),
        "before_means": one.due.before_means.value,
        "done": one.done.isoformat() if one.done else None,
        "standing": one.standing.timeliness.value,
        "days": one.standing.days,
    }


@command(
    option("--known-by", KNOWN_BY, metavar="D"),
    option("--unit", N_("Only figures about this unit."), metavar="CODE"),
    flag("--json", JSON),
)
def conflicts_(session: Session, *, known_by: str | None, unit: str | None, json: bool) -> None:
    """Show figures that do not agree, side by side."""
    with session.reading(known_by) as ledger:
        found = conflicts(ledger, unit=unit_from(ledger, unit) if unit else None)
    if json:
        print_json([conflict_json(one) for one in found])
    elif not found:
        say(_("All figures agree."))
    for one in found if not json else ():
        say_conflict(one)


def say_conflict(one: Conflict, first: int = 1) -> None:
    """Print the heads of a conflict side by side, numbered from ``first``."""
    say(f"{unit_name(one.unit)}: {record_text(one.record)}  [{one.record}]")
    columns = [
        Column("N", right=True),
        Column(_("Value")),
        Column(_("By")),
        Column(_("Machine")),
        Column(_("When")),
        Column(_("Reason")),
    ]
    rows = [
        (
            str(number),
            head.words(),
            head.entry.by,
            head.entry.device,
            moment(head.entry.at),
            head.entry.reason or "",
        )
        for number, head in enumerate(one.heads, first)
    ]
    print_table(columns, rows)
    say()


def conflict_json(one: Conflict) -> Json:
    """Return a conflict for other programs."""
    heads: list[Json] = [
        {
            "keep": number,
            "values": dict(head.values),
            "by": head.entry.by,
            "device": head.entry.device,
            "at": head.entry.at,
            "entry": head.entry.identity,
        }
        for number, head in enumerate(one.heads, 1)
    ]
    return {"unit": one.unit, "record": one.record, "register": one.register, "heads": heads}


@command(
    option("--record", N_("Only this record, or those it begins."), metavar="KIND/ID"),
    option("--unit", N_("Only what is about this unit."), metavar="CODE"),
    whole("--limit", N_("How many entries, newest first (50).")),
    option("--known-by", KNOWN_BY, metavar="D"),
    flag("--json", JSON),
)
def history_(
    session: Session,
    *,
    record: str | None,
    unit: str | None,
    limit: int | None,
    known_by: str | None,
    json: bool,
) -> None:
    """Show what was recorded, by whom and when, newest first."""
    with session.reading(known_by) as ledger:
        about = unit_from(ledger, unit) if unit else ""
        count = 50 if limit is None else limit
        found = history(ledger, record=record or "", unit=about, limit=count)
    if json:
        print_json([_history_json(one) for one in found])
        return
    columns = [
        Column(_("When")),
        Column(_("By")),
        Column(_("Unit")),
        Column(_("Record")),
        Column(_("Set")),
        Column(_("Counts")),
    ]
    print_table(columns, [_history_cells(one) for one in found])


def _history_cells(one: Recorded) -> tuple[str, ...]:
    entry = one.entry
    what = set_text(entry.record, entry.set)
    return (
        moment(entry.at),
        entry.by,
        unit_name(entry.unit),
        record_text(entry.record),
        f"{what} ({entry.reason})" if entry.reason else what,
        _("yes") if one.effective else _("no"),
    )


def _history_json(one: Recorded) -> Json:
    entry = one.entry
    return {
        "entry": entry.identity,
        "at": entry.at,
        "arrived": one.arrived,
        "by": entry.by,
        "unit": entry.unit,
        "record": entry.record,
        "set": dict(entry.set),
        "seen": list(entry.seen),
        "act": entry.act,
        "reason": entry.reason,
        "effective": one.effective,
    }


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


@command(
    option("--as-of", AS_OF, metavar="D"),
    option("--known-by", KNOWN_BY, metavar="D"),
    flag("--json", JSON),
)
def alerts_(session: Session, *, as_of: str | None, known_by: str | None, json: bool) -> None:
    """Show what somebody should look at, gravest first."""
    day = as_of_from(as_of, session.today)
    with session.reading(known_by) as ledger:
        found = alerts(ledger, day)
    if json:
        print_json(
            [
                {
                    "kind": one.kind.value,
                    "unit": one.unit,
                    "details": {name: str(value) for name, value in one.details.items()},
                    "sentence": one.words(),
                }
                for one in found
            ]
        )
        return
    for one in found:
        say(one.words())
    if not found:
        say(_("Nothing to look at."))
