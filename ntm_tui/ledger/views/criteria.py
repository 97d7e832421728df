"""Where one unit or village stands: every item with its figure, every criterion, the score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

from ntm_tui import library
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.setting import VILLAGE_TIER, UnitSetting, setting_of
from ntm_tui.model.packs import CarryOver, Criterion, Indicator, Pack, RequiredLevel, carries_over
from ntm_tui.model.records import record_id
from ntm_tui.model.rollups import VerdictSource, chosen_verdict
from ntm_tui.model.verdicts import (
    Judgement,
    Score,
    Verdict,
    criterion_verdict,
    judge_register,
    score_from,
)

FIGURE_COLUMNS = ("f_value", "f_num", "f_den", "f_verdict", "f_why")
_FIELDS = tuple(name.removeprefix("f_") for name in FIGURE_COLUMNS)


@dataclass(frozen=True)
class Recorded:
    """One figure as recorded: by whom, when, for which month, and how it is judged today."""

    record: str
    pack: str
    month: str
    figure: Mapping[str, str | None]
    judgement: Judgement
    by: str
    at: str
    in_conflict: bool
    note: str = ""
    obstacle: str = ""
    source: str = ""


@dataclass(frozen=True)
class ItemRow:
    """One assessable item: what is required, what was recorded, what was appraised.

    ``reassess`` marks a figure made before an amendment changed the item; ``stale`` an
    appraisal of a figure that has changed since.
    """

    item: Indicator
    level: RequiredLevel | None
    own: Recorded | None
    appraised: Recorded | None
    reassess: bool = False
    stale: bool = False

    @property
    def verdict(self) -> Verdict:
        """The unit's own verdict."""
        return self.own.judgement.verdict if self.own else Verdict.NOT_ASSESSED

    @property
    def appraisal(self) -> Verdict:
        """The verdict of the office above."""
        return self.appraised.judgement.verdict if self.appraised else Verdict.NOT_ASSESSED

    @property
    def differs(self) -> bool:
        """Whether the office above came to another verdict."""
        return self.appraised is not None and self.appraisal is not self.verdict


@dataclass(frozen=True)
class CriterionRow:
    """One criterion with its items."""

    criterion: Criterion
    items: tuple[ItemRow, ...]
    basically_met_counts: bool

    def verdict_by(self, source: VerdictSource) -> Verdict:
        """Return the verdict on the criterion, counting the items' verdicts of ``source``."""
        chosen = (chosen_verdict(source, row.verdict, row.appraisal) for row in self.items)
        return criterion_verdict(chosen, self.basically_met_counts)

    @cached_property
    def verdict(self) -> Verdict:
        """The unit's own verdict on the criterion."""
        return self.verdict_by(VerdictSource.SELF)

    @property
    def met_items(self) -> int:
        """How many of its items are met."""
        return sum(row.verdict is Verdict.MET for row in self.items)

    @property
    def checked(self) -> bool:
        """Whether no verdict in it rests on a level nobody compared with the decision."""
        return all(row.own is None or row.own.judgement.checked for row in self.items)


@dataclass(frozen=True)
class Board:
    """Everything about one unit or village on one day, in the order of the pack."""

    where: UnitSetting
    pack: Pack
    criteria: tuple[CriterionRow, ...]
    village: str | None = None

    @cached_property
    def score(self) -> Score:
        """How many criteria have each verdict, by the unit's own assessment."""
        return score_from(self.pack, {row.criterion.code: row.verdict for row in self.criteria})

    @cached_property
    def items(self) -> Mapping[str, ItemRow]:
        """Every item row by code."""
        return {row.item.code: row for one in self.criteria for row in one.items}


def board(
    ledger: Ledger,
    as_of: date,
    *,
    unit: str = "",
    village: str | None = None,
    pack: str = "",
) -> Board:
    """Return where ``unit`` (or one of its villages) stands on ``as_of``.

    Raises :class:`Refusal` (P20 no pack in force, or an unknown pack).
    """
    tier = VILLAGE_TIER if village else ""
    where = setting_of(ledger, as_of, unit=unit, pack=pack, tier=tier)
    own = dict(_newest(ledger, "assessment", where, village))
    appraised = dict(_newest(ledger, "appraisal", where, village))
    rows = []
    for criterion in where.pack.criteria:
        items = tuple(_row(ledger, where, item, own, appraised) for item in criterion.items)
        rows.append(CriterionRow(criterion, items, where.pack.basically_met_counts))
    return Board(where, where.pack, tuple(rows), village)


