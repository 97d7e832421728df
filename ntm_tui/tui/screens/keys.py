"""Help: every key, from the one table of actions."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult

from ntm_tui.locale import N_
from ntm_tui.locale import translate as _
from ntm_tui.tui.actions import ACTIONS, spoken_keys
from ntm_tui.tui.screens.place import Place
from ntm_tui.tui.widgets.filter_table import Column, FilterTable, Row


class Keys(Place):
    """All keys, to be searched."""

    EXPLANATION: ClassVar[str] = N_("All keys. Type part of a word to find the one you need.")

    def body(self) -> ComposeResult:
        """List the actions."""
        columns = (Column(_("Key"), 14), Column(_("Action"), 14), Column(_("What it does")))
        rows = [
            Row(name, (spoken_keys(one), _(one.label), _(one.help)), words=_(one.where))
            for name, one in ACTIONS.items()
        ]
        yield FilterTable(columns, rows)
