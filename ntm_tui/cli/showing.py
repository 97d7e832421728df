"""``ntm show``: where things stand, as tables or JSON."""

from __future__ import annotations

from ntm_tui.cli.output import Column, Json, note, print_json, print_table, say
from ntm_tui.cli.parts import Group, Lazy, command, flag, option
from ntm_tui.cli.session import Session
from ntm_tui.cli.typed import as_of_from, unit_from
from ntm_tui.cli.words import figure_text, level_text, verdict_text
from ntm_tui.ledger.guards import find_village
from ntm_tui.ledger.views.criteria import Board, ItemRow, board
from ntm_tui.ledger.views.villages import VillageRow, village_names, villages
from ntm_tui.locale import N_, _, translate
from ntm_tui.model.verdicts import Score, Verdict
from ntm_tui.model.vietnamese import format_date, format_month

_HERE, _LISTS = "ntm_tui.cli.showing", "ntm_tui.cli.listings"
show = Group(
    "show",
    {
        "score": Lazy(f"{_HERE}:score", N_("The score and the verdict on each criterion.")),
        "criteria": Lazy(f"{_HERE}:criteria", N_("Every indicator with figure and verdict.")),
        "villages": Lazy(f"{_HERE}:villages_", N_("The villages and their scores.")),
        "dossiers": Lazy("ntm_tui.cli.dossiers:list_", N_("The village dossiers.")),
        "deadlines": Lazy(f"{_LISTS}:deadlines_", N_("What is due, and when.")),
        "conflicts": Lazy(f"{_LISTS}:conflicts_", N_("Figures that do not agree.")),
        "devices": Lazy("ntm_tui.cli.machines:list_", N_("The machines heard of here.")),
        "history": Lazy(f"{_LISTS}:history_", N_("What was recorded, by whom and when.")),
        "completeness": Lazy("ntm_tui.cli.months:completeness", N_("What a month still lacks.")),
        "alerts": Lazy(f"{_LISTS}:alerts_", N_("What somebody should look at.")),
    },
)

AS_OF = N_("The reference date (or month), by default today.")
KNOWN_BY = N_("Only what had arrived here by this day.")
UNIT = N_("The unit, by default this office.")
VILLAGE = N_("A village instead of the unit, by id or name.")
PACK = N_("The criteria set, by default the one in force.")
JSON = N_("Answer for other programs.")


def _where(
    session: Session,
    *,
    as_of: str | None,
    known_by: str | None,
    unit: str | None,
    village: str | None,
    pack: str | None,
) -> tuple[Board, str]:
    """Return the board asked for and the name of the village, if it is one's."""
    day = as_of_from(as_of, session.today)
    with session.reading(known_by) as ledger:
        about = unit_from(ledger, unit)
        place = find_village(ledger, village, about) if village else None
        name = village_names(ledger, about).get(place, place) if place else ""
        return board(ledger, day, unit=about, village=place, pack=pack or ""), name


_BOARD_OPTIONS = (
    ("--as-of", AS_OF, "D"),
    ("--known-by", KNOWN_BY, "D"),
    ("--unit", UNIT, "CODE"),
    ("--village", VILLAGE, "ID"),
    ("--pack", PACK, "ID"),
)


@command(
    *(option(name, text, metavar=metavar) for name, text, metavar in _BOARD_OPTIONS),
    flag("--json", JSON),
)
def score(session: Session, *, json: bool, **asked: str | None) -> None:
    """Show the score and the verdict on each criterion."""
    found, village = _where(session, **asked)
    if json:
        print_json(score_json(found))
        return
    _head(found, village)
    say(score_text(found.score))
    say()
    columns = [
        Column(""),
        Column(_("Criterion")),
        Column(_("Verdict")),
        Column(_("Indicators met")),
    ]
    print_table(
        columns,
        [
            (
                row.criterion.code,
                row.criterion.name,
                verdict_text(row.verdict) + ("" if row.checked else " *"),
                f"{row.met_items}/{len(row.items)}",
            )
            for row in found.criteria
        ],
    )
    if not all(row.checked for row in found.criteria):
        say()
        say(_("* rests on a required level that was not compared with the decision"))


def score_text(found: Score) -> str:
    """Return a score as one line: what is met, of how many, and all that is not."""
    counts = found.counts()
    rest = ", ".join(
        f"{verdict_text(verdict)}: {count}"
        for verdict, count in counts.items()
        if count and verdict is not Verdict.MET
    )
    text = _("Met: {met}/{size} criteria").format(met=found.met, size=found.size)
    return f"{text} ({rest})" if rest else text


def _head(found: Board, village: str) -> None:
    where = found.where
    say(f"{where.name}, {village}" if village else where.name)
    say(_("Criteria set: {pack}").format(pack=where.in_force.explain()))
    say(_("Figures as of {day}").format(day=format_date(where.as_of)))
    if where.in_force.missing:
        text = _("Adopted by the office above but not held here: {packs}")
        note(text.format(packs=", ".join(where.in_force.missing)))
    if where.group_declared or where.difficult_declared:
        note(_("The commune's group or difficulty is its own statement, not yet compared."))


def score_json(found: Board) -> Json:
    """Return a board's score for other programs."""
    counts = {verdict.value: count for verdict, count in found.score.counts().items()}
    return {
        **_head_json(found),
        "score": {"met": found.score.met, "size": found.score.size, "counts": counts},
        "criteria": [
            {
                "code": row.criterion.code,
                "name": row.criterion.name,
                "verdict": row.verdict.value,
                "items_met": row.met_items,
                "items": len(row.items),
                "checked": row.checked,
            }
            for row in found.criteria
        ],
    }


