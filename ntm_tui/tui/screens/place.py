"""What all places have in common: the frame around them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen

from ntm_tui.locale import N_
from ntm_tui.model.faults import Refusal
from ntm_tui.tui.actions import bindings
from ntm_tui.tui.app import Desk
from ntm_tui.tui.places import Spot
from ntm_tui.tui.widgets.frame import Header, Hints, MessageLine, Office, PlaceBar, Said

if TYPE_CHECKING:
    from ntm_tui.ledger.ledger import Ledger

T = TypeVar("T")


class Place(Screen[None]):
    """A place of the desk. A subclass gives :meth:`body`, ``EXPLANATION`` and its bindings."""

    EXPLANATION: ClassVar[str] = N_("There is no help for this place yet.")
    unsaved = False
    """Whether something typed here would be lost by quitting."""

    def __init__(self, spot: Spot) -> None:
        super().__init__()
        self.VERTICAL_BREAKPOINTS = [(0, "-short"), (36, "-tall")]
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
        self.watch(self.app, "places", self._show_places, init=False)

    def arrive(self, where: str) -> None:
        """Show ``where`` of this place first; called just before it comes to the front."""

    def _show_office(self, office: Office) -> None:
        self.query_one(Header).show(office)

    def _show_places(self, places: tuple[Spot, ...]) -> None:
        self.query_one(PlaceBar).show(places)

    def _show_said(self, said: Said) -> None:
        self.query_one(MessageLine).show(said)


class LedgerPlace(Place, Generic[T]):
    """A place that shows what the ledger says, and reads it again whenever it has changed.

    A subclass gives :meth:`look_up` and :meth:`show`. Ctrl+Z and Ctrl+Y outside text fields take
    back and repeat what was recorded.
    """

    BINDINGS: ClassVar = bindings("refresh", "undo", "redo")
    _shown_edition = 0

    def look_up(self, ledger: Ledger, today: date) -> T:
        """Return what this place shows. Runs in the ledger's thread."""
        raise NotImplementedError

    def show(self, facts: T) -> None:
        """Show what was looked up. Runs on the loop."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Read, and read again after every change."""
        super().on_mount()
        self.watch(self.app, "edition", self._keep_up)

    def on_screen_resume(self) -> None:
        """Read what changed while another place was in front."""
        self._keep_up()

    def _keep_up(self) -> None:
        if self.is_current and self._shown_edition != self.desk.edition:
            self._shown_edition = self.desk.edition
            self.action_refresh()

    def action_refresh(self) -> None:
        """Read the ledger again."""
        if self.desk.edition:
            self.run_worker(self._read(), group="reading", exclusive=True)

    async def _read(self) -> None:
        session = self.desk.session
        assert session is not None
        today = session.today
        try:
            facts = await session.ask(lambda ledger: self.look_up(ledger, today))
        except Refusal as refusal:
            self.desk.say(str(refusal), "problem")
        else:
            self.show(facts)

    def action_undo(self) -> None:
        """Take back what was recorded last."""
        from ntm_tui.tui.facts.undoing import undo  # not for the first frame

        self._travel(undo)

    def action_redo(self) -> None:
        """Record again what was taken back last."""
        from ntm_tui.tui.facts.undoing import redo  # not for the first frame

        self._travel(redo)

    def _travel(self, step: Callable[[Ledger], str]) -> None:
        self.run_worker(self._travelled(step), group="undo")

    async def _travelled(self, step: Callable[[Ledger], str]) -> None:
        session = self.desk.session
        if session is None:
            return
        try:
            self.desk.say(await session.change(step), "done")
        except Refusal as refusal:
            self.desk.say(str(refusal), "problem")
