"""``ntm undo``, ``ntm resolve``, ``ntm close``: taking back, settling, closing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import click

from ntm_tui.cli.listings import conflict_json, say_conflict
from ntm_tui.cli.months import unconfirmed_text
from ntm_tui.cli.output import note, print_json, say
from ntm_tui.cli.parts import argument, command, flag, option, whole
from ntm_tui.cli.session import Session
from ntm_tui.cli.typed import day_from, month_from, unit_from, values_from
from ntm_tui.cli.words import record_text, set_text
from ntm_tui.ledger.guards import FUTURE_MONTH, PERIOD_CLOSED, checked_change, is_closed
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.completeness import heads_text, month_of_unit
from ntm_tui.ledger.views.conflicts import Conflict, conflicts_in
from ntm_tui.ledger.views.history import history
from ntm_tui.locale import N_, _
from ntm_tui.model.deadlines import month_of
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.fields import Scalar
from ntm_tui.model.records import split_id
from ntm_tui.model.vietnamese import format_month, nfc

NO_CONFLICT = Fault(
    "C70",
    N_("The figures of {record} agree; nothing was changed."),
    N_("“ntm show conflicts” lists those that do not."),
)
NO_SUCH_HEAD = Fault(
    "C71",
    N_("There is no value number {number} to keep; nothing was changed."),
    N_("Choose one of 1 to {count}, as “ntm resolve” lists them."),
)
TWO_KEPT = Fault(
    "C72",
    N_("Two values of the same field cannot both be kept; nothing was changed."),
    N_("Choose one of them with --keep."),
)


@command(
    flag("--redo", N_("Put back what was last taken back.")),
    details=N_("A change can be taken back while nobody has changed the same again."),
)
def undo(session: Session, *, redo: bool) -> None:
    """Take back this machine's last change; nothing is ever deleted."""
    with session.writing() as ledger:
        by = ledger.own("officer")
        written = ledger.redo(by=by) if redo else ledger.undo(by=by)
        say(_("Put back:") if redo else _("Taken back:"))
        for one in reversed(history(ledger, limit=len(written))):
            what = set_text(one.entry.record, one.entry.set)
            say(f"  {record_text(one.entry.record)}: {what}")


@command(
    argument("record", metavar="KIND/ID"),
    argument("fields", many=True, required=False, metavar="[FIELD=VALUE]..."),
    whole("--keep", N_("The number of the value to keep; once per field in question."), many=True),
    option("--unit", N_("The unit it is about, by default this office."), metavar="CODE"),
    option("--reason", N_("Why this value.")),
    flag("--json", N_("List the values for other programs.")),
    details=N_("Without a choice the values are listed side by side."),
)
def resolve(
    session: Session,
    *,
    record: str,
    fields: Sequence[str],
    keep: Sequence[int],
    unit: str | None,
    reason: str | None,
    json: bool,
) -> None:
    """Settle figures that do not agree; the other values stay in the history."""
    kind = split_id(record)[0]
    with session.writing() as ledger:
        form = ledger.form(record, unit_from(ledger, unit))
        found = conflicts_in(form)
        if not found:
            raise Refusal(NO_CONFLICT, record=record)
        if not keep and not fields:
            _list(found, json=json)
            click.get_current_context().exit(1)
        values = {**_kept(found, keep), **values_from(kind, fields)}
        change = checked_change(ledger, form, values, today=session.today, reason=reason)
        ledger.record([change], by=ledger.own("officer"), reason=reason)
        _say_settled(ledger, record, form.unit, found)


def _list(found: Sequence[Conflict], *, json: bool) -> None:
    if json:
        print_json([conflict_json(one) for one in found])
        return
    number = 1
    for one in found:
        say_conflict(one, number)
        number += len(one.heads)
    note(_("Choose one with --keep N, or give the right value as FIELD=VALUE."))


def _kept(found: Sequence[Conflict], keep: Sequence[int]) -> dict[str, Scalar]:
    """The values of the chosen heads; they are numbered through all fields in question."""
    heads = list(chain.from_iterable(one.heads for one in found))
    values: dict[str, Scalar] = {}
    for number in keep:
        if not 1 <= number <= len(heads):
            raise Refusal(NO_SUCH_HEAD, number=number, count=len(heads))
        chosen = heads[number - 1].values
        if values.keys() & chosen.keys():
            raise Refusal(TWO_KEPT)
        values |= chosen
    return values


def _say_settled(ledger: Ledger, record: str, unit: str, before: Sequence[Conflict]) -> None:
    after = ledger.form(record, unit)
    settled = {one.register for one in before} - set(after.state.conflicts)
    values = set_text(record, {name: after.state.values[name] for name in sorted(settled)})
    text = _("Settled: {record}. {values}")
    say(text.format(record=record_text(record), values=values))
    if after.state.conflicts:
        note(_("Other fields of it still do not agree."))


@command(
    argument("period", metavar="YYYY-MM"),
    option("--cutoff", N_("The cut-off date, by default today."), metavar="DATE"),
    option("--number", N_("Number of the paper report.")),
    option("--date", N_("Date of the paper report."), metavar="DATE"),
    option("--preparer", N_("Who prepared it, by default the officer."), metavar="NAME"),
    option("--approver", N_("Who approved it."), metavar="NAME"),
    option("--reason", N_("Why, where the period is closed already.")),
)
def close(
    session: Session,
    *,
    period: str,
    cutoff: str | None,
    number: str | None,
    date: str | None,
    preparer: str | None,
    approver: str | None,
    reason: str | None,
) -> None:
    """Close a month: later figures of it are corrections and need their reason."""
    month = month_from("PERIOD", period)
    if month > month_of(session.today):
        raise Refusal(FUTURE_MONTH, month=format_month(month))
    day = day_from("--cutoff", cutoff) if cutoff else session.today
    dated = day_from("--date", date).isoformat() if date else None
    with session.writing() as ledger:
        if is_closed(ledger, month) and not reason:
            raise Refusal(PERIOD_CLOSED, month=format_month(month))
        values: dict[str, Scalar] = {
            "cutoff": day.isoformat(),
            "number": _text(number),
            "date": dated,
            "preparer": _text(preparer) or ledger.own("officer"),
            "approver": _text(approver),
            "heads": heads_text(ledger),
        }
        change = ledger.form(f"period/{month}").change(values)
        ledger.record([change], by=ledger.own("officer"), reason=reason)
        say(_("The period {month} is closed.").format(month=format_month(month)))
        _warn_unconfirmed(ledger, month)


def _warn_unconfirmed(ledger: Ledger, month: str) -> None:
    try:
        found = month_of_unit(ledger, month)
    except Refusal:  # an office that is not judged itself
        return
    if found.unconfirmed:
        note(unconfirmed_text(found))


def _text(typed: str | None) -> str | None:
    return nfc(typed or "").strip() or None
