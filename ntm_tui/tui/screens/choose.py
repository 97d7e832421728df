"""Choose one of many by typing part of it, without marks: the palette and the list of places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from ntm_tui.locale import translate as _
from ntm_tui.tui.actions import ACTIONS, bindings, spoken_keys
from ntm_tui.tui.messages import RowOpened
from ntm_tui.tui.widgets.filter_table import Column, FilterTable, Row

if TYPE_CHECKING:
    from ntm_tui.tui.app import Desk


def command_rows(names: Iterable[str]) -> list[Row]:
    """Return a row for each action that makes sense to choose from a list."""
    return [
        Row(f"action:{name}", (_(ACTIONS[name].label), spoken_keys(ACTIONS[name])),
            words=_(ACTIONS[name].help))
        for name in names
        if name not in ("palette", "back")
    ]  # fmt: skip


def place_rows(desk: Desk) -> list[Row]:
    """Return a row for each place."""
    return [
        Row(f"place:{spot.id}", (_(spot.label), _("Here") if spot == desk.spot else ""))
        for spot in desk.places
    ]


class Choose(ModalScreen[str | None]):
    """A filtered list; the result is the key of the chosen row, ``None`` for Esc."""

    CSS_PATH = "choose.tcss"
    BINDINGS: ClassVar = bindings("back")

    def __init__(self, title: str, rows: Sequence[Row], columns: Sequence[Column] = ()) -> None:
        super().__init__()
        self._title, self._rows = title, rows
        self._columns = columns or (Column(""), Column("", 16, right=True))

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical(classes="dialog") as box:
            box.border_title = self._title
            box.border_subtitle = _("Enter chooses, Esc closes")
            yield FilterTable(self._columns, self._rows)

    def on_row_opened(self, event: RowOpened) -> None:
        """Close with the chosen row."""
        event.stop()
        self.dismiss(event.key)

    def action_back(self) -> None:
        """Close; the list has cleared its filter first."""
        self.dismiss(None)
