"""The communes of an office together, as of a day, by a named source of verdicts."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ntm_tui import library
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.trust import Trust
from ntm_tui.ledger.views.criteria import FIGURE_COLUMNS, lineage
from ntm_tui.ledger.views.setting import Settings, UnitSetting
from ntm_tui.model.packs import Pack
from ntm_tui.model.rollups import RollUp, UnitFigures, VerdictSource, chosen_verdict, roll_up
from ntm_tui.model.units import COMMUNE, Unit
from ntm_tui.model.verdicts import Verdict, criterion_verdict, judge_register

_FIELDS = tuple(name.removeprefix("f_") for name in FIGURE_COLUMNS)
REVOKED = "revoke"


@dataclass(frozen=True)
class Overview:
    """A roll-up with what it was made by: the day, the pack, whose verdicts."""

    as_of: date
    pack: Pack
    figures: RollUp


def units_below(ledger: Ledger, as_of: date, trust: Trust) -> list[str]:
    """Return the communes, wards and townships of this office on a day, in catalogue order.

    Those the catalogue places below this office and those enrolled by it or below it; a unit
    that was not valid on the day counts only if it is enrolled.
    """
    catalogue, own = library.units(), ledger.unit
    found: dict[str, None] = {}
    if own in catalogue:
        found.update((unit.id, None) for unit in _communes(catalogue[own], as_of))
    found.update((unit, None) for unit in sorted(trust.below(own)) if _is_commune(unit))
    return list(found)


def _communes(office: Unit, as_of: date) -> Iterator[Unit]:
    for unit in library.units().children(office):
        if unit.level == COMMUNE:
            if unit.is_valid_on(as_of):
                yield unit
        else:
            yield from _communes(unit, as_of)


def _is_commune(unit: str) -> bool:
    catalogue = library.units()
    return unit not in catalogue or catalogue[unit].level == COMMUNE


def overview(
    ledger: Ledger,
    as_of: date,
    *,
    source: VerdictSource = VerdictSource.SELF,
    pack: str = "",
) -> Overview:
    """Return the roll-up of this office's communes on ``as_of``.

    Raises :class:`Refusal` (P20 no pack in force, or an unknown pack).
    """
    trust = ledger.trust()
    units = units_below(ledger, as_of, trust)
    used = library.pack(pack) if pack else _common_pack(ledger, as_of, units)
    each = Settings(ledger, as_of, pack=used.id)
    settings = {unit: each[unit] for unit in units}
    own = _verdicts(ledger, "assessment", used, settings, as_of)
    appraised = (
        {}
        if source is VerdictSource.SELF
        else _verdicts(ledger, "appraisal", used, settings, as_of)
    )
    recognised = recognised_units(ledger, used.standard, as_of)
    planned = _planned(ledger, used)
    figures = [
        UnitFigures(
            unit=unit,
            pack_size=used.size,
            verdicts=_by_criterion(used, source, own.get(unit, {}), appraised.get(unit, {})),
            counted=_is_counted(unit),
            recognised=unit in recognised,
            planned=planned.get(unit, {}),
        )
        for unit in units
    ]
    return Overview(as_of, used, roll_up(figures, source, used.buckets))


def _common_pack(ledger: Ledger, as_of: date, units: Iterable[str]) -> Pack:
    """The pack in force for most of the communes with figures; for the first one without any."""
    rows = ledger.conn.execute("SELECT DISTINCT unit FROM state_assessment")
    with_figures = {unit for (unit,) in rows}
    each = Settings(ledger, as_of, tier="xa")
    asked = [one for one in units if one in with_figures] or [next(iter(units), "")]
    found = Counter(each[unit].pack.id for unit in asked)
    return library.pack(found.most_common(1)[0][0])


def _is_counted(unit: str) -> bool:
    catalogue = library.units()
    return unit not in catalogue or catalogue[unit].counted_in_average


def _by_criterion(
    pack: Pack,
    source: VerdictSource,
    own: Mapping[str, Verdict],
    appraised: Mapping[str, Verdict],
) -> dict[str, Verdict]:
    if not own and not appraised:
        return {}
    none = Verdict.NOT_ASSESSED
    return {
        criterion.code: criterion_verdict(
            (
                chosen_verdict(source, own.get(item.code, none), appraised.get(item.code, none))
                for item in criterion.items
            ),
            pack.basically_met_counts,
        )
        for criterion in pack.criteria
    }


def _verdicts(
    ledger: Ledger, kind: str, pack: Pack, settings: Mapping[str, UnitSetting], as_of: date
) -> dict[str, dict[str, Verdict]]:
    """Return unit → item code → verdict of the newest month up to the day.

    Figures of an amended pack come first so that those of the pack itself replace them.
    """
    found: dict[str, dict[str, Verdict]] = defaultdict(dict)
    known: dict[tuple[object, ...], Verdict] = {}
    alike = {where.setting: number for number, where in enumerate(settings.values())}
    numbers = {unit: alike[where.setting] for unit, where in settings.items()}
    for made_under in reversed(lineage(pack)):
        newest = _newest(ledger, kind, made_under.id, pack, units=numbers, as_of=as_of)
        for unit, code, month, *figure in newest:
            if not any(figure):
                continue
            key = (numbers[unit], code, month[:4], *figure)
            verdict = known.get(key)
            if verdict is None:
                verdict = known[key] = _judged(pack, settings[unit], code, month, figure)
            found[unit][code] = verdict
    return found


def _newest(
    ledger: Ledger, kind: str, made_under: str, pack: Pack, *, units: Iterable[str], as_of: date
) -> Iterator[tuple[str, ...]]:
    """Yield (unit, item code, month, figure …) of the newest month up to the day.

    The newest record is found by its place in the key, so the months before it cost nothing.
    """
    begin = f"{kind}/{made_under}/"
    return ledger.conn.execute(
        f"SELECT r.unit, r.code, r.month, {', '.join('r.' + name for name in FIGURE_COLUMNS)}"
        " FROM json_each(:units) u CROSS JOIN json_each(:codes) c"
        f" CROSS JOIN state_{kind} r ON r.unit = u.value AND r.record = ("
        f"SELECT max(b.record) FROM state_{kind} b WHERE b.unit = u.value"
        " AND b.record > :begin || c.value || '/'"
        " AND b.record <= :begin || c.value || '/' || :month"
        " AND b.village IS NULL)",
        {
            "units": json.dumps(list(units)),
            "codes": json.dumps(pack.codes),
            "begin": begin,
            "month": f"{as_of:%Y-%m}",
        },
    )


def _judged(
    pack: Pack, where: UnitSetting, code: str, month: str, figure: Sequence[str | None]
) -> Verdict:
    level = pack.required_level(code, where.in_month(month))
    register = dict(zip(_FIELDS, figure, strict=True))
    return judge_register(register, pack.item(code), level).verdict


def recognised_units(ledger: Ledger, standard: str, as_of: date) -> set[str]:
    """Units whose newest decision up to the day, by an office above, recognises them."""
    newest = dict(
        ledger.conn.execute(
            "SELECT unit, f_decision FROM state_recognition WHERE standard=? AND date<=?"
            " AND f_decision IS NOT NULL ORDER BY date",
            (standard, as_of.isoformat()),
        )
    )
    return {unit for unit, decision in newest.items() if decision != REVOKED}


def _planned(ledger: Ledger, pack: Pack) -> dict[str, dict[str, str]]:
    """Unit → criterion code → target quarter."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for unit, code, quarter in ledger.conn.execute(
        "SELECT unit, code, f_quarter FROM state_plan WHERE pack=? AND f_quarter IS NOT NULL",
        (pack.id,),
    ):
        found[unit][code] = quarter
    return found
