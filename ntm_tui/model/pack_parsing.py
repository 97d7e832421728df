"""Reading a pack from a plain mapping (a TOML or JSON file), with every check an office needs.

Files are opened elsewhere; the way back is :mod:`ntm_tui.model.pack_canonical`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from ntm_tui.locale import N_, translate
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.pack_canonical import content_hash
from ntm_tui.model.packs import (
    GENERAL,
    PACK_STANDARDS,
    TIERS,
    Amendment,
    CommuneGroup,
    Criterion,
    Direction,
    Indicator,
    Measure,
    Pack,
    RequiredLevel,
    RevocationRule,
    changed_codes,
)
from ntm_tui.model.toml_tables import Table

_CORRECT = N_("Correct the file and check it again.")

DUPLICATE_CODE = Fault(
    "P07",
    N_("Criteria set {pack}: the code {code} stands there twice. It was not taken."),
    N_("Give each criterion and indicator a code of its own."),
)
NO_DIRECTION = Fault(
    "P08",
    N_("Criteria set {pack}, {code}: a level without a direction. It was not taken."),
    N_("State whether a value has to be at least (>=), at most (<=) or exactly (=) the level."),
)
UNKNOWN_MEASURE = Fault(
    "P09",
    N_("Criteria set {pack}, {code}: unknown measure “{measure}”. It was not taken."),
    N_("Known measures: {known}."),
)
UNKNOWN_DIRECTION = Fault(
    "P10",
    N_("Criteria set {pack}, {code}: the direction “{direction}” does not fit. It was not taken."),
    N_("Directions that fit: {known}."),
)
WRONG_COUNT = Fault(
    "P11",
    N_("Criteria set {pack} declares {declared} {what} and lists {listed}. It was not taken."),
    N_("Complete the list, or declare the discrepancy with its reason."),
)
AMENDS_NOTHING = Fault(
    "P12",
    N_("Criteria set {pack} amends “{amended}”, and that changes nothing. It was not taken."),
    N_("Name the criteria set that is amended, and change something in it."),
)
REASSESS_UNKNOWN = Fault(
    "P13",
    N_("Criteria set {pack} asks to reassess {code}, which it does not have. It was not taken."),
    N_("Name only codes of this criteria set."),
)
UNKNOWN_REFERENCE = Fault(
    "P14",
    N_("Criteria set {pack}, {place}: “{code}” is not declared in it. It was not taken."),
    _CORRECT,
)
LEVEL_TWICE = Fault(
    "P15",
    N_("Criteria set {pack}, {code}: two levels for the same case ({case}). It was not taken."),
    N_("Keep one of the two."),
)


_DIRECTIONS = {
    Measure.YES_NO: (Direction.YES, Direction.NONE_LEFT),
    Measure.PERCENT: (Direction.AT_LEAST, Direction.AT_MOST, Direction.EXACTLY),
    Measure.NUMBER: (Direction.AT_LEAST, Direction.AT_MOST, Direction.EXACTLY),
}


def parse_pack(values: Mapping[str, object], file: str = "?") -> Pack:
    """Return the pack that a file's mapping describes (``docs/packs.md``), with its content hash.

    Checked is everything that the file alone can show; :func:`check_amendment` needs the pack it
    amends. Raises :class:`Refusal` (P05–P11, P13–P15), naming the pack, or the ``file`` where the
    pack has no id, and the code.
    """
    top = Table(values, str(values.get("id", file)))
    counts = top.table("counts")
    pack = Pack(
        id=top.code("id"),
        title=top.text("title"),
        legal_basis=top.text("legal_basis"),
        tier=top.choice("tier", TIERS),
        standard=top.choice("standard", PACK_STANDARDS),
        series=top.code("series"),
        criteria=tuple(_criterion(one) for one in top.tables("criterion", "code")),
        criteria_count=counts.whole("criteria", 0),
        indicator_count=counts.optional_whole("indicators"),
        indicators_listed=counts.optional_whole("indicators_listed"),
        count_note=counts.text("note", ""),
        valid_from=top.optional_day("valid_from"),
        valid_to=top.optional_day("valid_to"),
        area=top.text("area", ""),
        historical=top.flag("historical", False),
        amends=_amendment(top.table("amends")) if "amends" in top else None,
        basically_met_counts=top.flag("basically_met_counts", False),
        buckets=_buckets(top),
        regions=_names(top.table("regions")),
        difficult_region=top.text("difficult_region", ""),
        region_rule=top.text("region_rule", ""),
        revocation=_revocation(top.table("revocation")) if "revocation" in top else None,
        commune_groups=tuple(_group(one) for one in top.tables("commune_group", "code")),
        note=top.text("note", ""),
    )
    top.done()
    _check(pack)
    return replace(pack, content_hash=content_hash(pack))


def _buckets(top: Table) -> tuple[int, ...]:
    edges = top.wholes("buckets")
    if not edges or 0 in edges or sorted(set(edges), reverse=True) != list(edges):
        raise top.refuse("buckets", "[19, 15, 10, 5]")
    return edges


def _amendment(table: Table) -> Amendment:
    return Amendment(
        table.code("pack"),
        table.day("since"),
        table.texts("reassess"),
        decision=table.text("decision", ""),
    )


def _names(table: Table) -> dict[str, str]:
    return {code: table.text(code, "") for code in table.entries}


def _revocation(table: Table) -> RevocationRule:
    return RevocationRule(
        always_from=table.number("always_from"),
        named_from=table.number("named_from"),
        named=_names(table.table("named")),
        legal_basis=table.text("legal_basis", ""),
    )


def _group(table: Table) -> CommuneGroup:
    return CommuneGroup(
        table.code("code"),
        table.text("name"),
        table.text("definition", ""),
        table.text("source", ""),
    )


def _criterion(table: Table) -> Criterion:
    code = table.code("code")
    return Criterion(
        code=code,
        name=table.text("name"),
        indicators=tuple(_indicator(one, code) for one in table.tables("indicator", "code")),
        group=table.text("group", ""),
        owner=table.text("owner", ""),
        supplier=table.text("supplier", ""),
        low_cost=table.text("low_cost", ""),
        name_checked=table.flag("name_checked", False),
        source=table.text("source", ""),
        note=table.text("note", ""),
    )


def _indicator(table: Table, criterion: str) -> Indicator:
    code = table.code("code")
    measure = _measure(table, code)
    direction = _direction(table, code, measure)
    found = Indicator(
        code=code,
        name=table.text("name"),
        criterion=criterion,
        measure=measure,
        direction=direction,
        unit=table.text("unit", ""),
        set_by=table.text("set_by", ""),
        supplier=table.text("supplier", ""),
        low_cost=table.text("low_cost", ""),
        amended_by=table.text("amended_by", ""),
        name_checked=table.flag("name_checked", False),
        threshold_checked=table.flag("threshold_checked", False),
        confidence=table.text("confidence", ""),
        source=table.text("source", ""),
        note=table.text("note", ""),
    )
    levels = tuple(_level(one, code, found) for one in table.tables("levels"))
    return replace(found, levels=levels)


def _measure(table: Table, code: str) -> Measure:
    value = table.text("measure")
    try:
        return Measure(value)
    except ValueError:
        raise Refusal(
            UNKNOWN_MEASURE, pack=table.file, code=code, measure=value, known=", ".join(Measure)
        ) from None


def _direction(table: Table, code: str, measure: Measure) -> Direction | None:
    value = table.text("direction", "")
    fitting = _DIRECTIONS[measure]
    if not value and measure is Measure.YES_NO:
        return Direction.YES
    if not value:
        return None
    if value not in fitting:
        raise Refusal(
            UNKNOWN_DIRECTION,
            pack=table.file,
            code=code,
            direction=value,
            known=", ".join(fitting),
        )
    return Direction(value)


def _level(table: Table, code: str, item: Indicator) -> RequiredLevel:
    if not item.is_measured:
        raise table.refuse("levels", "percent | number")
    direction = item.direction
    if direction is None:
        raise Refusal(NO_DIRECTION, pack=table.file, code=code)
    is_percent = item.measure is Measure.PERCENT
    return RequiredLevel(
        value=table.percent("value") if is_percent else table.number("value"),
        direction=direction,
        checked=table.flag("checked", item.threshold_checked),
        region=table.text("region", ""),
        group=table.text("group", ""),
        year=table.optional_whole("year"),
        note=table.text("note", ""),
    )


def _check(pack: Pack) -> None:
    _check_codes(pack)
    _check_counts(pack)
    known = {*pack.codes, *(one.code for one in pack.criteria)}
    if pack.amends is not None:
        if pack.amends.pack == pack.id:
            raise Refusal(AMENDS_NOTHING, pack=pack.id, amended=pack.id)
        for code in pack.amends.reassess:
            if code not in pack.codes:
                raise Refusal(REASSESS_UNKNOWN, pack=pack.id, code=code)
    for code in pack.revocation.named if pack.revocation else ():
        if code not in known:
            raise Refusal(UNKNOWN_REFERENCE, pack=pack.id, place="revocation", code=code)
    if pack.difficult_region and pack.difficult_region not in pack.regions:
        place, code = "difficult_region", pack.difficult_region
        raise Refusal(UNKNOWN_REFERENCE, pack=pack.id, place=place, code=code)
    for item in pack.assessable:
        _check_levels(pack, item)


def _check_codes(pack: Pack) -> None:
    items = Counter(item.code for one in pack.criteria for item in one.items)
    criteria = Counter(one.code for one in pack.criteria)
    for counted in (criteria, items):
        for code, times in counted.items():
            if times > 1:
                raise Refusal(DUPLICATE_CODE, pack=pack.id, code=code)
    for one in pack.criteria:  # "10" may be a criterion and its only indicator, nothing else
        for item in one.indicators:
            if item.code in criteria and (item.code != one.code or len(one.indicators) > 1):
                raise Refusal(DUPLICATE_CODE, pack=pack.id, code=item.code)


def _check_counts(pack: Pack) -> None:
    listed = sum(len(one.indicators) for one in pack.criteria)
    expected = pack.indicator_count
    if pack.indicators_listed is not None and pack.count_note:
        expected = pack.indicators_listed
    for what, declared, found in (
        (N_("criteria"), pack.criteria_count, pack.size),
        (N_("indicators"), expected, listed),
    ):
        if declared is not None and declared != found:
            raise Refusal(
                WRONG_COUNT, pack=pack.id, declared=declared, what=translate(what), listed=found
            )


def _check_levels(pack: Pack, item: Indicator) -> None:
    groups = {"", *(one.code for one in pack.commune_groups)}
    regions = {"", GENERAL, *pack.regions}
    cases: set[tuple[str, str, int | None]] = set()
    for level in item.levels:
        for code, declared in ((level.group, groups), (level.region, regions)):
            if code not in declared:
                raise Refusal(UNKNOWN_REFERENCE, pack=pack.id, place=item.code, code=code)
        case = (level.region, level.group, level.year)
        if case in cases:
            text = ", ".join(str(part) for part in case if part) or "–"
            raise Refusal(LEVEL_TWICE, pack=pack.id, code=item.code, case=text)
        cases.add(case)


def check_amendment(pack: Pack, known: Mapping[str, Pack]) -> None:
    """Refuse (P12) a pack that amends one that is not ``known``, or changes nothing in it."""
    if pack.amends is None:
        return
    base = known.get(pack.amends.pack)
    if base is None or not (changed_codes(base, pack) or pack.amends.reassess):
        raise Refusal(AMENDS_NOTHING, pack=pack.id, amended=pack.amends.pack)
