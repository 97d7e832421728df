"""One of a few values on one line: arrows move, a digit takes it at once, Delete clears it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from ntm_tui.tui.messages import ValueChosen


class Choice(Widget, can_focus=True):
    """Shows ``1 Yes  [2 No]``; :attr:`value` is the stored form, "" when nothing is chosen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--chosen"}
    DEFAULT_CSS = """
    Choice {
        height: auto; background: $surface; color: $foreground;
        border-left: solid $border-blurred; border-right: solid $border-blurred;
        &:focus {
            background: $panel; border-left: solid $primary; border-right: solid $primary;
        }
        &:focus > .choice--chosen {
            background: $block-cursor-background; color: $block-cursor-foreground;
        }
        & > .choice--chosen { text-style: bold; }
    }
    """
    value: reactive[str] = reactive("")

    def __init__(self, words: Mapping[str, str], value: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words = dict(words)
        self.set_reactive(Choice.value, value)

    def _pieces(self) -> list[tuple[str, bool]]:
        return [
            (
                f"[{number} {word}]" if value == self.value else f" {number} {word} ",
                value == self.value,
            )
            for number, (value, word) in enumerate(self._words.items(), 1)
        ]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the lines that the values take up."""
        return self._lines(width).plain.count("\n") + 1

    def render(self) -> Text:
        """Draw the values, the chosen one in brackets."""
        return self._lines(self.content_size.width)

    def _lines(self, width: int) -> Text:
        text, used = Text(no_wrap=True), 0
        chosen = self.get_component_rich_style("choice--chosen", partial=True)
        for piece, is_chosen in self._pieces():
            if used and used + len(piece) > width:
                text.append("\n")
                used = 0
            text.append(piece, chosen if is_chosen else "")
            used += len(piece)
        return text

    def on_key(self, event: events.Key) -> None:
        """Choose; leave every other key to the form."""
        values = list(self._words)
        at = values.index(self.value) if self.value in values else -1
        if event.key in ("left", "right", "space") and values:
            step = -1 if event.key == "left" else 1
            self.value = values[(max(at, 0) + step if at >= 0 else 0) % len(values)]
        elif event.key.isdecimal() and 0 < int(event.key) <= len(values):
            self.value = values[int(event.key) - 1]
        elif event.key in ("delete", "backspace"):
            self.value = ""
        else:
            return
        event.stop()
        self.post_message(ValueChosen(self.value))

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked, on the first line."""
        at = 0
        for value, (piece, _chosen) in zip(self._words, self._pieces(), strict=True):
            at += len(piece)
            if event.y == 0 and event.x < at:
                self.value = value
                self.post_message(ValueChosen(value))
                return
