"""Founding the ledger of an office: what is proposed, what was chosen, its first records.

``ntm init`` and the wizard of the desk both end here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from ntm_tui import library
from ntm_tui.exchange.devices import Beginning, start
from ntm_tui.ledger.clock import system_time
from ntm_tui.ledger.forms import Change
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.setting import VILLAGE_TIER
from ntm_tui.model.adoption import InForce, pack_in_force
from ntm_tui.model.fields import Scalar
from ntm_tui.model.packs import Pack
from ntm_tui.model.units import COMMUNE, Unit


@dataclass(frozen=True)
class Founding:
    """What a new ledger is to hold from its first day, looked up and sound.

    ``packs`` are those the office chooses to work by; without one the national pack valid on
    the day counts. ``group`` and ``difficult`` are the unit's own statement, where it makes one.
    """

    unit: Unit
    officer: str
    upper: str = ""
    nickname: str = ""
    packs: tuple[Pack, ...] = ()
    group: str = ""
    difficult: bool | None = None


def found(
    path: Path, keys: Path, founding: Founding, *, now: Callable[[], datetime] = system_time
) -> Ledger:
    """Start the ledger of an office at ``path``, its key in the folder ``keys``; return it open.

    Raises :class:`Refusal` (L04 the path is taken, L06–L08, K04, K06).
    """
    beginning = Beginning(
        unit=founding.unit.id,
        officer=founding.officer,
        upper=founding.upper,
        delegates=founding.unit.level != COMMUNE,
        nickname=founding.nickname,
    )
    ledger = start(path, keys, beginning, now=now)
    try:
        changes = _first_changes(ledger, founding, now().astimezone().date())
        if changes:
            ledger.record(changes, by=founding.officer)
    except BaseException:
        ledger.close()
        raise
    return ledger


def _first_changes(ledger: Ledger, founding: Founding, today: date) -> list[Change]:
    """The choices made at the start: each pack from its own first day, else from today."""
    changes = [
        ledger.form(f"adoption/{one.id}").change(
            {
                "since": (one.valid_from or today).isoformat(),
                "hash": one.content_hash or None,
            }
        )
        for one in {each.id: each for each in founding.packs}.values()
    ]
    stated: dict[str, Scalar] = {}
    if founding.group:
        stated["group"] = founding.group
    if founding.difficult is not None:
        stated["especially_difficult"] = founding.difficult
    if stated:
        changes.append(ledger.form("profile/self").change(stated))
    return changes


def tier_of(unit: Unit) -> str:
    """Return whose packs an office works with: its own tier; above the communes, theirs."""
    return unit.tier if unit.level == COMMUNE and unit.tier else "xa"


def pack_by_date(unit: Unit, on: date) -> InForce:
    """Return the pack that counts for a unit while nobody has chosen one, with the reason."""
    return pack_in_force((), (), library.packs(), tier_of(unit), on)


def packs_for(unit: Unit, on: date) -> list[Pack]:
    """Return the packs an office may choose for its communes, the one valid on a day first."""
    fitting = [one for one in library.packs().values() if one.tier == tier_of(unit)]
    first = pack_by_date(unit, on).pack
    return sorted(fitting, key=lambda one: (one is not first, one.standard != "ntm", _newest(one)))


def village_packs_for(unit: Unit) -> list[Pack]:
    """Return the village packs an office may choose, those of its own province first."""
    province = library.units().province(unit).name
    fitting = [one for one in library.packs().values() if one.tier == VILLAGE_TIER]
    return sorted(
        fitting,
        key=lambda one: (one.area != province, one.standard != "ntm", _newest(one), one.title),
    )


def _newest(pack: Pack) -> int:
    return -(pack.valid_from or date.min).toordinal()
