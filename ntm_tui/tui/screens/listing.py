"""A list in front of a place with what is known about the row reached below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from ntm_tui.locale import translate as _
from ntm_tui.tui.actions import bindings
from ntm_tui.tui.messages import RowOpened, RowReached
from ntm_tui.tui.widgets.answer import Answer
from ntm_tui.tui.widgets.filter_table import Column, FilterTable, Row
from ntm_tui.tui.widgets.frame import Hints

ANSWER = "answer:"


class Listing(ModalScreen[str | None]):
    """Shows rows; the result is the key of the row opened, ``answer:ID``, or ``None``.

    ``details`` are texts by row key; ``answers`` are labels by id, the first takes Enter where
    ``enter_answers``. F2 gives the answer ``new`` if there is one.
    """

    CSS_PATH = "listing.tcss"
    BINDINGS: ClassVar = bindings("back", "help", "quit", "new")

    def __init__(
        self,
        title: str,
        columns: Sequence[Column],
        rows: Sequence[Row],
        *,
        lead: str = "",
        empty: str = "",
        details: Mapping[str, str] | None = None,
        answers: Mapping[str, str] | None = None,
        enter_answers: bool = False,
    ) -> None:
        super().__init__()
        self._title, self._lead, self._empty = title, lead, empty
        self._columns, self._rows = columns, rows
        self._details, self._answers = details or {}, answers or {}
        self._enter_answers = enter_answers
        self.EXPLANATION = lead

    def compose(self) -> ComposeResult:
        """Lay out sentence, list, details and answers."""
        with Vertical(classes="dialog") as box:
            box.border_title = self._title
            box.border_subtitle = _("Esc closes")
            if self._lead:
                yield Static(self._lead, classes="lead", markup=False)
            if self._rows:
                yield FilterTable(self._columns, self._rows)
            else:
                yield Static(self._empty, classes="empty", markup=False)
            if self._details:
                with VerticalScroll(id="details", can_focus=False):
                    yield Static(id="detail", markup=False)
            with Horizontal(id="answers"):
                for name, label in self._answers.items():
                    yield Answer(label, id=name)
                yield Answer(_("Close"), id="close")
            yield Hints()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer F2 only where something new can be entered."""
        return action != "new" or "new" in self._answers

    def on_row_reached(self, event: RowReached) -> None:
        """Tell about the row."""
        event.stop()
        if self._details:
            self.query_one("#detail", Static).update(self._details.get(event.key, ""))

    def on_row_opened(self, event: RowOpened) -> None:
        """Close with the row, or with the first answer."""
        event.stop()
        first = next(iter(self._answers), "")
        self.dismiss(f"{ANSWER}{first}" if self._enter_answers and first else event.key)

    def on_answer_given(self, event: Answer.Given) -> None:
        """Close with the answer."""
        name = event.answer.id or ""
        self.dismiss(None if name == "close" else f"{ANSWER}{name}")

    def action_new(self) -> None:
        """Close with the answer ``new``."""
        self.dismiss(f"{ANSWER}new")

    def action_back(self) -> None:
        """Close; the list has cleared its filter first."""
        self.dismiss(None)

    async def action_help(self) -> None:
        """Explain the list."""
        await self.app.run_action("app.help")

    async def action_quit(self) -> None:
        """Quit, after asking."""
        await self.app.run_action("app.quit")
