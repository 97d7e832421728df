"""F1: what this place and this field are for, and which keys do something here."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from ntm_tui.locale import translate as _
from ntm_tui.tui.actions import ACTIONS, bindings, spoken_keys

if TYPE_CHECKING:
    from ntm_tui.tui.app import Desk


def explanation(desk: Desk) -> str:
    """Return the help for where the user is now: field first, then place, then keys."""
    parts = []
    focused = desk.focused
    for node in focused.ancestors_with_self if focused is not None else ():
        if said := getattr(node, "explanation", ""):
            parts.append(said)
    parts.append(_(getattr(desk.screen, "EXPLANATION", "")))
    names = [name for name in ACTIONS if name in desk.available()]
    keys = [f"{spoken_keys(ACTIONS[name]):<14} {_(ACTIONS[name].help)}" for name in names]
    return "\n\n".join([*(part for part in parts if part), "\n".join(keys)])


class Explain(ModalScreen[None]):
    """Shows a text until Esc, Enter or F1."""

    CSS_PATH = "explain.tcss"
    BINDINGS: ClassVar = bindings("back", "help")

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        with VerticalScroll(classes="dialog") as box:
            box.border_title = _("Help")
            box.border_subtitle = _("Esc closes")
            yield Static(self._text, markup=False)

    def action_back(self) -> None:
        """Close."""
        self.dismiss()

    def action_help(self) -> None:
        """Close."""
        self.dismiss()
