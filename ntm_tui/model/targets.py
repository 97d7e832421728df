"""Targets that were assigned, and how far the figures are from them.

A target always names the document it comes from and that document's date, because two documents
may disagree: both are kept, and the later one is in force.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from ntm_tui.model.vietnamese import round_half_up


class Bound(StrEnum):
    """On which side of its value a target is reached."""

    FLOOR = "floor"  # the figure has to reach it
    CEILING = "ceiling"  # the figure may not pass it


@dataclass(frozen=True)
class Target:
    """An assigned target for one figure (``figure``: its stable name, such as ``average``).

    ``value`` keeps the decimals it was written with (``17.3`` has one): they decide to how many
    places the figure is rounded before the two are compared.
    """

    figure: str
    value: Decimal
    unit: str
    deadline: date
    document: str
    dated: date
    bound: Bound = Bound.FLOOR

    @property
    def places(self) -> int:
        """The number of decimals the target was written with."""
        exponent = self.value.as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0


@dataclass(frozen=True)
class Distance:
    """Where a figure stands: rounded to the target's decimals, what is missing, and whether."""

    target: Target
    rounded: Decimal
    missing: Decimal
    reached: bool


def distance(target: Target, figure: Decimal | Fraction | int) -> Distance:
    """Return how far ``figure`` (unrounded, in the target's unit) is from ``target``.

    A floor is reached when the figure, rounded half up to the target's own decimals, reaches it.
    """
    exact = figure if isinstance(figure, Decimal) else Fraction(figure)
    rounded = round_half_up(exact, target.places)
    gap = target.value - rounded
    missing = max(gap if target.bound is Bound.FLOOR else -gap, Decimal(0))
    return Distance(target, rounded, missing, not missing)


@dataclass(frozen=True)
class TargetInForce:
    """The target in force for a figure and deadline, and the earlier ones it replaced."""

    target: Target
    earlier: tuple[Target, ...]

    @property
    def disputed(self) -> bool:
        """Whether an earlier document names another value: both are to be shown."""
        return any(
            (one.value, one.bound) != (self.target.value, self.target.bound) for one in self.earlier
        )


def targets_in_force(targets: Iterable[Target], on: date) -> tuple[TargetInForce, ...]:
    """Return, for every figure and deadline, the latest document's target on a day.

    Documents dated after ``on`` do not count yet. Of two of one day the last one given wins.
    """
    held: dict[tuple[str, date], list[Target]] = {}
    for one in sorted((one for one in targets if one.dated <= on), key=lambda one: one.dated):
        held.setdefault((one.figure, one.deadline), []).append(one)
    return tuple(TargetInForce(found[-1], tuple(found[:-1])) for found in held.values())
