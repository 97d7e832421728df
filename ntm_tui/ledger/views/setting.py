"""By what a unit is judged on a day: the criteria set in force, its region, group and flags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from ntm_tui import library
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.trust import Trust
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
    ledger: Ledger,
    as_of: date,
    *,
    unit: str = "",
    pack: str = "",
    tier: str = "",
    trust: Trust | None = None,
) -> UnitSetting:
    """Return by what ``unit`` (this office where none is named) is judged on ``as_of``.

    ``pack`` names a pack instead of the one in force; ``tier`` asks for another tier's (the
    village packs: :data:`VILLAGE_TIER`). Raises :class:`Refusal` for an unknown pack.
    """
    unit = unit or ledger.unit
    trust = trust or ledger.trust()
    found = (
        InForce(library.pack(pack), Choice.OWN)
        if pack
        else _in_force(ledger, trust, unit, as_of, tier or _tier_of(unit))
    )
    decided, declared = _flags(ledger, unit, as_of), ledger.form("profile/self", unit).values
    group, difficult = decided.get("group"), decided.get("especially_difficult")
    own_group, own_difficult = declared["group"], declared["especially_difficult"]
    setting = Setting(
        region=_region(unit),
        group=group or (str(own_group) if own_group else None),
        especially_difficult=difficult == "1" if difficult else own_difficult is True,
    )
    return UnitSetting(
        unit=unit,
        name=unit_name(unit),
        as_of=as_of,
        in_force=found,
        setting=setting,
        group_declared=group is None and own_group is not None,
        difficult_declared=difficult is None and own_difficult is not None,
    )


def _tier_of(unit: str) -> str:
    catalogue = library.units()
    return (catalogue[unit].tier if unit in catalogue else "") or "xa"


def _region(unit: str) -> str:
    catalogue = library.units()
    return catalogue.region_of(catalogue[unit]).code if unit in catalogue else GENERAL


def _in_force(ledger: Ledger, trust: Trust, unit: str, as_of: date, tier: str) -> InForce:
    above = trust.above(unit)
    adopted, own = [], []
    for office, pack, since in ledger.conn.execute(
        "SELECT unit, pack, f_since FROM state_adoption WHERE f_since IS NOT NULL"
    ):
        adoption = PackAdoption(pack, parse_date(since))
        if office in above:
            adopted.append(adoption)
        elif office == unit:
            own.append(adoption)
    return pack_in_force(adopted, own, library.packs(), tier, as_of)


def _flags(ledger: Ledger, unit: str, as_of: date) -> Mapping[str, str]:
    """The flags an office above set for the unit, as of the day: newest start wins."""
    rows = ledger.conn.execute(
        "SELECT flag, f_value FROM state_flag WHERE unit=? AND since<=?"
        " AND (f_until IS NULL OR f_until>=?) ORDER BY since",
        (unit, as_of.isoformat(), as_of.isoformat()),
    )
    return dict(rows)
