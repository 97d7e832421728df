"""What may be recorded: the checks that need the ledger, made before an entry is written.

A record's own fields are checked where they are declared (``model.records``). Here it is asked
whether the record makes sense in this ledger: whose it is to write, whether pack, code, month
and village exist, whether the figure can be, whether the period is closed, and whether a
dossier's procedure allows the step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from ntm_tui import library
from ntm_tui.ledger.forms import Change, Form
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.dossiers import dossier_facts, dossier_of
from ntm_tui.ledger.views.setting import UnitSetting, setting_of, unit_name
from ntm_tui.ledger.views.villages import village_names
from ntm_tui.locale import N_, translate
from ntm_tui.model.deadlines import bounds, month_of
from ntm_tui.model.dossier_checks import check_decision, check_step
from ntm_tui.model.dossier_facts import facts_from
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.fields import Scalar
from ntm_tui.model.packs import Indicator, RequiredLevel
from ntm_tui.model.procedures import Actor
from ntm_tui.model.records import Owner, record_id, split_id
from ntm_tui.model.registers import registers_from
from ntm_tui.model.verdicts import Figure, Judgement, check_figure
from ntm_tui.model.vietnamese import fold, format_month, parse_date

FOR_THE_OFFICE_ABOVE = Fault(
    "R10",
    N_("“{label}” is recorded by the office above, not by this one; nothing was recorded."),
    N_("Hand over what it should know, or copy its paper where the dossier allows it."),
)
FOR_THE_UNIT_ITSELF = Fault(
    "R11",
    N_("“{label}” is recorded by {unit} itself; nothing was recorded."),
    N_("Record what this office finds as an appraisal, a flag or a decision."),
)
BY_ITS_OWN_COMMAND = Fault(
    "R12",
    N_("Machines are not confirmed or revoked this way; nothing was recorded."),
    N_("Use “ntm enrol confirm” or “ntm enrol revoke”."),
)
FUTURE_MONTH = Fault(
    "R13",
    N_("The month {month} lies in the future; nothing was recorded."),
    N_("Record a figure for a month that has begun."),
)
PERIOD_CLOSED = Fault(
    "R14",
    N_("The period {month} is closed, so this is recorded as a correction."),
    N_("Please state the reason (--reason); nothing was recorded yet."),
)
UNKNOWN_VILLAGE = Fault(
    "R15",
    N_("There is no village “{village}” in {unit}; nothing was recorded."),
    N_("Known villages: {known}. Add one with “ntm set village/<id> name=…”."),
)
BAD_PIECE = Fault(
    "R16",
    N_("“{piece}” in {record} is not {expected}; nothing was recorded."),
    N_("Write the record as {form}."),
)
NO_DOSSIER = Fault(
    "R17",
    N_("There is no dossier {record}; nothing was recorded."),
    N_("Open it first with “ntm dossier open”."),
)

FIGURE_FIELDS = ("value", "num", "den", "verdict", "why")
JUDGED_KINDS = ("assessment", "appraisal")


@dataclass(frozen=True)
class Judged:
    """A figure about to be recorded: what it is about, what is required, what it comes to."""

    item: Indicator
    level: RequiredLevel | None
    judgement: Judgement


def checked_change(
    ledger: Ledger,
    form: Form,
    values: Mapping[str, Scalar],
    *,
    today: date,
    reason: str | None = None,
) -> Change:
    """Return the change that sets ``values`` (stored forms by field), with every check made.

    An appraisal takes note of the unit's figure it judges, so that it is seen to be out of date
    when that figure changes. Raises :class:`Refusal`: R03, R06 (fields), R10–R17, P01, P02,
    V21–V29 (figures), D10–D35 (dossiers).
    """
    kind, pieces = split_id(form.record)
    _check_owner(ledger, form)
    _check_pieces(ledger, form, today)
    if kind.name in JUDGED_KINDS and any(name in values for name in FIGURE_FIELDS):
        judged(ledger, form, values)
    if kind.name == "assessment" and not reason:
        _check_open(ledger, form, pieces["month"] or "")
    if kind.name in ("step", "decision", "document"):
        _check_dossier(ledger, form, values, today)
    if kind.name == "dossier":
        _check_frame({**form.values, **values})
    also_seen = _judged_heads(ledger, form) if kind.name == "appraisal" else ()
    return form.change(values, also_seen=also_seen)


def judged(ledger: Ledger, form: Form, values: Mapping[str, Scalar]) -> Judged:
    """Return what a figure comes to under the level of its month and unit.

    Raises :class:`Refusal` (P01, P02, V21–V29).
    """
    pieces = split_id(form.record)[1]
    month = pieces["month"] or ""
    where = setting_in(ledger, form.unit, month, pieces["pack"] or "")
    item = where.pack.item(pieces["code"] or "")
    level = where.pack.required_level(item.code, where.in_month(month))
    merged = {name: values.get(name, form.values[name]) for name in FIGURE_FIELDS}
    figure = Figure.from_register(merged)
    if figure is None:
        return Judged(item, level, check_figure(Figure(), item, level))
    return Judged(item, level, check_figure(figure, item, level))


def setting_in(ledger: Ledger, unit: str, month: str, pack: str, tier: str = "") -> UnitSetting:
    """Return by what a unit is judged at the end of a month. Raises P01, P20."""
    return setting_of(ledger, bounds(month)[1], unit=unit, pack=pack, tier=tier)


def is_closed(ledger: Ledger, month: str, unit: str = "") -> bool:
    """Return whether a unit has closed a month."""
    return ledger.form(f"period/{month}", unit or None).values["cutoff"] is not None


def find_village(ledger: Ledger, text: str, unit: str = "") -> str:
    """Return the id of the village that was typed, by id or by name, marks or not.

    Raises :class:`Refusal` (R15) naming the villages known.
    """
    unit = unit or ledger.unit
    names = village_names(ledger, unit)
    if text in names:
        return text
    wanted = fold(text)
    found = [one for one, name in names.items() if wanted in (fold(name), fold(one))]
    if len(found) == 1:
        return found[0]
    near = get_close_matches(wanted, names, n=5, cutoff=0.5) or list(names)[:10]
    known = ", ".join(near) or "–"
    raise Refusal(UNKNOWN_VILLAGE, village=text, unit=unit_name(unit), known=known)


def _check_owner(ledger: Ledger, form: Form) -> None:
    kind, own = split_id(form.record)[0], form.unit == ledger.unit
    if kind.owner is Owner.EITHER:
        raise Refusal(BY_ITS_OWN_COMMAND)
    label = translate(kind.label)
    if own and kind.owner is Owner.UPPER:
        raise Refusal(FOR_THE_OFFICE_ABOVE, label=label)
    if not own and kind.owner is Owner.UNIT:
        raise Refusal(FOR_THE_UNIT_ITSELF, label=label, unit=unit_name(form.unit))
    if not own and not ledger.own("delegates"):
        raise Refusal(FOR_THE_OFFICE_ABOVE, label=label)


def _check_pieces(ledger: Ledger, form: Form, today: date) -> None:
    """Check the pieces of the record's id against what exists."""
    kind, pieces = split_id(form.record)
    for name, expected in (("month", _MONTH), ("since", _DAY), ("date", _DAY), ("year", _YEAR)):
        piece = pieces.get(name)
        if piece is not None and not _fits(name, piece):
            words = translate(expected)
            details = {"piece": piece, "record": form.record, "form": kind.form}
            raise Refusal(BAD_PIECE, expected=words, **details)
    month, pack, code = pieces.get("month"), pieces.get("pack"), pieces.get("code")
    if month and month > month_of(today):
        raise Refusal(FUTURE_MONTH, month=format_month(month))
    if pack:
        known = library.pack(pack)
        if code and code not in [one.code for one in known.criteria]:
            known.item(code)
    village = pieces.get("village")
    if village and kind.name != "village" and village not in village_names(ledger, form.unit):
        find_village(ledger, f"{village}/", form.unit)


