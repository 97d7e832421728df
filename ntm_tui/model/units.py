"""Administrative units through the mergers: identity, successors, search.

A unit is named by its code together with the day its validity began (``03583@2025-07-01``),
never by its name and never by the bare code, which old and new communes share. Where the start
of an old unit is not recorded the day is written ``0000`` (``03583@0000``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import NamedTuple

from ntm_tui.locale import N_
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.vietnamese import fold

AMBIGUOUS_CODE = Fault(
    "U01",
    N_("The code {code} belongs to more than one unit: {units}; nothing was changed."),
    N_("Give the code with its day, as it stands there."),
)
UNKNOWN_UNIT = Fault(
    "U02",
    N_("There is no unit “{unit}”; nothing was changed."),
    N_("Units near it: {near}."),
)

NOT_RECORDED = "0000"
"""Stands for the day in the identity of a unit whose start of validity is not recorded."""

PROVINCE, DISTRICT, COMMUNE = "province", "district", "commune"

_TIERS = {
    "xa": "xa",
    "dac_khu": "xa",
    "phuong": "thi_tran",
    "thi_tran": "thi_tran",
    "huyen": "huyen",
}


class Unit(NamedTuple):
    """One administrative unit for as long as it was valid.

    ``kind`` is ``tinh``, ``thanh_pho``, ``huyen``, ``xa``, ``phuong``, ``thi_tran`` or
    ``dac_khu``; ``parent`` and ``successors`` are ids; days are ``YYYY-MM-DD``, empty where not
    recorded or not ended.
    """

    id: str
    code: str
    name: str
    kind: str
    parent: str
    valid_from: str
    valid_to: str
    successors: tuple[str, ...]
    note: str

    @property
    def level(self) -> str:
        """``province``, ``district`` or ``commune``, which its code's length tells."""
        return {2: PROVINCE, 3: DISTRICT}.get(len(self.code), COMMUNE)

    @property
    def tier(self) -> str:
        """The tier of packs it is judged by (``xa``, ``thi_tran``, ``huyen``), or nothing."""
        return _TIERS.get(self.kind, "") if self.level != PROVINCE else ""

    @property
    def counted_in_average(self) -> bool:
        """Whether it counts in the average of criteria met: communes only, by default."""
        return self.kind == "xa"

    @property
    def is_current(self) -> bool:
        """Whether no end of its validity is recorded."""
        return not self.valid_to

    def is_valid_on(self, day: date) -> bool:
        """Whether it existed on a day; a start that is not recorded counts as long ago."""
        text = day.isoformat()
        return self.valid_from <= text and (not self.valid_to or text <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Region:
    """The region of a province, which chooses levels; ``unsure`` says what is doubtful."""

    code: str
    source: str = ""
    unsure: str = ""


class UnitCatalogue:
    """Every known unit: by id or bare code, by name, with parents and successors."""

    def __init__(self, units: Iterable[Unit], regions: Mapping[str, Region]) -> None:
        self._units: dict[str, Unit] = {}
        self._by_code: dict[str, list[Unit]] = {}
        for unit in units:
            self._units[unit.id] = unit
            self._by_code.setdefault(unit.code, []).append(unit)
        self._regions = regions
        self._folded: list[tuple[str, str, Unit]] = []
        self._before: dict[str, list[Unit]] = {}
        self._below: dict[str, list[Unit]] = {}

    def __iter__(self) -> Iterator[Unit]:
        return iter(self._units.values())

    def __len__(self) -> int:
        return len(self._units)

    def __contains__(self, unit_id: object) -> bool:
        return unit_id in self._units

    def __getitem__(self, unit_id: str) -> Unit:
        """Return the unit with this full id. Raises :class:`Refusal` (U02)."""
        found = self._units.get(unit_id)
        if found is None:
            raise Refusal(UNKNOWN_UNIT, unit=unit_id, near=self._near(unit_id))
        return found

    def unit_by(self, text: str, *, over: Unit | None = None) -> Unit:
        """Return the unit with this full id or bare code.

        ``over`` is a unit that the sought one stands over: of several units with one code the
        one among its parents is meant. Raises :class:`Refusal`: U01 where a bare code is that of
        several units, U02 where there is none.
        """
        text = text.strip()
        if text in self._units:
            return self._units[text]
        found = self._by_code.get(text, [])
        if len(found) > 1 and over is not None:
            found = [one for one in found if one in self.parents(over)] or found
        if len(found) > 1:
            named = "; ".join(f"{one.id} {one.name}" for one in found)
            raise Refusal(AMBIGUOUS_CODE, code=text, units=named)
        if not found:
            raise Refusal(UNKNOWN_UNIT, unit=text, near=self._near(text))
        return found[0]

    def find_units(self, text: str, limit: int | None = None) -> list[Unit]:
        """Return units whose name or code contains ``text``, without regard to case and marks.

        Best first: the whole name, then its beginning, then anywhere; current before old.
        """
        sought = " ".join(fold(text).split())
        if not sought:
            return []
        if not self._folded:
            self._folded = [(*_searched(unit), unit) for unit in self]
        hits = [
            (_distance(name, bare, sought), unit.valid_to != "", unit.code, unit.id)
            for name, bare, unit in self._folded
            if sought in name or unit.id.startswith(sought)
        ]
        return [self._units[hit[-1]] for hit in sorted(hits)[:limit]]

    def _near(self, text: str) -> str:
        code = text.partition("@")[0]
        near = self._by_code.get(code) or self.find_units(text, 5)
        if not near and code.isdigit():
            near = [unit for unit in self if unit.code[:-1] == code[:-1]]
        if not near and text.strip():
            names = {bare: unit for _, bare, unit in self._folded}
            near = [names[name] for name in get_close_matches(fold(text), names, n=3, cutoff=0.6)]
        return "; ".join(f"{one.id} {one.name}" for one in near[:5]) or "–"

    def parents(self, unit: Unit) -> tuple[Unit, ...]:
        """Return the units it lies in, nearest first; the last is its province."""
        found: list[Unit] = []
        while unit.parent:
            unit = self[unit.parent]
            found.append(unit)
        return tuple(found)

    def province(self, unit: Unit) -> Unit:
        """Return its province, or the unit itself where it is one."""
        return (unit, *self.parents(unit))[-1]

    def region_of(self, unit: Unit) -> Region:
        """Return the region of its province; an unknown one has an empty code."""
        return self._regions.get(self.province(unit).id, Region(""))

    def children(self, unit: Unit) -> tuple[Unit, ...]:
        """Return the units directly in it, by code."""
        if not self._below:
            for one in self:
                self._below.setdefault(one.parent, []).append(one)
        return tuple(sorted(self._below.get(unit.id, ())))

    def successors(self, unit: Unit) -> tuple[Unit, ...]:
        """Return the units it was merged or split into; none where it still exists."""
        return tuple(self[one] for one in unit.successors)

    def predecessors(self, unit: Unit) -> tuple[Unit, ...]:
        """Return the former units that went into it wholly or in part, by code."""
        if not self._before:
            for one in self:
                for successor in one.successors:
                    self._before.setdefault(successor, []).append(one)
        return tuple(sorted(self._before.get(unit.id, ())))


def _searched(unit: Unit) -> tuple[str, str]:
    """Return the folded name with and without the words for the kind (``thị trấn``)."""
    name = fold(unit.name)
    return name, name.split(" ", unit.kind.count("_") + 1)[-1]


def _distance(name: str, bare: str, sought: str) -> int:
    if sought in (name, bare):
        return 0
    return 1 if name.startswith(sought) or bare.startswith(sought) else 2


def unit_id(code: str, valid_from: str) -> str:
    """Return a unit's identity; an empty start of validity is written ``0000``."""
    return f"{code}@{valid_from or NOT_RECORDED}"


def parse_units(rows: Iterable[Sequence[str]], regions: Iterable[Sequence[str]]) -> UnitCatalogue:
    """Return the catalogue of the rows of ``data/units`` (columns: ``docs/packs.md``).

    ``rows`` are code, name, kind, parent, valid from, valid to, successors (``;`` between them),
    note; ``regions`` are province, region, source, what is unsure.
    """
    units = (
        Unit(
            f"{code}@{start or NOT_RECORDED}",
            code,
            name,
            kind,
            parent,
            start,
            end,
            tuple(successors.split(";")) if successors else (),
            note,
        )
        for code, name, kind, parent, start, end, successors, note in rows
    )
    return UnitCatalogue(units, {row[0]: Region(row[1], row[2], row[3]) for row in regions})
