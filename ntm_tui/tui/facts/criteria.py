"""What the list of criteria shows: a row for each criterion and item, and the words about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.criteria import Board, CriterionRow, ItemRow, board
from ntm_tui.locale import translate as _
from ntm_tui.model.verdicts import Verdict
from ntm_tui.model.vietnamese import format_month
from ntm_tui.model.wording import (
    figure_text,
    short_figure_text,
    short_level_text,
    verdict_text,
)
from ntm_tui.tui.facts.record import level_line
from ntm_tui.tui.marks import SYMBOLS, TONES
from ntm_tui.tui.widgets.filter_table import Row

HEAD = "#"
"""Before the code of a criterion that has indicators, as the key of its row."""

ALL, NOT_MET, NOT_ASSESSED, LOW_COST, LOOK_AGAIN = (
    "all",
    "not_met",
    "not_assessed",
    "low_cost",
    "look_again",
)

_FITS: Mapping[str, Callable[[ItemRow], bool]] = {
    ALL: lambda row: True,
    NOT_MET: lambda row: row.verdict in (Verdict.NOT_MET, Verdict.BASICALLY_MET),
    NOT_ASSESSED: lambda row: row.verdict is Verdict.NOT_ASSESSED,
    LOW_COST: lambda row: bool(row.item.low_cost),
    LOOK_AGAIN: lambda row: row.reassess or row.differs or row.stale or _disputed(row),
}


@dataclass(frozen=True)
class Listed:
    """The criteria of one unit on one day, ready to be listed."""

    board: Board
    month: str

    def rows(self, filtered: str) -> list[Row]:
        """Return the rows that fit a filter; a criterion stands above its fitting indicators."""
        fits = _FITS.get(filtered, _FITS[ALL])
        return [row for one in self.board.criteria for row in _rows_of(one, fits)]

    def codes(self, keys: list[str]) -> list[str]:
        """Return the item codes among the keys of rows, in order."""
        return [key for key in keys if not key.startswith(HEAD)]

    def about(self, key: str) -> tuple[str, ...]:
        """Return lines about the row with this key: name, level, figure, what to heed."""
        if key.startswith(HEAD):
            code = key.removeprefix(HEAD)
            found = next(one for one in self.board.criteria if one.criterion.code == code)
            return tuple(_about_criterion(found))
        return tuple(_about_item(self.board.items[key]))


def listed(ledger: Ledger, today: date) -> Listed:
    """Return the criteria of this office's unit. Raises :class:`Refusal` (P01, P20)."""
    return Listed(board(ledger, today), f"{today:%Y-%m}")


def _rows_of(one: CriterionRow, fits: Callable[[ItemRow], bool]) -> Iterator[Row]:
    shown = [row for row in one.items if fits(row)]
    if shown and len(one.items) > 1:
        yield _criterion_row(one)
    for row in shown:
        yield _item_row(row, one)


def _criterion_row(one: CriterionRow) -> Row:
    counted = f"{one.met_items}/{len(one.items)}"
    cells = (one.criterion.code, one.criterion.name, counted, "", _verdict(one.verdict), "", "")
    return Row(HEAD + one.criterion.code, cells, TONES[one.verdict], one.criterion.owner, bold=True)


def _item_row(row: ItemRow, one: CriterionRow) -> Row:
    item = row.item
    cells = (
        item.code,
        _name(row, one),
        short_level_text(row.level, item),
        short_figure_text(row.own.figure, item) if row.own else "",
        _verdict(row.verdict),
        "".join(_marks(row)),
        format_month(row.own.month) if row.own else "",
    )
    spoken = (one.criterion.name, item.supplier, _low_cost(row), *_warnings(row))
    words = " ".join(filter(None, spoken))
    return Row(item.code, cells, TONES[row.verdict], words, bold=len(one.items) == 1)


def _name(row: ItemRow, one: CriterionRow) -> str:
    """The item's name: indented under its criterion, beside it where it is the only one."""
    if len(one.items) > 1:
        return f"  {row.item.name}"
    if row.item.name == one.criterion.name:
        return row.item.name
    return f"{one.criterion.name}: {row.item.name}"


def _verdict(verdict: Verdict) -> str:
    return f"{SYMBOLS[verdict]} {verdict_text(verdict)}"


def _disputed(row: ItemRow) -> bool:
    return row.own is not None and row.own.in_conflict


def _marks(row: ItemRow) -> Iterator[str]:
    """Signs for what a row has to say beside its verdict; :func:`_warnings` spells them out."""
    if _disputed(row):
        yield "!"
    if row.differs or row.stale or row.reassess:
        yield "#"
    if row.own is not None and not row.own.judgement.checked:
        yield "?"
    if row.item.low_cost:
        yield "+"


def _warnings(row: ItemRow) -> Iterator[str]:
    if _disputed(row):
        yield _("! Figures that do not agree")
    if row.differs and row.appraised is not None:
        yield _("# Appraised: {verdict}").format(verdict=verdict_text(row.appraisal))
    if row.stale:
        yield _("# To be appraised again: the figure changed")
    if row.reassess:
        yield _("# To be assessed again after the amendment")
    if row.own is not None and not row.own.judgement.checked:
        yield _("? Level not compared with the decision")


def _low_cost(row: ItemRow) -> str:
    return (
        _("+ Needs little money: {why}").format(why=row.item.low_cost) if row.item.low_cost else ""
    )


def _about_item(row: ItemRow) -> Iterator[str]:
    item = row.item
    yield f"{item.code}  {item.name}"
    supplier = _("Supplier: {name}").format(name=item.supplier) if item.supplier else ""
    yield " · ".join(filter(None, (*level_line(row), supplier)))
    if row.own is not None:
        yield _("Recorded: {figure}, {month}, by {by}").format(
            figure=figure_text(row.own.figure, item),
            month=format_month(row.own.month),
            by=row.own.by,
        )
    yield " · ".join(filter(None, (*_warnings(row), _low_cost(row))))


def _about_criterion(one: CriterionRow) -> Iterator[str]:
    yield _("Criterion {code}. {name}").format(code=one.criterion.code, name=one.criterion.name)
    counted = _("{met}/{size} indicators met").format(met=one.met_items, size=len(one.items))
    owner = _("In charge: {name}").format(name=one.criterion.owner) if one.criterion.owner else ""
    yield " · ".join(filter(None, (counted, owner)))