def _head_json(found: Board) -> dict[str, Json]:
    return {
        "unit": found.where.unit,
        "name": found.where.name,
        "village": found.village,
        "as_of": found.where.as_of.isoformat(),
        "pack": found.pack.id,
        "pack_choice": found.where.in_force.choice.value,
    }


@command(
    *(option(name, text, metavar=metavar) for name, text, metavar in _BOARD_OPTIONS),
    flag("--low-cost", N_("Only what needs little money.")),
    flag("--json", JSON),
)
def criteria(session: Session, *, json: bool, low_cost: bool, **asked: str | None) -> None:
    """Show every indicator with what is required, recorded and appraised."""
    found, village = _where(session, **asked)
    rows = [row for row in found.items.values() if row.item.low_cost or not low_cost]
    if json:
        print_json({**_head_json(found), "items": [_item_json(row) for row in rows]})
        return
    _head(found, village)
    say()
    columns = [
        Column(_("Code")),
        Column(_("Indicator")),
        Column(_("Required")),
        Column(_("Recorded")),
        Column(_("Month")),
        Column(_("Verdict")),
        Column(_("Appraised")),
    ]
    print_table(columns, [_item_cells(row) for row in rows])


_NAME_ROOM = 48


def _item_cells(row: ItemRow) -> tuple[str, ...]:
    name = row.item.name
    own = row.own
    marks = [_("disagree")] if own and own.in_conflict else []
    marks += [_("to be assessed again")] if row.reassess else []
    verdict = " – ".join([verdict_text(row.verdict), *marks])
    appraised = verdict_text(row.appraisal) if row.appraised else ""
    if row.stale:
        appraised = _("{verdict} – to be appraised again").format(verdict=appraised)
    checked = own is None or own.judgement.checked
    return (
        row.item.code,
        name if len(name) <= _NAME_ROOM else f"{name[: _NAME_ROOM - 1]}…",
        level_text(row.level, row.item),
        figure_text(own.figure, row.item) if own else "",
        format_month(own.month) if own else "",
        verdict if checked else f"{verdict} *",
        appraised,
    )


def _item_json(row: ItemRow) -> Json:
    level = row.level
    return {
        "code": row.item.code,
        "name": row.item.name,
        "criterion": row.item.criterion,
        "required": None if level is None else format(level.value, "f"),
        "direction": row.item.direction.value if row.item.direction else None,
        "required_checked": None if level is None else level.checked,
        "verdict": row.verdict.value,
        "appraisal": row.appraisal.value if row.appraised else None,
        "month": row.own.month if row.own else None,
        "figure": dict(row.own.figure) if row.own else None,
        "by": row.own.by if row.own else None,
        "in_conflict": bool(row.own and row.own.in_conflict),
        "reassess": row.reassess,
        "stale": row.stale,
        "low_cost": bool(row.item.low_cost),
        "supplier": row.item.supplier,
    }


@command(
    option("--as-of", AS_OF, metavar="D"),
    option("--known-by", KNOWN_BY, metavar="D"),
    option("--unit", UNIT, metavar="CODE"),
    option("--pack", N_("The villages' criteria set, by default the one in force."), metavar="ID"),
    flag("--json", JSON),
)
def villages_(
    session: Session,
    *,
    as_of: str | None,
    known_by: str | None,
    unit: str | None,
    pack: str | None,
    json: bool,
) -> None:
    """Show the villages of a unit and their scores."""
    day = as_of_from(as_of, session.today)
    with session.reading(known_by) as ledger:
        found = villages(ledger, day, unit=unit_from(ledger, unit), pack=pack or "")
    if json:
        print_json([_village_json(one) for one in found])
        return
    if not found:
        say(_("No villages are recorded. Add one with “ntm set village/<id> name=…”."))
        return
    columns = [
        Column(_("Village")),
        Column("id"),
        Column(_("Households"), right=True),
        Column(_("Especially difficult")),
        Column(_("Criteria met"), right=True),
        Column(_("State")),
    ]
    print_table(columns, [_village_cells(one) for one in found])


STATUS_NAMES = {
    "active": "",
    "merged": N_("merged into {into}"),
    "split": N_("split"),
    "moved": N_("moved to another commune"),
    "retired": N_("no longer a village"),
}


def _village_cells(one: VillageRow) -> tuple[str, ...]:
    states = [translate(STATUS_NAMES.get(one.status, one.status)).format(into=one.into)]
    states += [_("recognised")] if one.recognised else []
    states += [_("declared by the unit, not yet compared")] if one.claimed else []
    return (
        one.name,
        one.village,
        "" if one.households is None else str(one.households),
        "x" if one.especially_difficult else "",
        f"{one.score.met}/{one.score.size}" if one.score else "–",
        "; ".join(filter(None, states)),
    )


def _village_json(one: VillageRow) -> Json:
    return {
        "village": one.village,
        "name": one.name,
        "households": one.households,
        "population": one.population,
        "especially_difficult": one.especially_difficult,
        "status": one.status,
        "into": one.into or None,
        "met": one.score.met if one.score else None,
        "size": one.score.size if one.score else None,
        "recognised": one.recognised,
        "claimed": one.claimed,
    }
