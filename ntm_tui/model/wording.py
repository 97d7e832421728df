"""Figures, levels and records as people write them; shared by desk and commands."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from ntm_tui.locale import N_, _, translate
from ntm_tui.model.fields import Field, RegisterValue, Scalar, format_field
from ntm_tui.model.packs import Direction, Indicator, Measure, RequiredLevel
from ntm_tui.model.records import KINDS
from ntm_tui.model.shares import Share
from ntm_tui.model.verdicts import VERDICT_NAMES, Judgement, Verdict
from ntm_tui.model.vietnamese import format_decimal, format_month, parse_plain, round_half_up

_SIGNS = {Direction.AT_LEAST: "≥", Direction.AT_MOST: "≤", Direction.EXACTLY: "="}
_YES, _NONE_LEFT = N_("yes"), N_("none left")


def verdict_text(verdict: Verdict) -> str:
    """Return a verdict's name in the language in use."""
    return translate(VERDICT_NAMES[verdict])


def level_text(level: RequiredLevel | None, item: Indicator) -> str:
    """Return what an item has to reach: ``≥ 45 triệu đồng/người/năm``, ``yes``, or nothing."""
    if item.direction is Direction.NONE_LEFT:
        return translate(_NONE_LEFT)
    if not item.is_measured:
        return translate(_YES)
    if level is None:
        return item.set_by or "–"
    sign = _SIGNS.get(level.direction, "")
    return f"{sign} {_measured(format_decimal(level.value), item)}".strip()


def figure_text(figure: Mapping[str, Scalar], item: Indicator) -> str:
    """Return a figure as recorded: ``41,5 triệu đồng``, ``71/72 (98,61%)``, or its verdict."""
    num, den, value = (figure.get(name) for name in ("num", "den", "value"))
    if isinstance(num, str) and isinstance(den, str):
        return _rate(num, den, item)
    if isinstance(value, str):
        return _measured(_number(value), item)
    verdict = figure.get("verdict")
    known = isinstance(verdict, str) and verdict in list(Verdict)
    return verdict_text(Verdict(str(verdict))) if known else "–"


def _rate(num: str, den: str, item: Indicator) -> str:
    text = f"{_number(num)}/{_number(den)}"
    if item.measure is Measure.PERCENT and num.isdigit() and den.isdigit() and int(num) <= int(den):
        share = Share(int(num), int(den)).percent()
        return f"{text} ({format_decimal(share)}%)" if share is not None else text
    return text


def _number(stored: str) -> str:
    try:
        return format_decimal(parse_plain(stored))
    except ValueError:  # what a newer version may have written
        return stored


def _measured(number: str, item: Indicator) -> str:
    if item.measure is Measure.PERCENT:
        return f"{number}%"
    return f"{number} {item.unit}".strip()


def record_text(record: str) -> str:
    """Return a record as people name it: its kind, then the pieces of its id.

    The criteria set is left out where more follows: code and month say enough.
    """
    name, *pieces = record.split("/")
    kind = KINDS.get(name)
    if kind is None:
        return " ".join((name, *map(_piece, pieces)))
    if len(pieces) > 1 and kind.columns[0] == "pack":
        del pieces[0]
    return f"{translate(kind.label)} {', '.join(map(_piece, pieces))}".strip()


def _piece(text: str) -> str:
    try:
        return format_month(text)
    except ValueError:
        return text


def set_text(record: str, registers: Mapping[str, RegisterValue]) -> str:
    """Return what an entry set, field by field, as people write it; technical fields are left."""
    kind = KINDS.get(record.partition("/")[0])
    if kind is None:
        return ", ".join(registers)
    parts = []
    for register, held in registers.items():
        fields = kind.registers.get(register, ())
        if held is None:
            parts += [_("{field} cleared").format(field=_labels(fields) or register)]
        for one in fields:
            value = held.get(one.name) if isinstance(held, dict) else held
            if not one.local and value is not None and not isinstance(value, dict):
                parts.append(f"{translate(one.label)}: {field_text(one, value)}")
    return "; ".join(parts)


