"""Criteria packs: what a unit is judged by.

A pack is one version of a set of criteria, read from a data file by
:mod:`ntm_tui.model.pack_parsing`. Here live its types, the choice of the required level for a
commune's setting, and what an amendment leaves standing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum

from ntm_tui.locale import N_
from ntm_tui.model.faults import Fault, Refusal

UNKNOWN_CODE = Fault(
    "P02",
    N_("“{code}” is no code of the criteria set {pack}; nothing was recorded."),
    N_("Codes near it: {near}."),
)

GENERAL = "general"
"""The region of a setting, or of a level, that belongs to no region with levels of its own."""

TIERS = ("xa", "ban", "huyen", "thi_tran")
"""What a pack judges: commune, village, (former) district, township or ward."""

PACK_STANDARDS = ("ntm", "nang-cao", "kieu-mau", "dtvm")
"""The standard a pack leads to; ``dtvm`` is a civilised urban ward or township."""


class Measure(StrEnum):
    """How an item is measured."""

    YES_NO = "yes_no"  # recorded by its verdict
    PERCENT = "percent"  # 0 to 100, a share
    NUMBER = "number"  # any other quantity, in the item's unit


class Direction(StrEnum):
    """How a value is held against the required level."""

    AT_LEAST = ">="
    AT_MOST = "<="
    EXACTLY = "="
    YES = "yes"  # has to be answered with yes
    NONE_LEFT = "none_left"  # "no X left": a counted value has to be 0


@dataclass(frozen=True, slots=True)
class Setting:
    """What chooses among the levels of one item.

    ``region`` is a region code of the unit's province or :data:`GENERAL`; ``group`` the commune
    group of the 2026–2030 series (``"1"``, ``"2"``, ``"3"``); ``year`` the year the figure
    refers to. Without a year only levels that hold for every year are found.
    """

    region: str = GENERAL
    group: str | None = None
    especially_difficult: bool = False
    year: int | None = None


@dataclass(frozen=True, slots=True)
class RequiredLevel:
    """A required level: ``value`` in the item's unit (percent 0–100) and whom it holds for.

    An empty ``region``, ``group`` or ``year`` holds for all. ``checked`` says whether the number
    was compared with the text of the decision.
    """

    value: Decimal
    direction: Direction
    checked: bool = False
    region: str = ""
    group: str = ""
    year: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One assessable item of a pack: a component indicator, or a criterion that has none.

    ``set_by`` names who sets the level where the pack gives no number; ``supplier`` proposes
    who holds the figure; ``low_cost`` is the reason why it needs little money (empty: it does
    not); ``confidence`` is how sure the data is: ``high``, ``medium``, ``low`` or unknown.
    """

    code: str
    name: str
    criterion: str
    measure: Measure = Measure.YES_NO
    direction: Direction | None = Direction.YES
    unit: str = ""
    levels: tuple[RequiredLevel, ...] = ()
    set_by: str = ""
    supplier: str = ""
    low_cost: str = ""
    amended_by: str = ""
    name_checked: bool = False
    threshold_checked: bool = False
    confidence: str = ""
    source: str = ""
    note: str = ""

    @property
    def is_measured(self) -> bool:
        """Whether a number is recorded for it, rather than a plain yes or no."""
        return self.measure is not Measure.YES_NO


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion; without ``indicators`` it is assessed itself, by yes or no."""

    code: str
    name: str
    indicators: tuple[Indicator, ...] = ()
    group: str = ""
    owner: str = ""
    supplier: str = ""
    low_cost: str = ""
    name_checked: bool = False
    source: str = ""
    note: str = ""

    @property
    def items(self) -> tuple[Indicator, ...]:
        """What is assessed under it, in order: its indicators, or itself as one yes/no item."""
        if self.indicators:
            return self.indicators
        itself = Indicator(
            self.code,
            self.name,
            self.code,
            supplier=self.supplier,
            low_cost=self.low_cost,
            name_checked=self.name_checked,
            source=self.source,
            note=self.note,
        )
        return (itself,)


@dataclass(frozen=True, slots=True)
class CommuneGroup:
    """A commune group with levels of its own (Decision 51/2025/QĐ-TTg)."""

    code: str
    name: str
    definition: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Amendment:
    """That a pack amends another: which, from when, and which codes have to be assessed again."""

    pack: str
    since: date
    reassess: tuple[str, ...]
    decision: str = ""


@dataclass(frozen=True, slots=True)
class RevocationRule:
    """When recognition is at risk (Decision 18/2022/QĐ-TTg).

    ``always_from`` and ``named_from`` are percentages of all criteria that fail; from the second
    on the risk needs one of the criteria in ``named`` (code → what it stands for) among them.
    """

    always_from: Decimal
    named_from: Decimal
    named: Mapping[str, str]
    legal_basis: str = ""


@dataclass(frozen=True)
class Pack:
    """One version of a set of criteria.

    ``criteria_count`` and ``indicator_count`` are what the decision declares; where the file
    knowingly lists another number, ``indicators_listed`` and ``count_note`` say so. ``buckets``
    are the lower edges of the roll-up's classes, highest first; the last class is what is left.
    ``area`` names the province whose pack it is (empty: the whole country). ``regions`` are those
    with levels of their own (code → name); ``difficult_region`` is the one whose levels hold for
    especially difficult communes anywhere.
    """

    id: str
    title: str
    legal_basis: str
    tier: str
    standard: str
    series: str
    criteria: tuple[Criterion, ...]
    criteria_count: int
    indicator_count: int | None = None
    indicators_listed: int | None = None
    count_note: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    area: str = ""
    historical: bool = False
    amends: Amendment | None = None
    basically_met_counts: bool = False
    buckets: tuple[int, ...] = (19, 15, 10, 5)
    regions: Mapping[str, str] = field(default_factory=dict)
    difficult_region: str = ""
    region_rule: str = ""
    revocation: RevocationRule | None = None
    commune_groups: tuple[CommuneGroup, ...] = ()
    note: str = ""
    content_hash: str = field(default="", compare=False)
    _items: Mapping[str, Indicator] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        items = {item.code: item for one in self.criteria for item in one.items}
        object.__setattr__(self, "_items", items)

    @property
    def size(self) -> int:
        """How many criteria a unit's score has to add up to."""
        return len(self.criteria)

    @property
    def assessable(self) -> tuple[Indicator, ...]:
        """Everything that is assessed, in the order of the pack."""
        return tuple(self._items.values())

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of :attr:`assessable`, in order."""
        return tuple(self._items)

    def item(self, code: str) -> Indicator:
        """Return the assessable item with this code. Raises :class:`Refusal` (P02)."""
        found = self._items.get(code)
        if found is None:
            raise Refusal(UNKNOWN_CODE, code=code, pack=self.id, near=self._near(code))
        return found

    def _near(self, code: str) -> str:
        below = [one for one in self._items if one.startswith(f"{code}.")]
        near = below or get_close_matches(code, self._items, n=5, cutoff=0.4)
        return ", ".join(near or list(self._items)[:5])

    def criterion(self, code: str) -> Criterion:
        """Return the criterion with this code, or the one that the item ``code`` belongs to.

        Raises :class:`Refusal` (P02).
        """
        for one in self.criteria:
            if one.code == code:
                return one
        return self.criterion(self.item(code).criterion)

    def required_level(self, code: str, setting: Setting) -> RequiredLevel | None:
        """Return the level that item ``code`` has to reach in ``setting``, if there is a number.

        A level of the setting's own region or group goes before one without; ``general`` levels
        hold for regions that the pack does not name; of levels by year the newest that has begun
        counts. Raises :class:`Refusal` (P02).
        """
        region = setting.region
        if setting.especially_difficult and self.difficult_region:
            region = self.difficult_region
        if region not in self.regions:
            region = GENERAL
        fitting = [
            level
            for level in self.item(code).levels
            if level.region in ("", region)
            and level.group in ("", setting.group)
            and (level.year is None or (setting.year is not None and level.year <= setting.year))
        ]
        return max(fitting, key=_closeness, default=None)


def _closeness(level: RequiredLevel) -> tuple[bool, bool, int]:
    return bool(level.region), bool(level.group), level.year or 0


class CarryOver(StrEnum):
    """What becomes of a record when another pack takes over."""

    CARRIED = "carried"  # value, evidence and verdict stay
    REASSESS = "reassess"  # the amendment names the code: to be assessed again
    UNKNOWN = "unknown"  # another series, or a code that one of the two does not have


def carries_over(old: Pack, new: Pack, code: str) -> CarryOver:
    """Return what becomes of a record of ``code`` made under ``old`` once ``new`` is in force.

    Only a pack that amends ``old`` takes records over; a new series starts from not assessed.
    """
    if old.id == new.id:
        return CarryOver.CARRIED if code in new.codes else CarryOver.UNKNOWN
    if new.amends is None or new.amends.pack != old.id:
        return CarryOver.UNKNOWN
    if code not in old.codes or code not in new.codes:
        return CarryOver.UNKNOWN
    return CarryOver.REASSESS if code in new.amends.reassess else CarryOver.CARRIED


def changed_codes(old: Pack, new: Pack) -> tuple[str, ...]:
    """Return the item codes that ``new`` words or measures differently, adds or leaves out."""

    def rule(item: Indicator) -> tuple[object, ...]:
        numbers = [(v.value, v.direction, v.region, v.group, v.year) for v in item.levels]
        return item.name, item.criterion, item.measure, item.direction, item.unit, numbers

    before = {item.code: rule(item) for item in old.assessable}
    after = {item.code: rule(item) for item in new.assessable}
    return tuple(code for code in {**before, **after} if before.get(code) != after.get(code))
