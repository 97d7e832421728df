"""What all places have in common: the frame around them."""

from __future__ import annotations

from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen

from ntm_tui.locale import N_
from ntm_tui.tui.app import Desk
from ntm_tui.tui.places import Spot
from ntm_tui.tui.widgets.frame import Header, Hints, MessageLine, Office, PlaceBar, Said


class Place(Screen[None]):
    """A place of the desk. A subclass gives :meth:`body`, ``EXPLANATION`` and its bindings."""

    EXPLANATION: ClassVar[str] = N_("There is no help for this place yet.")
    unsaved = False
    """Whether something typed here would be lost by quitting."""

    def __init__(self, spot: Spot) -> None:
        super().__init__()
        self.spot = spot

    @property
    def desk(self) -> Desk:
        """The app, as what it is."""
        return cast(Desk, self.app)

    def compose(self) -> ComposeResult:
        """Lay the frame around the body."""
        yield Header(id="header")
        yield PlaceBar(self.desk.places, self.spot)
        with Vertical(id="body"):
            yield from self.body()
        yield MessageLine(id="message")
        yield Hints(id="hints")

    def body(self) -> ComposeResult:
        """Yield what stands inside the frame."""
        yield from ()

    def on_mount(self) -> None:
        """Show what the app knows now and whatever it learns later."""
        self.watch(self.app, "office", self._show_office)
        self.watch(self.app, "said", self._show_said)

    def _show_office(self, office: Office) -> None:
        self.query_one(Header).show(office)

    def _show_said(self, said: Said) -> None:
        self.query_one(MessageLine).show(said)
