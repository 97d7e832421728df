"""By what a unit is judged on a day: the criteria set in force, its region, group and flags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from ntm_tui import library
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.locale import N_
from ntm_tui.model.adoption import Choice, InForce, PackAdoption, pack_in_force
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.packs import GENERAL, Pack, Setting
from ntm_tui.model.vietnamese import parse_date

NO_PACK = Fault(
    "P20",
    N_("No criteria set is in force for {unit} on {day}."),
    N_("Name one with --pack, or let the office adopt one."),
)

VILLAGE_TIER = "ban"


@dataclass(frozen=True)
class UnitSetting:
    """One unit on one day: the pack in force (with the reason) and what chooses its levels.

    ``difficult_declared`` and ``group_declared`` say that the unit itself stated the flag and
    no office above has decided on it yet.
    """

    unit: str
    name: str
    as_of: date
    in_force: InForce
    setting: Setting
    group_declared: bool = False
    difficult_declared: bool = False

    @property
    def pack(self) -> Pack:
        """The pack in force. Raises :class:`Refusal` (P20) where there is none."""
        if self.in_force.pack is None:
            raise Refusal(NO_PACK, unit=self.name, day=f"{self.as_of:%d/%m/%Y}")
        return self.in_force.pack

    @property
    def month(self) -> str:
        """The month of the reference date, ``YYYY-MM``."""
        return f"{self.as_of:%Y-%m}"

    def in_month(self, month: str) -> Setting:
        """Return the setting for a figure of ``month``: levels may change with the year."""
        return replace(self.setting, year=int(month[:4]))


def unit_name(unit: str) -> str:
    """Return the name of a unit by its id; the id itself where the catalogue lacks it."""
    catalogue = library.units()
    return catalogue[unit].name if unit in catalogue else unit


def setting_of(
    ledger: Ledger, as_of: date, *, unit: str = "", pack: str = "", tier: str = ""
) -> UnitSetting:
    """Return by what ``unit`` (this office where none is named) is judged on ``as_of``.

    ``pack`` names a pack instead of the one in force; ``tier`` asks for another tier's (the
    village packs: :data:`VILLAGE_TIER`). Raises :class:`Refusal` for an unknown pack.
    """
    return Settings(ledger, as_of, pack=pack, tier=tier)[unit or ledger.unit]


class Settings:
    """The settings of many units on one day, read from the ledger once."""

    def __init__(self, ledger: Ledger, as_of: date, *, pack: str = "", tier: str = "") -> None:
        self._as_of, self._tier = as_of, tier
        self._trust = ledger.trust()
        self._named = InForce(library.pack(pack), Choice.OWN) if pack else None
        self._declared = dict(_declared(ledger))
        self._decided = _decided(ledger, as_of)
        self._adopted = _adopted(ledger)

    def __getitem__(self, unit: str) -> UnitSetting:
        """Return by what ``unit`` is judged."""
        decided = self._decided.get(unit, {})
        own_group, own_difficult = self._declared.get(unit, (None, None))
        group, difficult = decided.get("group"), decided.get("especially_difficult")
        setting = Setting(
            region=_region(unit),
            group=group or own_group,
            especially_difficult=difficult == "1" if difficult else own_difficult is True,
        )
        return UnitSetting(
            unit=unit,
            name=unit_name(unit),
            as_of=self._as_of,
            in_force=self._named or self._in_force(unit),
            setting=setting,
            group_declared=group is None and own_group is not None,
            difficult_declared=difficult is None and own_difficult is not None,
        )

    def _in_force(self, unit: str) -> InForce:
        above = self._trust.above(unit)
        adopted = [one for office in above for one in self._adopted.get(office, ())]
        own = self._adopted.get(unit, ())
        tier = self._tier or _tier_of(unit)
        return pack_in_force(adopted, own, library.packs(), tier, self._as_of)


def _tier_of(unit: str) -> str:
    catalogue = library.units()
    return (catalogue[unit].tier if unit in catalogue else "") or "xa"


def _region(unit: str) -> str:
    catalogue = library.units()
    return catalogue.region_of(catalogue[unit]).code if unit in catalogue else GENERAL


def _adopted(ledger: Ledger) -> Mapping[str, list[PackAdoption]]:
    """Who works by what from when: by office, or by unit for its own choice."""
    found: dict[str, list[PackAdoption]] = {}
    for unit, pack, since in ledger.conn.execute(
        "SELECT unit, pack, f_since FROM state_adoption WHERE f_since IS NOT NULL"
    ):
        found.setdefault(unit, []).append(PackAdoption(pack, parse_date(since)))
    return found


def _declared(ledger: Ledger) -> Iterator[tuple[str, tuple[str | None, bool | None]]]:
    """What units state of themselves: (group, especially difficult), by unit."""
    for unit, group, difficult in ledger.conn.execute(
        "SELECT unit, f_group, f_especially_difficult FROM state_profile WHERE part='self'"
    ):
        yield unit, (group, None if difficult is None else bool(difficult))


def _decided(ledger: Ledger, as_of: date) -> Mapping[str, dict[str, str]]:
    """The flags an office above set, as of the day, by unit: the newest start wins."""
    found: dict[str, dict[str, str]] = {}
    for unit, flag, value in ledger.conn.execute(
        "SELECT unit, flag, f_value FROM state_flag WHERE since<=? AND f_value IS NOT NULL"
        " AND (f_until IS NULL OR f_until>=?) ORDER BY since",
        (as_of.isoformat(), as_of.isoformat()),
    ):
        found.setdefault(unit, {})[flag] = value
    return found
