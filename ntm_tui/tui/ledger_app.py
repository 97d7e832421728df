"""The part of the desk that opens the ledger, learns of its changes and speaks of them."""

from __future__ import annotations

from pathlib import Path

from textual.reactive import var

from ntm_tui.locale import translate as _
from ntm_tui.model.faults import Refusal
from ntm_tui.model.vietnamese import shown
from ntm_tui.tui.messages import LedgerChanged
from ntm_tui.tui.ordered_input import OrderedInput
from ntm_tui.tui.places import PLACES, Spot, places_of
from ntm_tui.tui.session import Session
from ntm_tui.tui.widgets.frame import Office, Said


class LedgerApp(OrderedInput, inherit_bindings=False):
    """An app over one ledger, or none; what it knows of it is in reactives for every screen."""

    office: var[Office] = var(Office())
    said: var[Said] = var(Said())
    edition: var[int] = var(0)
    """How often the ledger has changed since it was opened; 0 while none is open."""
    places: var[tuple[Spot, ...]] = var(PLACES)
    door: var[str] = var("")
    """Why no ledger is open yet, in words."""

    def __init__(self, session: Session | None, places: tuple[Spot, ...]) -> None:
        super().__init__()
        self.session = session
        self.set_reactive(LedgerApp.places, places)
        closed = _("Opening the ledger …") if session else _("No ledger is open.")
        self.set_reactive(LedgerApp.door, closed)

    def on_mount(self) -> None:
        """Open the ledger, or start one, once the first frame is on the screen."""
        if self.session is not None:
            self.call_after_refresh(self._begin)

    async def _begin(self) -> None:
        if self.session is not None and not self.session.path.exists():
            await self.start_ledger()
        else:
            self.run_worker(self._open(), group="ledger")

    async def start_ledger(self) -> None:
        """Ask what a new ledger has to know; open it when it was started."""
        from ntm_tui.tui.screens.wizard import Wizard  # only the first start

        if self.session is not None:
            wizard = Wizard(self.session.path, self.session.keys, now=self.session.now)
            await self.push_screen(wizard, self._started)

    def _started(self, path: Path | None) -> None:
        if path is not None and self.session is not None:
            self.session.path = path
            self.run_worker(self._open(), group="ledger")
        else:
            self.door = _("No ledger is open. F2 starts one.")

    async def _open(self) -> None:
        assert self.session is not None
        try:
            opened = await self.session.open()
        except Refusal as refusal:
            self.door = str(refusal)
            self.say(str(refusal), "problem")
            return
        if self.places == PLACES:
            self.places = places_of(PLACES, delegates=opened.delegates)
        if opened.renewed:
            self.say(opened.renewed)
        self.post_message(LedgerChanged())

    async def on_ledger_changed(self) -> None:
        """Let the header and every place read again."""
        self.edition += 1
        self.run_worker(self._ask_office(), group="office", exclusive=True)

    async def _ask_office(self) -> None:
        from ntm_tui.tui.facts.office import office_of  # not for the first frame

        assert self.session is not None
        self.office = await self.session.ask(office_of)

    async def on_unmount(self) -> None:
        """Close the ledger behind what was asked last."""
        if self.session is not None:
            await self.session.close()

    def say(self, text: str, weight: str = "note") -> None:
        """Show a sentence in the message line: ``done``, ``note`` or ``problem``."""
        self.said = Said(shown(text, multiline=True), weight)