def lineage(pack: Pack) -> tuple[Pack, ...]:
    """Return ``pack`` and the packs it amends, newest first: whose records it takes over."""
    found = [pack]
    while found[-1].amends is not None:
        found.append(library.pack(found[-1].amends.pack))
    return tuple(found)


def outcome_of(pack: Pack, made_under: str, code: str) -> CarryOver:
    """Return what becomes of a record of ``code`` made under an amended pack of the lineage.

    One amendment on the way that names the code makes it due for reassessment.
    """
    chain = lineage(pack)
    worst = CarryOver.CARRIED
    for newer, older in pairwise(chain):
        if newer.id == made_under:
            break
        step = carries_over(older, newer, code)
        if step is CarryOver.UNKNOWN:
            return step
        worst = CarryOver.REASSESS if step is CarryOver.REASSESS else worst
    return worst


def _newest(
    ledger: Ledger, kind: str, where: UnitSetting, village: str | None
) -> Iterator[tuple[str, Recorded]]:
    """Yield (code, record) of the newest month up to the day; a newer pack goes first."""
    ids = [one.id for one in reversed(lineage(where.pack))]
    extra = "f_note, f_obstacle, f_source" if kind == "assessment" else "f_finding, NULL, NULL"
    rows = ledger.conn.execute(
        f"SELECT record, pack, code, month, last_by, last_at, conflicts, {extra},"
        f" {', '.join(FIGURE_COLUMNS)} FROM state_{kind}"
        f" WHERE unit=? AND pack IN ({', '.join('?' * len(ids))}) AND village IS ? AND month<=?",
        (where.unit, *ids, village, where.month),
    ).fetchall()
    for row in sorted(rows, key=lambda one: (ids.index(one[1]), one[3])):
        record, pack, code, month, by, at, conflicts, note, obstacle, source = row[:10]
        figure = dict(zip(_FIELDS, row[10:], strict=True))
        if code not in where.pack.codes or not any(figure.values()):
            continue
        item = where.pack.item(code)
        level = where.pack.required_level(code, where.in_month(month))
        recorded = Recorded(
            record=record,
            pack=pack,
            month=month,
            figure=figure,
            judgement=judge_register(figure, item, level),
            by=by,
            at=at,
            in_conflict="figure" in (conflicts or "").split(" "),
            note=note or "",
            obstacle=obstacle or "",
            source=source or "",
        )
        yield code, recorded


def _row(
    ledger: Ledger,
    where: UnitSetting,
    item: Indicator,
    own: Mapping[str, Recorded],
    appraised: Mapping[str, Recorded],
) -> ItemRow:
    mine, theirs = own.get(item.code), appraised.get(item.code)
    month = mine.month if mine else where.month
    return ItemRow(
        item=item,
        level=where.pack.required_level(item.code, where.in_month(month)),
        own=mine,
        appraised=theirs,
        reassess=mine is not None
        and outcome_of(where.pack, mine.pack, item.code) is CarryOver.REASSESS,
        stale=mine is not None and theirs is not None and is_stale(ledger, where, mine, theirs),
    )


def is_stale(ledger: Ledger, where: UnitSetting, mine: Recorded, theirs: Recorded) -> bool:
    """Return whether the figure changed after the office above appraised it."""
    figure = ledger.form(mine.record, where.unit).state.heads.get("figure", ())
    appraisal = ledger.form(theirs.record, where.unit).state.heads.get("figure", ())
    seen = {identity for head in appraisal for identity in head.seen}
    return not {head.identity for head in figure} <= seen


def assessment_record(pack: str, code: str, month: str, village: str | None = None) -> str:
    """Return the id of the record that holds the figure of an item for a month."""
    return record_id("assessment", pack, village, code, month)


def unrecorded(board_: Board) -> Iterable[ItemRow]:
    """Return the items without a figure, in order."""
    return [row for row in board_.items.values() if row.own is None]
