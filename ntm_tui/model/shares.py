"""Shares: a part of a whole, computed exactly and shown as a percentage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ntm_tui.locale import N_
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.vietnamese import format_decimal, round_half_up

NOT_A_SHARE = Fault(
    "V42",
    N_("{part} cannot be a part of {whole}; nothing was computed."),
    N_("Correct one of the two numbers and try again."),
)


@dataclass(frozen=True)
class Share:
    """``part`` of ``whole`` things. Raises :class:`Refusal` (V42) unless 0 ≤ part ≤ whole."""

    part: int
    whole: int

    def __post_init__(self) -> None:
        if not 0 <= self.part <= self.whole:
            raise Refusal(NOT_A_SHARE, part=self.part, whole=self.whole)

    @property
    def exact(self) -> Fraction | None:
        """The percentage (0–100), exactly; ``None`` of nothing."""
        return Fraction(100 * self.part, self.whole) if self.whole else None

    def percent(self, places: int = 2) -> Decimal | None:
        """Return the percentage (0–100) rounded half up; ``None`` of nothing."""
        return None if self.exact is None else round_half_up(self.exact, places)

    def text(self, places: int = 2) -> str:
        """Return the percentage as officials write it (``98,61%``); nothing of nothing."""
        return "" if self.exact is None else f"{format_decimal(self.exact, places)}%"

    def reaches(self, percent: Decimal) -> bool:
        """Return whether the share, unrounded, is at least ``percent``; never of nothing."""
        return self.exact is not None and self.exact >= Fraction(percent)

    def exceeds(self, percent: Decimal) -> bool:
        """Return whether the share, unrounded, is more than ``percent``; never of nothing."""
        return self.exact is not None and self.exact > Fraction(percent)


@dataclass(frozen=True)
class VillageFacts:
    """What the village rate asks of a village: where it lies and whether it is recognised."""

    village: str
    in_especially_difficult_commune: bool
    recognised: bool


def village_rate(villages: Iterable[VillageFacts]) -> Share:
    """Return recognised villages among all villages, both in especially difficult communes.

    Whether a village itself is especially difficult does not matter here.
    """
    inside = [one for one in villages if one.in_especially_difficult_commune]
    return Share(sum(1 for one in inside if one.recognised), len(inside))
