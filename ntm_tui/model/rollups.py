"""Roll-ups: what many communes' verdicts add up to, and who is short of what.

The input is plain: for every unit, its verdict per criterion. Nothing here knows where the
verdicts come from; the reader chooses whose they are (:class:`VerdictSource`), and the choice
is printed on every roll-up. Averages are computed exactly and rounded half up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from ntm_tui.locale import N_
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.shares import Share
from ntm_tui.model.verdicts import Verdict
from ntm_tui.model.vietnamese import collation_key, format_decimal, round_half_up

COUNTED_TWICE = Fault(
    "V40",
    N_("The unit {unit} appears twice; nothing was rolled up."),
    N_("Leave one of the two out and try again."),
)
BAD_EDGES = Fault(
    "V41",
    N_("The bucket edges {edges} are not whole numbers that fall from one to the next."),
    N_("Correct them in the criteria set, highest first, such as 19, 15, 10, 5."),
)


class VerdictSource(StrEnum):
    """Whose verdicts a roll-up counts."""

    SELF = "self"
    APPRAISED = "appraised"
    BEST = "best"


SOURCE_LABELS: Mapping[VerdictSource, str] = {
    VerdictSource.SELF: N_("Self-assessed by the commune"),
    VerdictSource.APPRAISED: N_("Appraised"),
    VerdictSource.BEST: N_("Appraised, else self-assessed"),
}
"""The labels (message ids) printed on every roll-up."""


def chosen_verdict(source: VerdictSource, own: Verdict, appraised: Verdict) -> Verdict:
    """Return the verdict that ``source`` counts, from the unit's own and the appraised one."""
    if source is VerdictSource.SELF:
        return own
    if source is VerdictSource.BEST and appraised is Verdict.NOT_ASSESSED:
        return own
    return appraised


@dataclass(frozen=True)
class UnitFigures:
    """One unit's criteria on one day.

    ``unit`` is ``code@since``; ``verdicts`` holds one verdict per criterion code of the pack,
    empty where nothing was received; ``tally`` replaces them where only counts are known.
    ``counted`` is false for townships and wards, which stay outside averages and shares.
    ``recognised`` is a fact of its own and never moves a unit to another bucket. ``planned``
    holds the target quarter (``YYYY-Qn``) by criterion code.
    """

    unit: str
    pack_size: int
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    tally: Mapping[Verdict, int] | None = None
    counted: bool = True
    recognised: bool = False
    planned: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _counts(self) -> Mapping[Verdict, int]:
        return Counter(self.verdicts.values()) if self.tally is None else self.tally

    def count(self, verdict: Verdict) -> int:
        """Return how many criteria have this verdict."""
        return self._counts.get(verdict, 0)

    @property
    def met(self) -> int:
        """How many criteria are met, which is the unit's score; 0 without data."""
        return self.count(Verdict.MET)

    @property
    def has_data(self) -> bool:
        """Whether anything was assessed at all."""
        return any(self.count(one) for one in Verdict if one is not Verdict.NOT_ASSESSED)

    @property
    def adds_up(self) -> bool:
        """Whether the counts add up to the size of the pack; true without data."""
        return not self.has_data or sum(map(self.count, Verdict)) == self.pack_size

    def codes(self, *wanted: Verdict) -> tuple[str, ...]:
        """Return the criteria with one of these verdicts, in their natural order."""
        return tuple(
            sorted((c for c, one in self.verdicts.items() if one in wanted), key=collation_key)
        )


@dataclass(frozen=True)
class Bucket:
    """Units by their current count of met criteria, from ``low`` to ``high`` (both included).

    ``high`` is ``None`` for the first class where it is open above. ``share`` is of all counted
    communes.
    """

    low: int
    high: int | None
    units: tuple[str, ...]
    share: Share

    @property
    def label(self) -> str:
        """The class as it is printed: ``19``, ``15–18``, ``< 5``, ``≥ 15``."""
        if self.high is None:
            return f"≥ {self.low}"
        if self.low == self.high:
            return str(self.low)
        return f"{self.low}–{self.high}" if self.low else f"< {self.high + 1}"


@dataclass(frozen=True)
class CriterionTally:
    """One criterion over all counted communes whose verdicts are known one by one."""

    code: str
    counts: Mapping[Verdict, int]

    def share(self, verdict: Verdict) -> Share:
        """Return the share of communes with this verdict."""
        return Share(self.counts[verdict], sum(self.counts.values()))


@dataclass(frozen=True)
class RollUp:
    """What the units add up to. Figures are over ``counted``; ``outside`` stand beside them.

    ``without_data`` (counted units that count 0) and ``inconsistent`` (units whose counts do not
    add up to the size of their pack) name units and are to be shown with the figures.
    """

    source: VerdictSource
    counted: tuple[UnitFigures, ...]
    outside: tuple[UnitFigures, ...]
    buckets: tuple[Bucket, ...]
    criteria: tuple[CriterionTally, ...]
    without_data: tuple[str, ...]
    inconsistent: tuple[str, ...]

    @property
    def total(self) -> int:
        """Criteria met by all counted communes together."""
        return sum(one.met for one in self.counted)

    @property
    def exact_average(self) -> Fraction | None:
        """Criteria met per counted commune, exactly; ``None`` where none is counted."""
        return Fraction(self.total, len(self.counted)) if self.counted else None

    @property
    def average(self) -> Decimal | None:
        """The average to two places, half up."""
        exact = self.exact_average
        return None if exact is None else round_half_up(exact, 2)

    @property
    def average_text(self) -> str:
        """The average as officials write it (``12,31``); nothing where none is counted."""
        exact = self.exact_average
        return "" if exact is None else format_decimal(exact, 2)

    @property
    def recognised(self) -> Share:
        """Recognised communes among the counted ones: a fact apart from the current count."""
        return Share(sum(1 for one in self.counted if one.recognised), len(self.counted))

    @property
    def meets_all(self) -> tuple[str, ...]:
        """Counted communes that currently meet every criterion."""
        return tuple(one.unit for one in self.counted if one.met == one.pack_size)


