"""The one text field of the app: a line of text that survives Vietnamese input methods.

It runs its own keys inside its own queue, in order with the letters; see ``docs/text-entry.md``.
No other part of the app may use Textual's ``Input``.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual import events
from textual.actions import SkipAction
from textual.widgets import Input

from ntm_tui.model.vietnamese import nfc
from ntm_tui.tui.widgets.typed import EDITS, TYPING, call, pasted_text, typed_text

MAX_UNDO = 200


class _State(NamedTuple):
    value: str
    cursor: int


class TextField(Input, inherit_bindings=False):
    """A line of text. Read it through :attr:`text_value`, which is NFC."""

    BINDINGS: ClassVar = []  # none: every key is taken in _on_key, in its turn
    DEFAULT_CSS = """
    TextField {
        height: 1; padding: 0;
        border: none; border-left: solid $border-blurred; border-right: solid $border-blurred;
        background: $surface; color: $foreground;
        &:focus {
            border: none; border-left: solid $primary; border-right: solid $primary;
            background: $panel; background-tint: transparent;
        }
    }
    """

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        max_length: int = 0,
        select_on_focus: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(
            value,
            placeholder,
            max_length=max_length,
            select_on_focus=select_on_focus,
            id=id,
            classes=classes,
        )
        self._past: list[_State] = []
        self._future: list[_State] = []
        self._joins = False
        self._was_typing = False

    @property
    def text_value(self) -> str:
        """The text in NFC, as everything outside this field should read it."""
        return nfc(self.value)

    def keeps(self, event: events.Event) -> bool:
        """Return whether ``event`` only edits the text here."""
        if isinstance(event, events.Paste):
            return True
        if not isinstance(event, events.Key):
            return False
        return event.key in EDITS or typed_text(event) is not None

    async def _on_key(self, event: events.Key) -> None:
        text = typed_text(event)
        edit = "submit" if event.key == "enter" else EDITS.get(event.key)
        if text is None and edit is None:
            return  # Tab, arrows up and down, function keys: for the form and the app
        event.prevent_default()
        self._restart_blink()
        self._begin(typing=text is not None or event.key in TYPING)
        try:
            if text is not None:
                self.replace(text, *self.selection)
            elif edit is not None:
                await self._run(edit)
        except SkipAction:
            return
        self._was_typing = self._was_typing and not (text or "").isspace()
        event.stop()

    async def _run(self, edit: str) -> None:
        if edit == "submit":
            self._settle_form()
            await self.action_submit()
            return
        name, arguments = call(edit)
        getattr(self, name)(*arguments)

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self._begin(typing=self._was_typing)  # some input methods compose by pasting
        self.replace(pasted_text(event.text, lines=False), *self.selection)

    def _on_blur(self, event: events.Blur) -> None:
        self._settle_form()

    def _settle_form(self) -> None:
        """Bring the text into NFC, now that nobody is composing in it."""
        if (settled := self.text_value) != self.value:
            behind = len(nfc(self.value[: self.cursor_position]))
            self.value = settled
            self.cursor_position = behind

    def _begin(self, *, typing: bool) -> None:
        self._joins = typing and self._was_typing
        self._was_typing = typing

    def replace(self, text: str, start: int, end: int) -> None:
        """Replace the text between two positions and remember how it was."""
        before = _State(self.value, self.cursor_position)
        super().replace(text, start, end)
        if self.value == before.value:
            return
        self._future.clear()
        if not self._joins:
            self._past = [*self._past[-MAX_UNDO:], before]
        self._joins = True

    def action_undo(self) -> None:
        """Take back the last word typed or the last deletion."""
        self._travel(self._past, self._future)

    def action_redo(self) -> None:
        """Put back what undo took."""
        self._travel(self._future, self._past)

    def _travel(self, source: list[_State], target: list[_State]) -> None:
        if not source:
            raise SkipAction  # nothing of this field is left: the key is for the data
        target.append(_State(self.value, self.cursor_position))
        self.value, self.cursor_position = source.pop()

    def action_to_line_start(self, select: bool = False) -> None:
        """Go to the start."""
        self.action_home(select)

    def action_to_line_end(self, select: bool = False) -> None:
        """Go to the end."""
        self.action_end(select)

    def action_to_word_before(self) -> None:
        """Go one word back."""
        self.action_cursor_left_word()

    def action_to_word_after(self) -> None:
        """Go one word on."""
        self.action_cursor_right_word()

    def action_delete_word_back(self) -> None:
        """Delete to the start of the word."""
        self.action_delete_left_word()

    def action_delete_word_on(self) -> None:
        """Delete to the start of the next word."""
        self.action_delete_right_word()
