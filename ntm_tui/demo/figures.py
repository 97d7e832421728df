"""Invented figures that give exactly the number of criteria met that a world asks for.

Which criteria they are and by how much a figure clears its level follows from the seed, by
hashing rather than by a random generator, so that it is the same with every Python.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from ntm_tui.model.fields import Scalar
from ntm_tui.model.packs import Criterion, Direction, Indicator, Measure, RequiredLevel
from ntm_tui.model.verdicts import Verdict, judge_register
from ntm_tui.model.vietnamese import plain_decimal, round_half_up

_SWAY = 5  # by how many places a criterion moves in a commune's own order

_STEP = {Direction.AT_LEAST: 1, Direction.AT_MOST: -1, Direction.NONE_LEFT: -1}


def draw(below: int, *of: object) -> int:
    """Return a number from 0 to under ``below`` that only ``of`` decides."""
    digest = hashlib.sha256("/".join(map(str, of)).encode("utf-8")).digest()
    return int.from_bytes(digest[:8], "big") % below


def order_of_success(
    easiest_first: Sequence[str], fails: Collection[str], seed: int, unit: str
) -> list[str]:
    """Return the criteria in the order in which a commune meets them; ``fails`` come last."""
    places = {
        code: (code in fails, place + draw(_SWAY, seed, unit, code), place)
        for place, code in enumerate(easiest_first)
    }
    return sorted(easiest_first, key=places.__getitem__)


def missing_items(criterion: Criterion, seed: int, unit: str) -> frozenset[str]:
    """Return the one or two items by which a commune misses a criterion."""
    codes = [item.code for item in criterion.items]
    first = draw(len(codes), seed, unit, criterion.code)
    second = draw(len(codes), seed, unit, criterion.code, "second")
    return frozenset({codes[first], codes[second]})


def figure(
    item: Indicator, level: RequiredLevel | None, verdict: Verdict, spread: int
) -> Mapping[str, Scalar]:
    """Return the fields of a figure that is judged to be ``verdict`` (met or not met).

    ``spread`` (0–9) is how far it lies from the level. A verdict stands where there is no
    number to compare with.
    """
    text = _value(item, level, verdict is Verdict.MET, spread)
    if text is None or judge_register({"value": text}, item, level).verdict is not verdict:
        return {"verdict": verdict.value}
    return {"value": text}


def _value(item: Indicator, level: RequiredLevel | None, met: bool, spread: int) -> str | None:
    if not item.is_measured or level is None or item.direction is None:
        return None
    required = Fraction(level.value)
    unit = max(required / 50, Fraction(1, 10)) if item.measure is Measure.NUMBER else Fraction(1)
    away = unit * (spread if met else spread + 1) * _STEP.get(item.direction, 0)
    value = required + (away if met else -away)
    if item.measure is Measure.PERCENT:
        value = min(value, Fraction(100))
    return plain_decimal(max(round_half_up(value, 1), Decimal(0)))
