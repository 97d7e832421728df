"""Overview: where we stand, what is due, what came back. The first thing on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from ntm_tui.locale import N_
from ntm_tui.locale import translate as _
from ntm_tui.tui.actions import bindings
from ntm_tui.tui.messages import CriterionChosen, RowOpened
from ntm_tui.tui.screens.place import LedgerPlace
from ntm_tui.tui.widgets.criteria_strip import CriteriaStrip
from ntm_tui.tui.widgets.filter_table import Row
from ntm_tui.tui.widgets.frame import WIDE
from ntm_tui.tui.widgets.pick_list import PickList

if TYPE_CHECKING:
    from ntm_tui.ledger.ledger import Ledger
    from ntm_tui.tui.facts.home import Matter, Overview


class Home(LedgerPlace["Overview"]):
    """The first place."""

    BINDINGS: ClassVar = [
        *bindings("new"),
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]
    EXPLANATION = N_(
        "The overview shows where the unit stands and what has to be done next. Arrows move,"
        " Enter leads to where a line is handled."
    )
    AUTO_FOCUS = "#matters"

    def body(self) -> ComposeResult:
        """Lay out score, strip and lists; empty until the ledger was read."""
        yield Static(self.desk.door, id="empty", markup=False)
        with Vertical(id="found"):
            yield Static(id="head", markup=False)
            yield Static(id="pack", markup=False)
            yield CriteriaStrip(id="strip")
            yield Static(id="lines", markup=False)
            yield Static(_("What to do"), classes="title", markup=False)
            yield PickList(id="matters")
            yield Static(id="rest-title", classes="title", markup=False)
            yield PickList(id="rest")

    def on_mount(self) -> None:
        """Say what is missing as long as no ledger is open."""
        super().on_mount()
        self._leads: dict[str, str] = {}
        self.watch(self.app, "door", self._show_door, init=False)

    def _show_door(self, door: str) -> None:
        self.query_one("#empty", Static).update(door)

    def look_up(self, ledger: Ledger, today: date) -> Overview:
        """Return the overview of this office."""
        if ledger.own("delegates"):
            from ntm_tui.tui.facts.upper_home import upper_overview_of  # when asked

            return upper_overview_of(ledger, today)
        from ntm_tui.tui.facts.home import overview_of  # after the first frame

        return overview_of(ledger, today)

    def show(self, facts: Overview) -> None:
        """Show the overview."""
        self.add_class("-read")
        self._show_head(facts)
        strip = self.query_one(CriteriaStrip)
        strip.show(facts.criteria)
        strip.display = bool(facts.criteria)
        self._leads = {}
        self._put("matters", facts.matters)
        self._put("rest", facts.rest)
        for name, text in (
            ("lines", "\n".join(facts.lines)),
            ("rest-title", facts.rest_title if facts.rest else ""),
            ("pack", facts.why if facts.heed or self.size.width >= WIDE else facts.pack),
        ):
            line = self.query_one(f"#{name}", Static)
            line.update(Text(text))
            line.display = bool(text)
        self.query_one("#pack").set_class(facts.heed, "-heed")
        if self.focused is None or not self.focused.display:
            self.query_one("#matters").focus()

    def _show_head(self, facts: Overview) -> None:
        head = self.query_one("#head", Static)
        line = Text(facts.head, "bold", no_wrap=True, overflow="ellipsis")
        room = self.size.width - 2 - line.cell_len - len(facts.as_of)
        head.update(line.append(" " * max(room, 2)).append(facts.as_of, "not bold"))

    def _put(self, name: str, matters: Sequence[Matter]) -> None:
        places = {spot.id for spot in self.desk.places}
        rows = []
        for number, one in enumerate(matters):
            key = f"{name}-{number}"
            if one.leads.partition(":")[0] in places:
                self._leads[key] = one.leads
            rows.append(Row(key, (one.text, one.aside), one.tone))
        found = self.query_one(f"#{name}", PickList)
        found.put(rows, min(found.cursor, max(len(rows) - 1, 0)))
        found.display = bool(rows)

    async def on_row_opened(self, event: RowOpened) -> None:
        """Go to where the line is handled."""
        event.stop()
        place, _colon, where = self._leads.get(event.key, "").partition(":")
        if place:
            await self.desk.go_to(place, where)

    async def on_criterion_chosen(self, event: CriterionChosen) -> None:
        """Go to the criterion."""
        event.stop()
        await self.desk.go_to("criteria", event.code)

    async def action_new(self) -> None:
        """Start a ledger where there is none; else record figures."""
        if self.desk.session is not None and not self.desk.edition:
            await self.desk.start_ledger()
        elif any(spot.id == "criteria" for spot in self.desk.places):
            await self.desk.go_to("criteria")
