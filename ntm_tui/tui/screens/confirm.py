"""A question with two answers. Arrows or Tab move, Enter takes, Esc is the safe one."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from ntm_tui.locale import translate as _
from ntm_tui.tui.actions import bindings
from ntm_tui.tui.widgets.answer import Answer


class Confirm(ModalScreen[bool]):
    """Ask; the result is whether the answer was yes. The safe answer has the focus."""

    CSS_PATH = "confirm.tcss"
    AUTO_FOCUS = "#no"
    BINDINGS: ClassVar = [
        *bindings("back"),
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
    ]

    def __init__(self, question: str, *, yes: str = "", no: str = "", detail: str = "") -> None:
        super().__init__()
        self._question, self._detail = question, detail
        self._yes, self._no = yes or _("Yes"), no or _("No")

    def compose(self) -> ComposeResult:
        """Lay out the question and its answers."""
        with Vertical(classes="dialog"):
            yield Static(self._question, id="question", markup=False)
            if self._detail:
                yield Static(self._detail, id="detail", markup=False)
            with Horizontal(id="answers"):
                yield Answer(self._no, id="no")
                yield Answer(self._yes, id="yes")

    def on_answer_given(self, event: Answer.Given) -> None:
        """Close with the answer."""
        self.dismiss(event.answer.id == "yes")

    def action_back(self) -> None:
        """Take Esc for no."""
        self.dismiss(False)
