"""Overview: where we stand, what is due, what came back. The first thing on the screen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from ntm_tui.locale import N_
from ntm_tui.locale import translate as _
from ntm_tui.tui.screens.place import Place


class Home(Place):
    """The first place."""

    EXPLANATION = N_("The overview shows where the unit stands and what has to be done next.")

    def body(self) -> ComposeResult:
        """Say that there is nothing yet."""
        yield Static(_("No ledger is open."), id="empty")
