"""A slip on the screen: label and text, technical details at the end, a copy for the clipboard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from ntm_tui.locale import translate as _
from ntm_tui.tui.actions import bindings
from ntm_tui.tui.widgets.answer import Answer

Lines = Sequence[tuple[str, str]]


class Sheet(ModalScreen[None]):
    """Shows a slip until it is closed."""

    CSS_PATH = "sheet.tcss"
    AUTO_FOCUS = "#close"
    BINDINGS: ClassVar = [
        *bindings("back"),
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
    ]

    def __init__(
        self, title: str, sentence: str, lines: Lines, *, read_out: str = "", technical: Lines = ()
    ) -> None:
        """Make a slip; the line labelled ``read_out`` stands out, it is read over the phone."""
        super().__init__()
        self.VERTICAL_BREAKPOINTS = [(0, "-short"), (36, "-tall")]
        self._title, self._sentence, self._read_out = title, sentence, read_out
        self._lines, self._technical = lines, technical

    def compose(self) -> ComposeResult:
        """Lay out the slip."""
        with Vertical(classes="dialog") as box:
            box.border_title = self._title
            box.border_subtitle = _("Esc closes")
            with VerticalScroll(can_focus=False):
                yield Static(self._sentence, classes="sentence", markup=False)
                yield from self._rows(self._lines)
                if self._technical:
                    yield Static(_("Technical details"), classes="ask", markup=False)
                    yield from self._rows(self._technical, "technical")
            with Horizontal(id="answers"):
                yield Answer(_("Close"), id="close")
                yield Answer(_("Copy the slip"), id="copy")
            yield Static(id="copied", markup=False)

    def _rows(self, lines: Lines, kind: str = "") -> Iterator[Horizontal]:
        for label, said in lines:
            loud = "read-out" if label == self._read_out else kind
            yield Horizontal(
                Static(f"{label}:", classes="label", markup=False),
                Static(said, classes=f"value {loud}", markup=False),
                classes="slip-line",
            )

    def text(self) -> str:
        """Return the slip as plain text, to be pasted and printed."""
        lines = [self._title.upper(), ""]
        lines += [f"{label + ':':<20} {said}" for label, said in self._lines]
        return "\n".join(lines) + "\n"

    def on_answer_given(self, event: Answer.Given) -> None:
        """Copy or close."""
        if event.answer.id == "copy":
            self.app.copy_to_clipboard(self.text())
            self.query_one("#copied", Static).update(_("Copied; it can be pasted anywhere."))
        else:
            self.dismiss()

    def action_scroll(self, lines: int) -> None:
        """Show what lies below or above."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_back(self) -> None:
        """Close."""
        self.dismiss()
