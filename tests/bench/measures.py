"""How one row of the table is measured: two things in turn within one run, medians compared."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table: our figure, what it is held against, the bar and the goal.

    ``at_most`` tells whether a smaller ratio is better. ``bar`` and ``goal`` are empty for
    figures that are only reported.
    """

    what: str
    against: str
    ours: float
    theirs: float
    unit: str
    bar: float | None = None
    goal: float | None = None
    at_most: bool = True

    @property
    def ratio(self) -> float:
        """Ours over theirs, or theirs over ours where more times faster is better."""
        return self.ours / self.theirs if self.at_most else self.theirs / self.ours

    @property
    def verdict(self) -> str:
        """Whether the bar and the goal are reached."""
        if self.bar is None:
            return "reported"
        good = (lambda limit: self.ratio <= limit) if self.at_most else self.ratio.__ge__
        if self.goal is not None and good(self.goal):
            return "goal"
        return "bar" if good(self.bar) else "**missed**"


def seconds(action: Callable[[], object]) -> float:
    """Return how long ``action`` takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def in_turn(
    ours: Callable[[], object], theirs: Callable[[], object], times: int
) -> tuple[float, float]:
    """Return the median seconds of both, measured alternately so that noise hits both."""
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(times)]
    return (
        statistics.median(first for first, _ in pairs),
        statistics.median(second for _, second in pairs),
    )


def shown(value: float, unit: str) -> str:
    """Return a figure with its unit, short."""
    return f"{value:,.2f} {unit}" if value < 100 else f"{value:,.0f} {unit}"


def table(rows: list[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = [
        "| what | against | ours | theirs | ratio | bar [goal] | reached |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        sign = "≤" if row.at_most else "≥"
        goal = f" [{row.goal:g}]" if row.goal is not None else ""
        bar = f"{sign} {row.bar:g}{goal}" if row.bar is not None else "–"
        lines.append(
            f"| {row.what} | {row.against} | {shown(row.ours, row.unit)}"
            f" | {shown(row.theirs, row.unit)} | {row.ratio:.2f} | {bar} | {row.verdict} |"
        )
    return "\n".join(lines)
