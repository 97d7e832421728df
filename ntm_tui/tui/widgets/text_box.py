"""The one text area of the app: several lines of text that survive Vietnamese input methods.

The twin of :mod:`ntm_tui.tui.widgets.text_field`; no other part of the app may use Textual's
``TextArea``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events
from textual.actions import SkipAction
from textual.widgets import TextArea

from ntm_tui.model.vietnamese import nfc
from ntm_tui.tui.widgets.typed import EDITS, call, pasted_text, typed_text

_EDITS: Mapping[str, str] = {
    **EDITS,
    "up": "cursor_up",
    "down": "cursor_down",
    "shift+up": "cursor_up(True)",
    "shift+down": "cursor_down(True)",
    "pageup": "cursor_page_up",
    "pagedown": "cursor_page_down",
    "enter": "new_line",
}


class TextBox(TextArea, inherit_bindings=False):
    """Several lines of text. Read them through :attr:`text_value`, which is NFC."""

    BINDINGS: ClassVar = []  # none: every key is taken in _on_key, in its turn
    DEFAULT_CSS = """
    TextBox {
        height: 4; padding: 0; scrollbar-size: 1 1;
        border: none; border-left: solid $border-blurred; border-right: solid $border-blurred;
        background: $surface; color: $foreground;
        &:focus {
            border: none; border-left: solid $primary; border-right: solid $primary;
            background: $panel; background-tint: transparent;
        }
        & .text-area--cursor-line { background: transparent; }
    }
    """

    def __init__(
        self, text: str = "", *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(
            text,
            tab_behavior="focus",
            soft_wrap=True,
            highlight_cursor_line=False,
            id=id,
            classes=classes,
        )

    @property
    def text_value(self) -> str:
        """The text in NFC, as everything outside this area should read it."""
        return nfc(self.text)

    def keeps(self, event: events.Event) -> bool:
        """Return whether ``event`` only edits the text here."""
        if isinstance(event, events.Paste):
            return True
        if not isinstance(event, events.Key):
            return False
        return event.key in _EDITS or typed_text(event) is not None

    async def _on_key(self, event: events.Key) -> None:
        text = typed_text(event)
        edit = _EDITS.get(event.key)
        event.prevent_default()
        if text is None and edit is None:
            return  # Tab, Escape, function keys: for the form and the app
        self._restart_blink()
        try:
            if text is not None:
                self._replace_via_keyboard(text, *self.selection)
            elif edit is not None:
                name, arguments = call(edit)
                getattr(self, name)(*arguments)
        except SkipAction:
            return
        event.stop()

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        text = pasted_text(event.text, lines=True)
        if result := self._replace_via_keyboard(text, *self.selection):
            self.move_cursor(result.end_location)

    def _on_blur(self, event: events.Blur) -> None:
        if self.text_value != self.text:
            row, column = self.cursor_location
            column = len(nfc(self.document.get_line(row)[:column]))
            self.replace(self.text_value, (0, 0), self.document.end)
            self.move_cursor((row, column))

    def action_new_line(self) -> None:
        """Break the line."""
        self._replace_via_keyboard("\n", *self.selection)

    def action_to_line_start(self, select: bool = False) -> None:
        """Go to the start of the line."""
        self.action_cursor_line_start(select)

    def action_to_line_end(self, select: bool = False) -> None:
        """Go to the end of the line."""
        self.action_cursor_line_end(select)

    def action_to_word_before(self) -> None:
        """Go one word back."""
        self.action_cursor_word_left()

    def action_to_word_after(self) -> None:
        """Go one word on."""
        self.action_cursor_word_right()

    def action_delete_word_back(self) -> None:
        """Delete to the start of the word."""
        self.action_delete_word_left()

    def action_delete_word_on(self) -> None:
        """Delete to the start of the next word."""
        self.action_delete_word_right()
