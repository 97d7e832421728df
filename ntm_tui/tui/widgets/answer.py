"""A button in plain characters: ``[ Save ]``; Enter or Space gives it."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget


class Answer(Widget, can_focus=True):
    """One answer of a dialog. Posts :class:`Answer.Given`."""

    DEFAULT_CSS = """
    Answer {
        width: auto; height: 1;
        &:focus { background: $block-cursor-background; color: $block-cursor-foreground; }
    }
    """

    @dataclass
    class Given(Message):
        """The answer was given."""

        answer: Answer

    def __init__(self, label: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._label = label

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Return the width of the label in its brackets."""
        return len(self._label) + 4

    def render(self) -> Text:
        """Draw the label in brackets."""
        return Text(f"[ {self._label} ]", "bold" if self.has_focus else "", no_wrap=True)

    def on_key(self, event: events.Key) -> None:
        """Give the answer."""
        if event.key in ("enter", "space"):
            event.stop()
            self.post_message(self.Given(self))

    def on_click(self) -> None:
        """Give the answer."""
        self.post_message(self.Given(self))
