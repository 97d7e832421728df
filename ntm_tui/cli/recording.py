"""``ntm record`` and ``ntm set``: putting something into the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from ntm_tui.cli.output import note, say
from ntm_tui.cli.parts import argument, choice, command, option
from ntm_tui.cli.session import Session
from ntm_tui.cli.typed import month_from, unit_from, values_from
from ntm_tui.cli.words import figure_text, level_text, record_text, set_text, verdict_text
from ntm_tui.ledger.forms import Form
from ntm_tui.ledger.guards import checked_change, find_village, judged, setting_in
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.conflicts import conflicts_in
from ntm_tui.ledger.views.criteria import assessment_record
from ntm_tui.ledger.views.setting import VILLAGE_TIER, unit_name
from ntm_tui.locale import N_, _
from ntm_tui.model.deadlines import month_of
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.fields import Scalar
from ntm_tui.model.packs import Pack
from ntm_tui.model.records import VERDICT_CHOICES, Kind, kind_of, split_id
from ntm_tui.model.verdicts import NOT_A_NUMBER
from ntm_tui.model.vietnamese import nfc, parse_decimal, plain_decimal

NOTHING_GIVEN = Fault(
    "C40",
    N_("It is not said what {code} comes to; nothing was recorded."),
    N_("Give --value, or --num with --den, or --verdict."),
)
NOTHING_SET = Fault(
    "C41",
    N_("It is not said what to set in {record}; nothing was recorded."),
    N_("Its fields: {known}."),
)


@command(
    argument("code"),
    option("--value", N_("The figure, decimals after a comma."), metavar="V"),
    option("--num", N_("Numerator of a rate."), metavar="N"),
    option("--den", N_("Denominator of a rate."), metavar="D"),
    choice("--verdict", N_("The verdict, where no number is asked for."), VERDICT_CHOICES),
    option("--pack", N_("The criteria set, by default the one in force."), metavar="ID"),
    option("--village", N_("A village instead of the unit, by id or name."), metavar="ID"),
    option("--month", N_("The month it refers to, by default this one."), metavar="YYYY-MM"),
    option("--reason", N_("Why, where the verdict departs or the period is closed.")),
    option("--note", N_("A note kept with the figure.")),
    details=N_(
        "CODE is that of an indicator, or of a criterion without indicators."
        " Recording settles figures of the item that did not agree."
    ),
)
def record(
    session: Session,
    *,
    code: str,
    value: str | None,
    num: str | None,
    den: str | None,
    verdict: str | None,
    pack: str | None,
    village: str | None,
    month: str | None,
    reason: str | None,
    note: str | None,
) -> None:
    """Record the figure or verdict of one indicator for one month."""
    figure = {"value": value, "num": num, "den": den}
    if verdict is None and not any(figure.values()):
        raise Refusal(NOTHING_GIVEN, code=code)
    stored: dict[str, Scalar] = {name: _number(text) for name, text in figure.items()}
    stored |= {"verdict": verdict, "why": reason if verdict else None}
    if note is not None:
        stored["note"] = nfc(note).strip() or None
    day = month_from("--month", month) if month else month_of(session.today)
    with session.writing() as ledger:
        place = find_village(ledger, village) if village else None
        used = _pack(ledger, day, pack or "", villages=place is not None)
        form = ledger.form(assessment_record(used.id, _item(used, code), day, place))
        _record(session, ledger, form, stored, reason)
        _say_saved(ledger, form.record)


def _pack(ledger: Ledger, month: str, pack: str, *, villages: bool) -> Pack:
    tier = VILLAGE_TIER if villages else ""
    return setting_in(ledger, ledger.unit, month, pack, tier).pack


def _item(pack: Pack, code: str) -> str:
    """The item's code; a criterion with a single indicator stands for it."""
    for one in pack.criteria:
        if one.code == code and len(one.items) == 1:
            return one.items[0].code
    return pack.item(code).code


def _number(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return plain_decimal(parse_decimal(text))
    except ValueError:
        raise Refusal(NOT_A_NUMBER, value=text) from None


def _record(
    session: Session,
    ledger: Ledger,
    form: Form,
    values: dict[str, Scalar],
    reason: str | None,
) -> list[str]:
    """Record the checked change; say which disagreement it settled."""
    change = checked_change(ledger, form, values, today=session.today, reason=reason)
    settled = [one for one in conflicts_in(form) if one.register in change.set]
    written = ledger.record([change], by=ledger.own("officer"), reason=reason)
    for one in settled:
        text = _("This settled figures that did not agree: {values}.")
        note(text.format(values=" | ".join(head.words() for head in one.heads)))
    return written


def _say_saved(ledger: Ledger, record: str) -> None:
    """Say what was saved, what is required, and the result (with its doubts)."""
    form = ledger.form(record)
    found = judged(ledger, form, {})
    text = _("Indicator {code} saved: {value}; required level {level}; result: {verdict}.")
    say(
        text.format(
            code=found.item.code,
            value=figure_text(form.values, found.item),
            level=level_text(found.level, found.item),
            verdict=verdict_text(found.judgement.verdict),
        )
    )
    if not found.judgement.checked:
        text = _(
            "The required level of indicator {code} was not compared with the decision;"
            " the result is for reference only."
        )
        note(text.format(code=found.item.code))


@command(
    argument("record", metavar="KIND/ID"),
    argument("fields", many=True, metavar="FIELD=VALUE..."),
    option("--unit", N_("The unit it is about, by default this office."), metavar="CODE"),
    option("--reason", N_("Why, where the kind demands it or the period is closed.")),
    details=N_(
        "Any record kind; docs/records.md lists kinds and fields. Nothing after the = clears a"
        " field."
    ),
)
def set_(
    session: Session, *, record: str, fields: Sequence[str], unit: str | None, reason: str | None
) -> None:
    """Record fields of any record."""
    kind = split_id(record)[0]
    values = values_from(kind, fields)
    if not values:
        raise Refusal(NOTHING_SET, record=record, known=", ".join(kind.by_name))
    with session.writing() as ledger:
        about = unit_from(ledger, unit)
        form = ledger.form(record, about)
        if not _record(session, ledger, form, values, reason):
            say(_("Nothing changed: {record} holds that already.").format(record=record))
            return
        _say_set(ledger, form, list(values))


def _say_set(ledger: Ledger, form: Form, fields: Sequence[str]) -> None:
    after, kind = ledger.form(form.record, form.unit), kind_of(form.record)
    changed = {one: after.state.values.get(one) for one in _registers(kind, fields)}
    text = _("Saved: {record}. {values}")
    say(text.format(record=record_text(form.record), values=set_text(form.record, changed)))
    if form.unit != ledger.unit and form.unit not in ledger.trust().parents:
        text = _("It takes effect once a machine of {unit} has been confirmed here.")
        note(text.format(unit=unit_name(form.unit)))


def _registers(kind: Kind, fields: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(kind.by_name[name].register for name in fields))
