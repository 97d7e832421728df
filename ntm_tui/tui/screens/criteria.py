"""Criteria and their indicators in one list; Enter records, quick filters narrow it down."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from ntm_tui.locale import N_
from ntm_tui.locale import translate as _
from ntm_tui.tui.actions import bindings
from ntm_tui.tui.messages import RowOpened, RowReached, ValueChosen
from ntm_tui.tui.screens.place import LedgerPlace
from ntm_tui.tui.widgets.choice import Choice
from ntm_tui.tui.widgets.filter_table import Column, FilterTable, Row, visible

if TYPE_CHECKING:
    from ntm_tui.ledger.ledger import Ledger
    from ntm_tui.tui.facts.criteria import Listed

_FILTERS = {
    "all": N_("All"),
    "not_met": N_("Not met"),
    "not_assessed": N_("Not assessed"),
    "low_cost": N_("Needs little money"),
    "look_again": N_("To look at again"),
}


class Criteria(LedgerPlace["Listed"]):
    """The list of criteria."""

    CSS_PATH = "criteria.tcss"
    BINDINGS: ClassVar = [
        *bindings("new", "search"),
        Binding("down,enter", "search", show=False),
    ]
    EXPLANATION = N_(
        "Every criterion with its indicators. Letters narrow the list down, Enter records the"
        " figure under the cursor and goes on through the list as it is shown. Tab leads to the"
        " quick filters. Marks: ! figures that do not agree, # appraised differently or to be"
        " assessed again, ? level not compared with the decision, + needs little money."
    )
    AUTO_FOCUS = "FilterTable TextField"
    _listed: Listed | None = None
    _wanted = ""

    def body(self) -> ComposeResult:
        """Lay out list, filters and what is said about the row."""
        columns = (
            Column(_("Code"), 5),
            Column(_("Criterion, indicator")),
            Column(_("Level"), 8, searched=False),
            Column(_("Value"), 8, right=True, searched=False),
            Column(_("Verdict"), 15, toned=True),
            Column(_("Mk"), 3),
            Column(_("Month"), 7, wide_only=True, searched=False),
        )
        yield FilterTable(columns, id="criteria")
        yield Choice({name: _(label) for name, label in _FILTERS.items()}, "all", id="quick")
        yield Static(id="about", markup=False)

    def look_up(self, ledger: Ledger, today: date) -> Listed:
        """Return the criteria of this office's unit."""
        from ntm_tui.tui.facts.criteria import listed  # with the ledger

        return listed(ledger, today)

    def show(self, facts: Listed) -> None:
        """Show the list."""
        self._listed = facts
        self._list()
        self.call_later(self._arrive)

    def arrive(self, where: str) -> None:
        """Show a code (``17.4``), open its form (``=17.4@2026-11``) or filter (``?not_met``)."""
        self._wanted = where
        if self._listed is not None:
            self.call_later(self._arrive)

    async def _arrive(self) -> None:
        where, self._wanted = self._wanted, ""
        if not where:
            return
        self.query_one(FilterTable).filter.value = ""
        self._filter(where[1:] if where.startswith("?") else "all")
        code, _at, month = where.lstrip("=?").partition("@")
        table = self.query_one(FilterTable)
        table.reach(code)
        table.reach(f"#{code}")
        if where.startswith("="):
            await self._record(code, month)

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self.query_one(FilterTable).row

    @property
    def shown_codes(self) -> list[str]:
        """The codes of the items in the list as it is shown, in order."""
        keys = (row.key for row in self.query_one(FilterTable).rows)
        return [key for key in keys if not key.startswith("#")]

    # -- the list -------------------------------------------------------------------------------

    def _list(self) -> None:
        if self._listed is not None:
            chosen = self.query_one(Choice).value or "all"
            self.query_one(FilterTable).set_rows(self._listed.rows(chosen))

    def _filter(self, name: str) -> None:
        self.query_one(Choice).value = name
        self._list()
        self.action_search()

    def on_value_chosen(self, event: ValueChosen) -> None:
        """Narrow the list down to what was chosen."""
        event.stop()
        self._list()

    def on_row_reached(self, event: RowReached) -> None:
        """Say more about the row under the cursor."""
        event.stop()
        if self._listed is not None:
            name, *more = self._listed.about(event.key)
            text = Text(name, "bold")
            for line in filter(None, more):
                text.append(f"\n{visible(line)}", "not bold")
            self.query_one("#about", Static).update(text)

    def action_search(self) -> None:
        """Go to the field that narrows the list down."""
        self.query_one(FilterTable).filter.focus()

    # -- recording ------------------------------------------------------------------------------

    async def on_row_opened(self, event: RowOpened) -> None:
        """Record the item, or the first of a criterion."""
        event.stop()
        await self._record(event.key)

    async def action_new(self) -> None:
        """Record the item under the cursor."""
        if self.row is not None:
            await self._record(self.row.key)

    async def _record(self, key: str, month: str = "") -> None:
        from ntm_tui.tui.screens.record import Record  # only when it is wanted

        if self._listed is None:
            return
        keys = [row.key for row in self.query_one(FilterTable).rows]
        if key.startswith("#"):
            key = next((one for one in keys[keys.index(key) + 1 :]), key)
        codes = self.shown_codes
        if key in codes:
            self.desk.say("")
            await self.desk.push_screen(Record(self.spot, codes, codes.index(key), month))
