"""A place whose jobs are conversations: one dialog after another, every key in its turn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Generic, TypeVar

from textual.screen import Screen

from ntm_tui.locale import translate as _
from ntm_tui.model.faults import Refusal
from ntm_tui.tui.screens.place import LedgerPlace
from ntm_tui.tui.screens.progress import Outcome, Progress, Running
from ntm_tui.tui.screens.where import Question, Where, WhereDialog
from ntm_tui.tui.session import Session
from ntm_tui.tui.widgets.filter_table import Row

R = TypeVar("R")
T = TypeVar("T")


class Talking(LedgerPlace[T], Generic[T]):
    """Runs one conversation at a time; what is typed between two dialogs waits for the next."""

    _talking = False
    _folder = ""

    def converse(self, job: Callable[[], Coroutine[None, None, None]]) -> None:
        """Start a conversation, unless one is going on; a refusal is said in the message line."""
        if self._talking:
            return
        self._talking = True
        self._release = self.desk.hold_input()
        self.run_worker(self._held(job), group="conversation")

    async def _held(self, job: Callable[[], Coroutine[None, None, None]]) -> None:
        try:
            await job()
        except Refusal as refusal:
            self.desk.say(str(refusal), "problem")
        finally:
            self._talking = False
            self._release()

    @property
    def session(self) -> Session:
        """The door to the ledger."""
        assert self.desk.session is not None
        return self.desk.session

    async def shown(self, screen: Screen[R]) -> R | None:
        """Show a dialog and return its result; keys typed before it came go into it."""
        result = self.app.push_screen(screen, wait_for_dismiss=True)
        screen.call_after_refresh(self._release)
        found = await result
        self._release = self.desk.hold_input()
        return found

    async def run_long(self, title: str, work: Callable[[Progress], R]) -> R | None:
        """Do long work behind a bar; ``None`` if it was cancelled. Raises :class:`Refusal`."""
        outcome: Outcome[R] | None = await self.shown(Running(title, work))
        assert outcome is not None
        if outcome.refusal is not None:
            raise outcome.refusal
        if outcome.cancelled:
            self.desk.say(_("Cancelled; nothing was left half done."))
        return outcome.result

    async def where(self, question: Question) -> Where | None:
        """Ask for a path that is there; the drives at hand and the last folder are proposed."""
        from ntm_tui.exchange.drives import removable_drives  # when asked
        from ntm_tui.tui.facts.sending import size_text  # when asked

        drives = await asyncio.to_thread(removable_drives)
        rows = []
        for one in drives:
            free = _("{size} free").format(size=size_text(one.free)) if one.free >= 0 else ""
            rows.append(Row(str(one.path), (f"{one.label}  {one.path}", free)))
        named = self.desk.config.exchange_folder
        rows += [Row(named, (named, _("from the settings")))] if named else []
        start = self._folder or named or (str(drives[0].path) if drives else str(Path.home()))
        where = await self.shown(WhereDialog(question, start, rows))
        if where is not None:
            self._folder = str(where.folder)
        return where
