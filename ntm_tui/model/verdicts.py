"""From a figure and a required level to a verdict, a criterion, a score, a warning.

Verdicts are computed whenever they are needed and never stored; only a verdict that an official
gave by hand is part of a figure. Comparison is exact: on the unrounded value, as a fraction.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from ntm_tui.locale import N_
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.packs import Direction, Indicator, Measure, Pack, RequiredLevel
from ntm_tui.model.vietnamese import format_decimal, plain_decimal

_AGAIN = N_("Correct the figure and save again.")

NOT_A_NUMBER = Fault("V21", N_("“{value}” is not a number; nothing was recorded."), _AGAIN)
DENOMINATOR_ZERO = Fault("V22", N_("{code}: the denominator is 0; nothing was recorded."), _AGAIN)
MORE_THAN_ALL = Fault(
    "V23",
    N_("{code}: the numerator {num} exceeds the denominator {den}; nothing was recorded."),
    _AGAIN,
)
NOT_A_PERCENTAGE = Fault(
    "V24", N_("{code}: {value}% lies outside 0 to 100; nothing was recorded."), _AGAIN
)
HALF_A_RATE = Fault(
    "V25",
    N_("{code}: a rate needs both numerator and denominator; nothing was recorded."),
    N_("Enter both, or the rate itself."),
)
NEGATIVE = Fault("V26", N_("{code}: {value} is below 0; nothing was recorded."), _AGAIN)
VERDICT_NEEDS_REASON = Fault(
    "V27",
    N_("{code}: this verdict departs from the computed one; nothing was recorded."),
    N_("State the reason, or leave the verdict to be computed."),
)
VERDICT_NOT_NUMBER = Fault(
    "V28",
    N_("{code} is answered by a verdict, not by a number; nothing was recorded."),
    N_("Choose met, basically met, not met or not applicable."),
)
UNKNOWN_VERDICT = Fault(
    "V29",
    N_("“{verdict}” is no verdict that can be recorded; nothing was recorded."),
    N_("Known verdicts: {known}."),
)
WRONG_TOTAL = Fault(
    "V30",
    N_("The verdicts add up to {total} criteria, but {pack} has {size}; nothing was counted."),
    N_("Check the figures of each criterion."),
)


class Verdict(StrEnum):
    """The verdict on an item or a criterion."""

    MET = "met"
    BASICALLY_MET = "basically_met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"
    NOT_ASSESSED = "not_assessed"


VERDICT_NAMES: Mapping[Verdict, str] = {
    Verdict.MET: N_("Met"),
    Verdict.BASICALLY_MET: N_("Basically met"),
    Verdict.NOT_MET: N_("Not met"),
    Verdict.NOT_APPLICABLE: N_("Not applicable"),
    Verdict.NOT_ASSESSED: N_("Not assessed"),
}
"""Message ids of the verdicts."""

RECORDABLE = tuple(one for one in Verdict if one is not Verdict.NOT_ASSESSED)
"""Verdicts that can be recorded; not assessed is the absence of a record."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What was recorded for an item: a value, or numerator and denominator, or a verdict.

    ``value`` is in the item's unit (percent 0–100); ``verdict`` was given by hand, with its
    reason in ``why`` where it departs from the computed one.
    """

    value: Decimal | None = None
    num: Decimal | None = None
    den: Decimal | None = None
    verdict: Verdict | None = None
    why: str | None = None

    @classmethod
    def from_register(cls, register: object) -> Figure | None:
        """Return the figure in a stored ``figure`` register; ``None`` where it holds nothing.

        Raises :class:`Refusal` (V21 not a number, V29 not a verdict).
        """
        if register is None:
            return None
        if not isinstance(register, Mapping):
            raise Refusal(NOT_A_NUMBER, value=register)
        if all(one is None or one == "" for one in register.values()):
            return None
        why = register.get("why")
        value, num, den = (_number(register.get(name)) for name in ("value", "num", "den"))
        return cls(value, num, den, _verdict(register.get("verdict")), str(why) if why else None)

    def to_register(self) -> dict[str, str | bool | None]:
        """Return the stored form: every field by name, numbers as plain decimal strings."""
        numbers = {"value": self.value, "num": self.num, "den": self.den}
        stored: dict[str, str | bool | None] = {
            name: None if number is None else plain_decimal(number)
            for name, number in numbers.items()
        }
        return stored | {
            "verdict": None if self.verdict is None else self.verdict.value,
            "why": self.why,
        }

    def rate(self, measure: Measure) -> Fraction | None:
        """Return the exact value that is compared; numerator and denominator go first.

        Percent 0–100 for :attr:`Measure.PERCENT`. ``None`` without a usable number.
        """
        if self.num is not None and self.den:
            share = Fraction(self.num) / Fraction(self.den)
            return share * 100 if measure is Measure.PERCENT else share
        return None if self.value is None else Fraction(self.value)


_PLAIN = re.compile(r"-?\d{1,30}(\.\d{1,30})?\Z", re.ASCII)


def _number(stored: object) -> Decimal | None:
    if stored is None or stored == "":
        return None
    if not isinstance(stored, str) or not _PLAIN.match(stored):
        raise Refusal(NOT_A_NUMBER, value=stored)
    return Decimal(stored)


def _verdict(stored: object) -> Verdict | None:
    if stored is None or stored == "":
        return None
    if stored not in RECORDABLE:
        raise Refusal(UNKNOWN_VERDICT, verdict=stored, known=", ".join(RECORDABLE))
    return Verdict(str(stored))


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one item and what it rests on.

    ``value`` is the exact value held against ``level``. ``checked`` is false where the computed
    verdict rests on a level nobody compared with the decision. ``manual`` says that the verdict
    of a measured item was given by hand, ``departs`` that the computed one is another.
    ``flaw`` is why a stored figure cannot be used; the item then counts as not assessed.
    """

    verdict: Verdict
    value: Fraction | None = None
    level: RequiredLevel | None = None
    checked: bool = True
    manual: bool = False
    departs: bool = False
    flaw: Fault | None = None


