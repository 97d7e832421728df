"""``ntm show``: deadlines, disagreements, history, completeness, alerts."""

from __future__ import annotations

from ntm_tui.cli.output import Column, Json, moment, print_json, print_table, say
from ntm_tui.cli.parts import command, flag, option, whole
from ntm_tui.cli.session import Session
from ntm_tui.cli.showing import AS_OF, JSON, KNOWN_BY
from ntm_tui.cli.typed import as_of_from, day_text, unit_from
from ntm_tui.cli.words import record_text, set_text
from ntm_tui.ledger.views.alerts import alerts
from ntm_tui.ledger.views.conflicts import Conflict, conflicts
from ntm_tui.ledger.views.deadlines import Deadline, deadlines, period_text
from ntm_tui.ledger.views.history import Recorded, history
from ntm_tui.ledger.views.setting import unit_name
from ntm_tui.locale import N_, _, translate
from ntm_tui.model.deadlines import TIMELINESS_LABELS


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
