"""One of a few long texts, one shown at a time: left and right turn over, a note stands below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from ntm_tui.tui.messages import ValueChosen


@dataclass(frozen=True)
class Option:
    """One text to pick: its value, its words and a note that explains it."""

    value: str
    words: str
    note: str = ""


class Picker(Widget, can_focus=True):
    """Shows ``‹ words › 2/5``; :attr:`value` is the value of the option shown."""

    DEFAULT_CSS = """
    Picker {
        height: auto; background: $surface; color: $foreground;
        border-left: solid $border-blurred; border-right: solid $border-blurred;
        &:focus {
            background: $panel; border-left: solid $primary; border-right: solid $primary;
        }
    }
    """
    value: reactive[str] = reactive("")

    def __init__(
        self, options: Sequence[Option], value: str = "", *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._options = tuple(options)
        known = [one.value for one in self._options]
        self.set_reactive(Picker.value, value if value in known else known[0])

    @property
    def _at(self) -> int:
        return [one.value for one in self._options].index(self.value)

    @property
    def note(self) -> str:
        """The note of the option shown."""
        return self._options[self._at].note

    def _text(self) -> Text:
        words = Text(self._options[self._at].words, "bold" if self.has_focus else "")
        if len(self._options) == 1:
            return words
        count = f" › {self._at + 1}/{len(self._options)}"
        return Text("‹ ").append_text(words).append(count)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the lines that the text takes up."""
        return len(self._text().wrap(self.app.console, max(width, 1)))

    def render(self) -> Text:
        """Draw the option shown."""
        return self._text()

    def on_key(self, event: events.Key) -> None:
        """Turn over; leave every other key to the form."""
        step = {"left": -1, "right": 1, "space": 1}.get(event.key)
        if step is None:
            return
        event.stop()
        self._turn(step)

    def on_click(self) -> None:
        """Turn over."""
        self._turn(1)

    def _turn(self, step: int) -> None:
        self.value = self._options[(self._at + step) % len(self._options)].value
        self.refresh(layout=True)
        self.post_message(ValueChosen(self.value))