_MONTH, _DAY, _YEAR = N_("a month (2026-11)"), N_("a date (2026-11-20)"), N_("a year (2026)")


def _fits(name: str, piece: str) -> bool:
    try:
        if name == "month":
            return bounds(piece)[0].isoformat()[:7] == piece
        if name == "year":
            return piece.isascii() and piece.isdigit() and 1900 <= int(piece) < 2200
        return parse_date(piece).isoformat() == piece
    except (Refusal, ValueError):
        return False


def _check_open(ledger: Ledger, form: Form, month: str) -> None:
    if is_closed(ledger, month, form.unit):
        raise Refusal(PERIOD_CLOSED, month=format_month(month))


def _judged_heads(ledger: Ledger, form: Form) -> tuple[str, ...]:
    """The entries whose figure an appraisal judges."""
    record = form.record.replace("appraisal/", "assessment/", 1)
    heads = ledger.form(record, form.unit).state.heads.get("figure", ())
    return tuple(head.identity for head in heads)


def _check_frame(values: Mapping[str, Scalar]) -> None:
    if values.get("procedure"):
        library.procedure(str(values["procedure"]))
    if values.get("pack"):
        library.pack(str(values["pack"]))


def _check_dossier(ledger: Ledger, form: Form, values: Mapping[str, Scalar], today: date) -> None:
    kind, pieces = split_id(form.record)
    record = record_id("dossier", pieces["standard"], pieces["village"], pieces["year"])
    found = dossier_of(ledger, record, today, unit=form.unit)
    if found is None:
        raise Refusal(NO_DOSSIER, record=record)
    if kind.name == "document":
        found.procedure.document(pieces["document"] or "")
        return
    number = pieces["round"] or ""
    if not (number.isascii() and number.isdigit()):
        details = {"piece": number, "record": form.record, "form": kind.form}
        raise Refusal(BAD_PIECE, expected="1, 2, 3, …", **details)
    facts = dossier_facts(ledger, found, today)
    held = form.state.values
    after = {**held, **registers_from(kind, values, held)}
    new = facts_from(record, [(form.record, after)])
    for decision in new.decisions:
        check_decision(found.procedure, facts, decision, today)
    for step in new.steps:
        check_step(found.procedure, facts, step, today, Actor.COMMUNE)
