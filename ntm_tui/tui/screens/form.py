"""A record's form in front of a place: F9 saves, Esc asks if something would be lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from ntm_tui.locale import translate as _
from ntm_tui.model.fields import Field, Scalar
from ntm_tui.tui.actions import bindings
from ntm_tui.tui.widgets.frame import Hints
from ntm_tui.tui.widgets.record_form import RecordForm

Values = dict[str, Scalar]


class FormScreen(ModalScreen[Values | None]):
    """Shows a form; the result is the values to save, ``None`` if it was left."""

    CSS_PATH = "form.tcss"
    BINDINGS: ClassVar = [*bindings("save", "back"), *bindings("help", "quit")]

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        values: Mapping[str, Scalar] | None = None,
        *,
        note: str = "",
        words: Mapping[str, str] | None = None,
        lines: Iterable[str] = (),
    ) -> None:
        super().__init__()
        self.VERTICAL_BREAKPOINTS = [(0, "-short"), (36, "-tall")]
        self._title, self._note = title, note
        self.form = RecordForm(fields, values, words=words, lines=lines)

    def compose(self) -> ComposeResult:
        """Lay out note and form."""
        with Vertical(classes="dialog") as box:
            box.border_title = self._title
            if self._note:
                yield Static(self._note, classes="form-note", markup=False)
            yield self.form
            yield Hints()

    @property
    def unsaved(self) -> bool:
        """Whether something typed would be lost."""
        return self.form.unsaved

    def action_save(self) -> None:
        """Close with the values, if every field can be read."""
        values = self.form.values()
        if values is not None:
            self.dismiss(values)

    async def action_back(self) -> None:
        """Leave; ask first if something would be lost."""
        if not self.unsaved:
            self.dismiss(None)
            return
        from ntm_tui.tui.screens.confirm import Confirm

        await self.app.push_screen(
            Confirm(
                _("What you typed here has not been saved. Leave it?"),
                yes=_("Leave without saving"),
                no=_("Go on typing"),
            ),
            self._leave,
        )

    def _leave(self, sure: bool | None) -> None:
        if sure:
            self.dismiss(None)

    async def action_help(self) -> None:
        """Explain the field."""
        await self.app.run_action("app.help")

    async def action_quit(self) -> None:
        """Quit, after asking."""
        await self.app.run_action("app.quit")