NOT_JUDGED = Judgement(Verdict.NOT_ASSESSED)


def judge(figure: Figure | None, item: Indicator, level: RequiredLevel | None = None) -> Judgement:
    """Return the verdict on ``item``; never raises, so that any stored figure can be shown.

    An unusable figure counts as not assessed and names its ``flaw``; :func:`check_figure` refuses
    it before it is recorded. Without a level only a verdict given by hand counts.
    """
    if figure is None:
        return NOT_JUDGED
    try:
        _check_numbers(figure, item)
    except Refusal as refusal:
        return Judgement(Verdict.NOT_ASSESSED, level=level, flaw=refusal.fault)
    value = figure.rate(item.measure)
    computed = _computed(value, item, level)
    checked = level is None or computed is None or level.checked
    if figure.verdict is None:
        return Judgement(computed or Verdict.NOT_ASSESSED, value, level, checked)
    departs = computed is not None and figure.verdict is not computed
    return Judgement(
        figure.verdict, value, level, True, value is not None or item.is_measured, departs
    )


def judge_register(
    register: object, item: Indicator, level: RequiredLevel | None = None
) -> Judgement:
    """Return the judgement of a stored ``figure`` register, whatever it holds; never raises."""
    try:
        return judge(Figure.from_register(register), item, level)
    except Refusal as refusal:
        return Judgement(Verdict.NOT_ASSESSED, level=level, flaw=refusal.fault)


def check_figure(figure: Figure, item: Indicator, level: RequiredLevel | None = None) -> Judgement:
    """Return the judgement of a figure about to be recorded.

    Raises :class:`Refusal`: V22 denominator 0, V23 numerator above denominator, V24 outside
    0–100, V25 half a rate, V26 negative share, V27 a departing verdict without its reason, V28 a
    number for a yes/no item.
    """
    _check_numbers(figure, item)
    found = judge(figure, item, level)
    if found.departs and not (figure.why or "").strip():
        raise Refusal(VERDICT_NEEDS_REASON, code=item.code)
    return found


def _check_numbers(figure: Figure, item: Indicator) -> None:
    code, value, num, den = item.code, figure.value, figure.num, figure.den
    if not item.is_measured and item.direction is not Direction.NONE_LEFT:
        if any(one is not None for one in (value, num, den)):
            raise Refusal(VERDICT_NOT_NUMBER, code=code)
        return
    if (num is None) is not (den is None):
        raise Refusal(HALF_A_RATE, code=code)
    if num is not None and den is not None:
        if den == 0:
            raise Refusal(DENOMINATOR_ZERO, code=code)
        for one in (num, den):
            if one < 0:
                raise Refusal(NEGATIVE, code=code, value=format_decimal(one))
        if item.measure is Measure.PERCENT and num > den:
            raise Refusal(
                MORE_THAN_ALL, code=code, num=format_decimal(num), den=format_decimal(den)
            )
    if value is not None and item.measure is Measure.PERCENT and not 0 <= value <= 100:
        raise Refusal(NOT_A_PERCENTAGE, code=code, value=format_decimal(value))


