"""How the sample worlds speak: counts and shares as officials write them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ntm_tui.ledger.views.setting import unit_name
from ntm_tui.locale import translate
from ntm_tui.model.shares import Share
from ntm_tui.model.verdicts import VERDICT_NAMES, Score
from ntm_tui.model.vietnamese import format_decimal


def two_digits(count: int) -> str:
    """Return a count in prose: ``04``."""
    return f"{count:02d}"


def grouped(count: int) -> str:
    """Return a count that may be large, with thousands dots: ``1.740``."""
    return format_decimal(Decimal(count))


def percent(share: Share) -> str:
    """Return a share as a percentage, without decimals where it has none: ``25%``."""
    exact = share.exact
    return share.text(0 if exact is not None and exact.denominator == 1 else 2)


def named(unit: str, names: Mapping[str, str]) -> str:
    """Return a unit's name, from the world itself where the shipped list lacks the unit."""
    return names.get(unit) or unit_name(unit)


def score_text(score: Score) -> str:
    """Return the counts of a score that are not 0, in words."""
    found = ((translate(VERDICT_NAMES[one]), n) for one, n in score.counts().items() if n)
    return " · ".join(f"{name} {two_digits(count)}" for name, count in found)