def roll_up(units: Iterable[UnitFigures], source: VerdictSource, edges: Sequence[int]) -> RollUp:
    """Return what ``units`` add up to, classed by ``edges`` (lower edges, highest first).

    Raises :class:`Refusal` (V40 a unit twice, V41 bad edges).
    """
    every = tuple(units)
    seen: set[str] = set()
    for one in every:
        if one.unit in seen:
            raise Refusal(COUNTED_TWICE, unit=one.unit)
        seen.add(one.unit)
    counted = tuple(one for one in every if one.counted)
    return RollUp(
        source,
        counted,
        tuple(one for one in every if not one.counted),
        _buckets(counted, edges),
        _criteria(counted),
        tuple(one.unit for one in counted if not one.has_data),
        tuple(one.unit for one in every if not one.adds_up),
    )


def _buckets(counted: tuple[UnitFigures, ...], edges: Sequence[int]) -> tuple[Bucket, ...]:
    lows = [*edges, 0] if 0 not in edges else list(edges)
    if not edges or lows != sorted(set(lows), reverse=True):
        raise Refusal(BAD_EDGES, edges=", ".join(map(str, edges)))
    size = max((one.pack_size for one in counted), default=lows[0])
    tops = [size if size <= lows[0] else None, *(low - 1 for low in lows[:-1])]
    found = []
    for low, high in zip(lows, tops, strict=True):
        inside = tuple(
            one.unit for one in counted if low <= one.met and (high is None or one.met <= high)
        )
        found.append(Bucket(low, high, inside, Share(len(inside), len(counted))))
    return tuple(found)


def _criteria(counted: tuple[UnitFigures, ...]) -> tuple[CriterionTally, ...]:
    """Count per criterion; a commune without data is not assessed in each of them."""
    known = [one for one in counted if one.verdicts or not one.has_data]
    codes = sorted({code for one in known for code in one.verdicts}, key=collation_key)
    tallies = []
    for code in codes:
        verdicts = [one.verdicts.get(code, Verdict.NOT_ASSESSED) for one in known]
        tallies.append(CriterionTally(code, {one: verdicts.count(one) for one in Verdict}))
    return tuple(tallies)


@dataclass(frozen=True)
class Shortage:
    """What a unit lacks: criteria judged and not met, apart from those not assessed yet.

    ``basically_met`` criteria are lacking too where the pack does not count them as met.
    """

    unit: str
    lacking: int
    not_met: tuple[str, ...]
    basically_met: tuple[str, ...]
    not_assessed: tuple[str, ...]
    planned: Mapping[str, str]


SHORT_GROUPS: tuple[tuple[int, int | None], ...] = ((1, 1), (2, 2), (3, 5), (6, None))
"""The groups of :func:`short_of`: lacking exactly 1, exactly 2, 3 to 5, more."""


def short_of(
    units: Iterable[UnitFigures], groups: Sequence[tuple[int, int | None]] = SHORT_GROUPS
) -> dict[tuple[int, int | None], tuple[Shortage, ...]]:
    """Return the counted units with data that lack criteria, by how many, in their order."""
    lacking = [_shortage(one) for one in units if one.counted and one.has_data]
    return {
        (low, high): tuple(
            one for one in lacking if low <= one.lacking and (high is None or one.lacking <= high)
        )
        for low, high in groups
    }


def _shortage(one: UnitFigures) -> Shortage:
    wanted = (Verdict.NOT_MET, Verdict.BASICALLY_MET, Verdict.NOT_ASSESSED)
    named = one.codes(*wanted)
    return Shortage(
        one.unit,
        sum(map(one.count, wanted)),
        one.codes(Verdict.NOT_MET),
        one.codes(Verdict.BASICALLY_MET),
        one.codes(Verdict.NOT_ASSESSED),
        {code: one.planned[code] for code in named if code in one.planned},
    )


Json = str | int | bool | None | list["Json"] | dict[str, "Json"]
"""What :func:`as_json` is made of; decimals are strings (``"12.31"``)."""


def as_json(rollup: RollUp) -> dict[str, Json]:
    """Return a roll-up for other programs: decimals as strings, percentages 0–100."""
    return {
        "source": rollup.source.value,
        "units": [unit_json(one) for one in (*rollup.counted, *rollup.outside)],
        "communes": len(rollup.counted),
        "total": rollup.total,
        "average": None if rollup.average is None else format(rollup.average, "f"),
        "recognised": rollup.recognised.part,
        "buckets": [
            {
                "low": one.low,
                "high": one.high,
                "count": one.share.part,
                "percent": _plain(one.share),
                "units": list(one.units),
            }
            for one in rollup.buckets
        ],
        "criteria": {
            one.code: {verdict.value: number for verdict, number in one.counts.items()}
            for one in rollup.criteria
        },
        "without_data": list(rollup.without_data),
        "inconsistent": list(rollup.inconsistent),
    }


def unit_json(one: UnitFigures) -> dict[str, Json]:
    """Return one unit of a roll-up for other programs."""
    return {
        "unit": one.unit,
        "counted": one.counted,
        "has_data": one.has_data,
        "recognised": one.recognised,
        "met": one.met,
        "pack_size": one.pack_size,
    }


def _plain(share: Share) -> str | None:
    percent = share.percent()
    return None if percent is None else format(percent, "f")
