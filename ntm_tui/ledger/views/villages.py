"""The villages of a unit: what they are, and where each stands by its own criteria."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.criteria import board
from ntm_tui.ledger.views.setting import VILLAGE_TIER, setting_of
from ntm_tui.model.verdicts import Score
from ntm_tui.model.vietnamese import collation_key, parse_date

RECOGNISING = ("recognised", "acknowledged")
"""Decisions on a dossier after which the village counts as recognised."""


@dataclass(frozen=True)
class VillageRow:
    """One village. ``score`` is missing where no village pack is in force.

    ``recognised`` follows from decisions of the office above; ``claimed`` says that the unit
    itself declares a recognition nobody has checked.
    """

    village: str
    name: str
    households: int | None
    population: int | None
    especially_difficult: bool
    status: str
    into: str
    score: Score | None
    recognised: bool
    claimed: bool


def village_names(ledger: Ledger, unit: str = "") -> dict[str, str]:
    """Return the names of a unit's villages by their ids, in dictionary order of the names."""
    rows = ledger.conn.execute(
        "SELECT village, f_name FROM state_village WHERE unit=?", (unit or ledger.unit,)
    )
    named = {village: name or village for village, name in rows}
    return dict(sorted(named.items(), key=lambda one: collation_key(one[1])))


def villages(ledger: Ledger, as_of: date, *, unit: str = "", pack: str = "") -> list[VillageRow]:
    """Return the villages of ``unit`` (this office) as of a day, by name.

    Raises :class:`Refusal` (P01) for an unknown pack.
    """
    unit = unit or ledger.unit
    judged = setting_of(ledger, as_of, unit=unit, pack=pack, tier=VILLAGE_TIER).in_force.pack
    rows = ledger.conn.execute(
        "SELECT village, f_name, f_households, f_population, f_especially_difficult, f_status,"
        " f_into, f_on FROM state_village WHERE unit=?",
        (unit,),
    ).fetchall()
    recognised, claimed = _recognised(ledger, unit, as_of), _claimed(ledger, unit, as_of)
    found = []
    for village, name, households, population, difficult, status, into, on in rows:
        score = None
        if judged is not None:
            score = board(ledger, as_of, unit=unit, village=village, pack=judged.id).score
        begun = not on or parse_date(on) <= as_of
        found.append(
            VillageRow(
                village=village,
                name=name or village,
                households=None if households is None else int(households),
                population=None if population is None else int(population),
                especially_difficult=bool(difficult),
                status=(status if begun else None) or "active",
                into=(into if begun else None) or "",
                score=score,
                recognised=village in recognised,
                claimed=village in claimed,
            )
        )
    return sorted(found, key=lambda one: collation_key(one.name))


def _recognised(ledger: Ledger, unit: str, as_of: date) -> set[str]:
    """Villages whose newest decision up to the day recognises them, at any standard."""
    rows = ledger.conn.execute(
        "SELECT village, f_decision FROM state_decision WHERE unit=? AND f_date<=?"
        " AND f_decision IN ('recognised', 'acknowledged', 'revoked') ORDER BY f_date",
        (unit, as_of.isoformat()),
    )
    return {village for village, decision in dict(rows).items() if decision in RECOGNISING}


def _claimed(ledger: Ledger, unit: str, as_of: date) -> set[str]:
    rows = ledger.conn.execute(
        "SELECT village FROM state_claim WHERE unit=? AND village IS NOT NULL AND f_date<=?",
        (unit, as_of.isoformat()),
    )
    return {village for (village,) in rows}
