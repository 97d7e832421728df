"""The desk: the frame, the way between places, what concerns the whole app.

Made by :func:`make_desk`, for users and tests alike. Nothing that is not needed for the first
frame is imported here: no ledger, no reports, no calendars, no dialogs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import ActiveBinding
from textual.scrollbar import ScrollBar, ScrollBarRender

from ntm_tui.config import Config, config_file
from ntm_tui.locale import set_language
from ntm_tui.locale import translate as _
from ntm_tui.tui.actions import ACTIONS, bindings
from ntm_tui.tui.ledger_app import LedgerApp
from ntm_tui.tui.messages import LedgerChanged
from ntm_tui.tui.places import PLACES, Spot, open_place
from ntm_tui.tui.session import Session, system_time
from ntm_tui.tui.themes import THEMES
from ntm_tui.tui.widgets.frame import Office

if TYPE_CHECKING:
    from ntm_tui.tui.screens.place import Place


class _PlainScrollBar(ScrollBarRender):
    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8  # old consoles lack the eighth blocks
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8


class Desk(LedgerApp, inherit_bindings=False):
    """The app. Screens reach it as ``desk``; workers answer it with messages."""

    CSS_PATH: ClassVar = ["theme.tcss", "screens/home.tcss"]  # a default screen loads none itself
    TITLE = "ntm"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar = bindings(
        "help", "go", "previous", "next", "palette", "copy", "back", "quit"
    )

    def __init__(
        self,
        config: Config,
        *,
        config_path: Path | None = None,
        office: Office | None = None,
        places: tuple[Spot, ...] = PLACES,
        session: Session | None = None,
    ) -> None:
        super().__init__(session, places)
        self.config, self.config_path = config, config_path
        self._visited: dict[str, Place] = {}
        self._copied = ""
        ScrollBar.renderer = _PlainScrollBar
        self.animation_level = "none"  # a weak laptop shows the end at once
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = config.theme
        self.set_reactive(Desk.office, office or Office())

    # -- places ---------------------------------------------------------------------------------

    def get_default_screen(self) -> Place:
        """Return the first place, so that the first frame already shows it."""
        return self._place(self.places[0])

    def _place(self, spot: Spot) -> Place:
        if spot.id not in self._visited:
            self._visited[spot.id] = open_place(spot)
            self.install_screen(self._visited[spot.id], spot.id)
        return self._visited[spot.id]

    @property
    def spot(self) -> Spot:
        """The place we are in, under whatever dialogs."""
        shown = {id(screen): index for index, screen in enumerate(self.screen_stack)}
        depth = {name: shown.get(id(place), -1) for name, place in self._visited.items()}
        return max(self.places, key=lambda spot: depth.get(spot.id, -1))

    async def go_to(self, place: str, where: str = "") -> None:
        """Show the place with the id ``place``, if there is one; not while a dialog is in front.

        ``where`` says to the place what to show first (:meth:`Place.arrive`). The first place
        always lies under the others, so that it is there at once on Esc.
        """
        here, first = self.spot, self.places[0]
        target = next((spot for spot in self.places if spot.id == place), here)
        if target == here or self.screen is not self._visited[here.id]:
            return
        if where:
            self._place(target).arrive(where)
        self.say("")
        if target == first:
            await self.pop_screen()
        elif here == first:
            await self.push_screen(self._place(target))
        else:
            await self.switch_screen(self._place(target))

    async def action_next(self) -> None:
        """Go to the place after this one."""
        await self._step(1)

    async def action_previous(self) -> None:
        """Go to the place before this one."""
        await self._step(-1)

    async def _step(self, by: int) -> None:
        index = self.places.index(self.spot) + by
        await self.go_to(self.places[index % len(self.places)].id)

    async def action_back(self) -> None:
        """Go back to the first place; never quit."""
        if self.spot == self.places[0]:
            self.say(_("Ctrl+Q quits."))
        await self.go_to(self.places[0].id)

    # -- help, commands, quitting ---------------------------------------------------------------

    def available(self) -> dict[str, ActiveBinding]:
        """Return the actions that can be run now, by id."""
        found = {one.binding.id: one for one in self.screen.active_bindings.values() if one.enabled}
        return {name: found[name] for name in ACTIONS if name in found}

    async def action_help(self) -> None:
        """Explain the place, the field and the keys."""
        from ntm_tui.tui.screens.explain import Explain, explanation

        if not isinstance(self.screen, Explain):
            await self.push_screen(Explain(explanation(self)))

    async def action_go(self) -> None:
        """Choose a place from a list."""
        from ntm_tui.tui.screens.choose import Choose, place_rows

        await self.push_screen(Choose(_("Go to"), place_rows(self)), self._run_chosen)

    async def action_palette(self) -> None:
        """Choose any command or place from a list."""
        from ntm_tui.tui.screens.choose import Choose, command_rows, place_rows

        self._offered = self.available()
        rows = [*command_rows(self._offered), *place_rows(self)]
        await self.push_screen(Choose(_("Commands"), rows), self._run_chosen)

    async def _run_chosen(self, chosen: str | None) -> None:
        kind, _colon, name = (chosen or "").partition(":")
        if kind == "place":
            await self.go_to(name)
        elif kind == "action":
            offered = self._offered[name]
            await self.run_action(offered.binding.action, offered.node)

    @property
    def unsaved(self) -> bool:
        """Whether any screen holds something that was typed and not saved."""
        return any(getattr(screen, "unsaved", False) for screen in self.screen_stack)

    def _kept(self) -> str:
        """Say so if everything unsaved is kept as a draft."""
        unsaved = [one for one in self.screen_stack if getattr(one, "unsaved", False)]
        if all(getattr(one, "keeps_drafts", False) for one in unsaved):
            return _("What stands in the form is kept and offered again at the next start.")
        return ""

    async def action_quit(self) -> None:
        """Quit; ask first if something typed would be lost."""
        if not self.unsaved:
            self.exit()
            return
        from ntm_tui.tui.screens.confirm import Confirm

        question = Confirm(
            _("There is something typed that was not saved. Quit all the same?"),
            detail=self._kept(),
            yes=_("Quit without saving"),
            no=_("Stay here"),
        )
        await self.push_screen(question, lambda sure: self.exit() if sure else None)

    # -- clipboard ------------------------------------------------------------------------------

    @property
    def clipboard(self) -> str:
        """What was last copied here."""
        return self._copied

    def action_copy(self) -> None:
        """Copy what is marked on the screen."""
        self.screen.action_copy_text()

    def copy_to_clipboard(self, text: str) -> None:
        """Copy to the system's clipboard, else ask the terminal to (OSC 52)."""
        self._copied = text
        self.run_worker(lambda: self._copy_outside(text), thread=True, group="clipboard")

    def _copy_outside(self, text: str) -> None:
        from ntm_tui.tui.clipboard import system_copy

        if not system_copy(text):
            self.call_from_thread(super().copy_to_clipboard, text)


def make_desk(
    config: Config,
    *,
    config_path: Path | None = None,
    office: Office | None = None,
    places: tuple[Spot, ...] = PLACES,
    ledger_path: Path | None = None,
    now: Callable[[], datetime] = system_time,
) -> Desk:
    """Return the desk, ready to ``run(mouse=config.mouse)``.

    It opens the ledger at ``ledger_path`` after its first frame, or starts one there; the keys
    lie beside the settings file. Without a path it stays without a ledger.
    """
    set_language(config.language)
    session = None
    if ledger_path is not None:
        session = Session(ledger_path, (config_path or config_file()).parent, now)
    desk = Desk(config, config_path=config_path, office=office, places=places, session=session)
    if session is not None:
        session.on_change = lambda: desk.post_message(LedgerChanged())
    return desk


def run(
    ledger_path: Path,
    config: Config,
    config_path: Path | None = None,
    now: Callable[[], datetime] = system_time,
) -> int:
    """Open the desk on the ledger at ``ledger_path`` (none yet: its wizard) until it is left.

    Returns the exit code for the command line.
    """
    desk = make_desk(config, config_path=config_path, ledger_path=ledger_path, now=now)
    desk.run(mouse=config.mouse)
    return desk.return_code or 0
