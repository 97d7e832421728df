"""The canonical form of a pack and the content hash it is identified by."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal

from ntm_tui.model.packs import Criterion, Direction, Indicator, Pack, RequiredLevel


def content_hash(pack: Pack) -> str:
    """Return the SHA-256 of a pack's canonical form, in lowercase hexadecimal."""
    return hashlib.sha256(canonical(pack).encode()).hexdigest()


def canonical(pack: Pack) -> str:
    """Return a pack as one line of canonical JSON, which :func:`parse_pack` reads back.

    Sorted keys, no spaces, UTF-8 in NFC, numbers of levels as plain decimal strings, dates as
    ``YYYY-MM-DD``; keys that are empty or hold their default are left out. So neither comments,
    order of keys, line ends nor spelling out a default change the hash; any other change does.
    """
    return json.dumps(to_mapping(pack), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def to_mapping(pack: Pack) -> dict[str, object]:
    """Return a pack in the shape of its file, without empty keys; the input of the hash."""
    amends, rule = pack.amends, pack.revocation
    return _filled(
        id=pack.id,
        title=pack.title,
        legal_basis=pack.legal_basis,
        tier=pack.tier,
        standard=pack.standard,
        series=pack.series,
        area=pack.area,
        historical=pack.historical,
        valid_from=_iso(pack.valid_from),
        valid_to=_iso(pack.valid_to),
        counts=_filled(
            criteria=pack.criteria_count,
            indicators=pack.indicator_count,
            indicators_listed=pack.indicators_listed,
            note=pack.count_note,
        ),
        amends=amends
        and _filled(
            pack=amends.pack,
            since=_iso(amends.since),
            reassess=list(amends.reassess),
            decision=amends.decision,
        ),
        basically_met_counts=pack.basically_met_counts,
        buckets=list(pack.buckets),
        regions=dict(pack.regions),
        difficult_region=pack.difficult_region,
        region_rule=pack.region_rule,
        revocation=rule
        and _filled(
            always_from=_plain(rule.always_from),
            named_from=_plain(rule.named_from),
            named=dict(rule.named),
            legal_basis=rule.legal_basis,
        ),
        commune_group=[
            _filled(code=g.code, name=g.name, definition=g.definition, source=g.source)
            for g in pack.commune_groups
        ],
        note=pack.note,
        criterion=[_criterion_mapping(one) for one in pack.criteria],
    )


def _criterion_mapping(one: Criterion) -> dict[str, object]:
    return _filled(
        code=one.code,
        name=one.name,
        group=one.group,
        owner=one.owner,
        supplier=one.supplier,
        low_cost=one.low_cost,
        name_checked=one.name_checked,
        source=one.source,
        note=one.note,
        indicator=[_indicator_mapping(item) for item in one.indicators],
    )


def _indicator_mapping(item: Indicator) -> dict[str, object]:
    default = not item.is_measured and item.direction is Direction.YES
    return _filled(
        code=item.code,
        name=item.name,
        measure=item.measure.value,
        direction="" if default or item.direction is None else item.direction.value,
        unit=item.unit,
        levels=[_level_mapping(level, item) for level in item.levels],
        set_by=item.set_by,
        supplier=item.supplier,
        low_cost=item.low_cost,
        amended_by=item.amended_by,
        name_checked=item.name_checked,
        threshold_checked=item.threshold_checked,
        confidence=item.confidence,
        source=item.source,
        note=item.note,
    )


def _level_mapping(level: RequiredLevel, item: Indicator) -> dict[str, object]:
    return _filled(
        value=_plain(level.value),
        region=level.region,
        group=level.group,
        year=level.year,
        note=level.note,
    ) | ({} if level.checked is item.threshold_checked else {"checked": level.checked})


def _filled(**values: object) -> dict[str, object]:
    """Leave out what is empty; a count of 0 is not empty."""
    return {key: v for key, v in values.items() if v or (v == 0 and v is not False)}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