def _computed(
    value: Fraction | None, item: Indicator, level: RequiredLevel | None
) -> Verdict | None:
    if value is None:
        return None
    if item.direction is Direction.NONE_LEFT:
        return Verdict.MET if value == 0 else Verdict.NOT_MET
    if level is None:
        return None
    required = Fraction(level.value)
    reached = {
        Direction.AT_LEAST: value >= required,
        Direction.AT_MOST: value <= required,
        Direction.EXACTLY: value == required,
    }.get(level.direction, False)
    return Verdict.MET if reached else Verdict.NOT_MET


def criterion_verdict(verdicts: Iterable[Verdict], basically_met_counts: bool = False) -> Verdict:
    """Return the verdict on a criterion from those on its items, whatever their order.

    Any not met → not met; else any not assessed → not assessed; else any basically met →
    basically met (met where the pack says that it counts); else any met → met; else not
    applicable. Without items: not assessed.
    """
    found = set(verdicts) or {Verdict.NOT_ASSESSED}
    for one in (Verdict.NOT_MET, Verdict.NOT_ASSESSED, Verdict.BASICALLY_MET, Verdict.MET):
        if one in found:
            counts = one is Verdict.BASICALLY_MET and basically_met_counts
            return Verdict.MET if counts else one
    return Verdict.NOT_APPLICABLE


def criterion_verdicts(pack: Pack, verdicts: Mapping[str, Verdict]) -> dict[str, Verdict]:
    """Return the verdict on each criterion of a pack, in order, from those on items by code.

    Items without a verdict are not assessed. Raises :class:`Refusal` (P02) for a foreign code.
    """
    for code in verdicts:
        pack.item(code)
    return {
        one.code: criterion_verdict(
            (verdicts.get(item.code, Verdict.NOT_ASSESSED) for item in one.items),
            pack.basically_met_counts,
        )
        for one in pack.criteria
    }


@dataclass(frozen=True, slots=True)
class Score:
    """How many criteria of a pack have each verdict; always adds up to the size of the pack.

    Raises :class:`Refusal` (V30) where it does not.
    """

    pack: str
    size: int
    met: int = 0
    basically_met: int = 0
    not_met: int = 0
    not_applicable: int = 0
    not_assessed: int = 0

    def __post_init__(self) -> None:
        total = sum(self.counts().values())
        if total != self.size or min(self.counts().values()) < 0:
            raise Refusal(WRONG_TOTAL, total=total, pack=self.pack, size=self.size)

    def counts(self) -> dict[Verdict, int]:
        """Return the number of criteria by verdict."""
        return {
            Verdict.MET: self.met,
            Verdict.BASICALLY_MET: self.basically_met,
            Verdict.NOT_MET: self.not_met,
            Verdict.NOT_APPLICABLE: self.not_applicable,
            Verdict.NOT_ASSESSED: self.not_assessed,
        }

    @property
    def is_complete(self) -> bool:
        """Whether every criterion is met or does not apply."""
        return self.met + self.not_applicable == self.size


def score_from(pack: Pack, criteria: Mapping[str, Verdict]) -> Score:
    """Return the score of verdicts by criterion. Raises :class:`Refusal` (V30)."""
    counted = Counter(verdict.value for verdict in criteria.values())
    return Score(pack.id, pack.size, **counted)


def score_of(pack: Pack, verdicts: Mapping[str, Verdict]) -> Score:
    """Return the score of verdicts by item code; items without one are not assessed.

    Raises :class:`Refusal` (P02) for a code that the pack does not have.
    """
    return score_from(pack, criterion_verdicts(pack, verdicts))


@dataclass(frozen=True, slots=True)
class RevocationRisk:
    """Whether a recognised commune may lose its recognition.

    ``failing`` are the criteria not met, ``named`` those among them whose failing weighs more,
    ``share`` the failing part of all criteria in percent (exact). ``rule_applies`` is false where
    the pack has no rule: nothing is computed then.
    """

    rule_applies: bool
    at_risk: bool = False
    failing: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    share: Fraction = Fraction(0)


def revocation_risk(
    pack: Pack, criteria: Mapping[str, Verdict], recognised: bool
) -> RevocationRisk | None:
    """Return the risk of revocation; ``None`` for a unit that is not recognised.

    At risk are 50 % or more of the criteria failing, or 30 % to under 50 % with income,
    environment and food safety, or defence and security among them (Decision 18/2022/QĐ-TTg; the
    figures are data of the pack). Not applicable, not assessed and basically met do not fail.
    """
    if not recognised:
        return None
    rule = pack.revocation
    if rule is None:
        return RevocationRisk(rule_applies=False)
    failing = tuple(code for code, verdict in criteria.items() if verdict is Verdict.NOT_MET)
    named = tuple(code for code in failing if code in rule.named)
    share = Fraction(100 * len(failing), pack.size)
    at_risk = share >= rule.always_from or (share >= rule.named_from and bool(named))
    return RevocationRisk(True, at_risk, failing, named, share)