def _labels(fields: tuple[Field, ...]) -> str:
    return ", ".join(translate(one.label) for one in fields[:1])


CHOICE_NAMES: Mapping[str, str] = {
    "active": N_("In use"),
    "merged": N_("Merged"),
    "split": N_("Split"),
    "moved": N_("Moved"),
    "retired": N_("No longer in use"),
    "done": N_("Done"),
    "not_planned": N_("Not in the plan"),
    "returned": N_("Returned for completion"),
    "withdrawn": N_("Withdrawn"),
    "carried_over": N_("Carried over to the next year"),
    "received": N_("Dossier received"),
    "appraising": N_("Being appraised"),
    "refused": N_("Does not qualify for recognition"),
    "recognised": N_("Recognised"),
    "acknowledged": N_("Acknowledged after the rearrangement"),
    "revoked": N_("Decision revoked"),
    "recognise": N_("Recognition"),
    "acknowledge": N_("Acknowledgement"),
    "re_recognise": N_("Renewed recognition"),
    "revoke": N_("Revocation"),
    "present": N_("On file"),
    "missing": N_("Missing"),
    "to_correct": N_("To be corrected"),
    "supplied": N_("Supplied later"),
    **{verdict.value: VERDICT_NAMES[verdict] for verdict in Verdict},
}
"""Message ids of what can be chosen in a record's field; others (groups) stand for themselves."""


def field_text(one: Field, value: Scalar) -> str:
    """Return a field's value in words: choices by name, flags as yes or no; nothing for none."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in one.choices:
        return translate(CHOICE_NAMES.get(str(value), str(value)))
    return format_field(one, value)


_FAILS = {Direction.AT_LEAST: "<", Direction.AT_MOST: ">", Direction.EXACTLY: "≠"}


def short_level_text(level: RequiredLevel | None, item: Indicator) -> str:
    """Return what an item has to reach in few cells: ``≥ 45``, ``≥ 80%``, ``–``.

    Nothing for a yes/no item, whose answer is its verdict.
    """
    if item.direction is Direction.NONE_LEFT:
        return "= 0"
    if not item.is_measured:
        return ""
    if level is None:
        return "–"
    sign = _SIGNS.get(level.direction, "")
    return f"{sign} {_bare(level.value, item)}".strip()


def short_figure_text(figure: Mapping[str, Scalar], item: Indicator) -> str:
    """Return a figure in few cells: ``41,5``, ``71/72``; nothing where only a verdict is held."""
    num, den, value = (figure.get(name) for name in ("num", "den", "value"))
    if isinstance(num, str) and isinstance(den, str):
        return f"{_number(num)}/{_number(den)}"
    if isinstance(value, str):
        return f"{_number(value)}%" if item.measure is Measure.PERCENT else _number(value)
    return ""


def comparison_text(found: Judgement, item: Indicator) -> str:
    """Return how a figure compares: ``41,5 ≥ 39 → Met``; only the verdict where none is."""
    verdict, level = verdict_text(found.verdict), found.level
    if found.value is None or level is None or found.manual:
        return verdict
    signs = _SIGNS if found.verdict is Verdict.MET else _FAILS
    sign = signs.get(level.direction, "")
    return f"{_bare(_rounded(found.value), item)} {sign} {_bare(level.value, item)} → {verdict}"


def _rounded(value: Fraction) -> Decimal | Fraction:
    """A value that few decimals write exactly as it is; else the fraction, to be rounded."""
    for places in range(5):
        near = round_half_up(value, places)
        if Fraction(near) == value:
            return near
    return value


def _bare(number: Decimal | Fraction, item: Indicator) -> str:
    return format_decimal(number) + ("%" if item.measure is Measure.PERCENT else "")
