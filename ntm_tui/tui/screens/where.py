"""Where to: a folder or file, typed, pasted or picked from the drives that are in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from ntm_tui.locale import translate as _
from ntm_tui.model.faults import Refusal
from ntm_tui.tui.actions import bindings
from ntm_tui.tui.app import Desk
from ntm_tui.tui.messages import RowOpened
from ntm_tui.tui.widgets.answer import Answer
from ntm_tui.tui.widgets.choice import Choice
from ntm_tui.tui.widgets.filter_table import Row
from ntm_tui.tui.widgets.path_field import PathField, existing
from ntm_tui.tui.widgets.pick_list import PickList


@dataclass(frozen=True)
class Where:
    """What was chosen, and the folder it is or lies in; ``full`` to send everything again."""

    path: Path
    folder: Path
    full: bool = False


@dataclass(frozen=True)
class Question:
    """What the dialog says: title, sentences, what the field is, what the answer does."""

    title: str
    lines: Sequence[str]
    field: str
    verb: str
    heed: str = ""
    folder_only: bool = False
    may_be_full: bool = False


def _looked_up(path: Path | None, folder_only: bool) -> Where:
    found = existing(path, folder=folder_only)
    return Where(found, found if found.is_dir() else found.parent)


class WhereDialog(ModalScreen[Where | None]):
    """Asks for a path that is there; the result is ``None`` if it was left."""

    CSS_PATH = "where.tcss"
    AUTO_FOCUS = "#path"
    BINDINGS: ClassVar = [
        *bindings("back", "help", "quit"),
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]

    def __init__(self, question: Question, start: str, drives: Sequence[Row]) -> None:
        super().__init__()
        self._question, self._start, self._drives = question, start, drives
        self.EXPLANATION = " ".join(question.lines)

    def compose(self) -> ComposeResult:
        """Lay out what is asked, the field, the drives and the answers."""
        asked = self._question
        with Vertical(classes="dialog") as box:
            box.border_title = asked.title
            box.border_subtitle = _("Enter goes on, Esc closes")
            for line in asked.lines:
                yield Static(line, classes="line", markup=False)
            if asked.heed:
                yield Static(asked.heed, classes="heed", markup=False)
            yield Static(asked.field, classes="ask", markup=False)
            yield PathField(self._start, id="path", select_on_focus=False)
            if self._drives:
                yield Static(_("Drives and folders at hand"), classes="ask", markup=False)
                yield PickList(id="drives")
            if asked.may_be_full:
                yield Static(_("What goes"), classes="ask", markup=False)
                yield Choice(
                    {"": _("what is not acknowledged yet"), "1": _("everything")}, id="full"
                )
            yield Static(id="problem", markup=False)
            with Horizontal(id="answers"):
                yield Answer(asked.verb, id="go")
                yield Answer(_("Close"), id="close")

    def on_mount(self) -> None:
        """Show the drives."""
        if self._drives:
            self.query_one("#drives", PickList).put(self._drives)

    def on_row_opened(self, event: RowOpened) -> None:
        """Take the drive into the field."""
        event.stop()
        field = self.query_one("#path", PathField)
        field.value = event.key
        field.focus()
        field.cursor_position = len(field.value)

    def on_input_submitted(self, event: PathField.Submitted) -> None:
        """Enter in the field goes on."""
        event.stop()
        self._go_on()

    def on_answer_given(self, event: Answer.Given) -> None:
        """Go on or close."""
        if event.answer.id == "go":
            self._go_on()
        else:
            self.dismiss(None)

    def _go_on(self) -> None:
        path = self.query_one("#path", PathField).path
        release = cast(Desk, self.app).hold_input()

        async def look() -> None:
            try:
                folder = self._question.folder_only
                found = await asyncio.to_thread(_looked_up, path, folder)
            except Refusal as refusal:
                self.query_one("#problem", Static).update(refusal.sentence())
            except OSError as error:
                self.query_one("#problem", Static).update(error.strerror or str(error))
            else:
                self.dismiss(replace(found, full=self._full))
            finally:
                release()

        self.run_worker(look(), exclusive=True)

    @property
    def _full(self) -> bool:
        return self._question.may_be_full and self.query_one("#full", Choice).value == "1"

    def action_back(self) -> None:
        """Close."""
        self.dismiss(None)

    async def action_help(self) -> None:
        """Explain the field."""
        await self.app.run_action("app.help")

    async def action_quit(self) -> None:
        """Quit, after asking."""
        await self.app.run_action("app.quit")
