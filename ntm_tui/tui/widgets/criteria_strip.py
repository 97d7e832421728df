"""The strip of criteria: number, symbol and colour for each, and what the symbols mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.reactive import var
from textual.widget import Widget

from ntm_tui.locale import translate as _
from ntm_tui.model.verdicts import Verdict
from ntm_tui.tui.marks import NAMES, SYMBOLS, TONES
from ntm_tui.tui.messages import CriterionChosen


class CriteriaStrip(Widget, can_focus=True):
    """Criteria in their order. Arrows choose one, Enter posts :class:`CriterionChosen`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "strip--success",
        "strip--warning",
        "strip--error",
        "strip--muted",
        "strip--plain",
        "strip--cursor",
    }
    DEFAULT_CSS = """
    CriteriaStrip {
        height: auto;
        & > .strip--success { color: $success; text-style: bold; }
        & > .strip--warning { color: $warning; text-style: bold; }
        & > .strip--error { color: $error; text-style: bold; }
        & > .strip--muted { color: $text-muted; }
        & > .strip--plain { color: $foreground; }
        & > .strip--cursor {
            background: $block-cursor-background; color: $block-cursor-foreground;
        }
    }
    """
    cursor: var[int] = var(0)

    def __init__(
        self, criteria: Sequence[tuple[str, Verdict]] = (), *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._criteria = tuple(criteria)

    def show(self, criteria: Sequence[tuple[str, Verdict]]) -> None:
        """Show these criteria: code and verdict each."""
        self._criteria = tuple(criteria)
        self.cursor = min(self.cursor, max(len(self._criteria) - 1, 0))
        self.refresh(layout=True)

    @property
    def _cell(self) -> int:
        return max((len(code) for code, _verdict in self._criteria), default=1) + 2

    def _per_line(self, width: int) -> int:
        return max(min(width // self._cell, len(self._criteria)), 1)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the lines needed: the criteria, then the legend."""
        lines = -(-len(self._criteria) // self._per_line(width))
        return lines + self._legend(width).plain.count("\n") + 1

    def render(self) -> Text:
        """Draw criteria and legend."""
        width = self.content_size.width
        per_line = self._per_line(width)
        text = Text(no_wrap=True)
        for index, (code, verdict) in enumerate(self._criteria):
            if index and index % per_line == 0:
                text.append("\n")
            here = self.has_focus and index == self.cursor
            name = "cursor" if here else TONES[verdict]
            style = self.get_component_rich_style(f"strip--{name}")
            text.append(f"{code:>{self._cell - 2}}{SYMBOLS[verdict]}", style).append(" ")
        return text.append("\n").append_text(self._legend(width))

    def _legend(self, width: int) -> Text:
        counts = Counter(verdict for _code, verdict in self._criteria)
        text, used = Text(no_wrap=True), 0
        for verdict in Verdict:
            words = f" {SYMBOLS[verdict]} {_(NAMES[verdict])} {counts[verdict]} "
            if used and used + len(words) > width:
                text.append("\n")
                used = 0
            style = self.get_component_rich_style(f"strip--{TONES[verdict]}")
            text.append(words, style)
            used += len(words)
        return text

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.refresh()

    def on_key(self, event: events.Key) -> None:
        """Move along the strip, open a criterion."""
        steps = {"left": -1, "right": 1}
        if event.key in steps:
            self.cursor = (self.cursor + steps[event.key]) % max(len(self._criteria), 1)
        elif event.key == "enter" and self._criteria:
            self.post_message(CriterionChosen(self._criteria[self.cursor][0]))
        else:
            return
        event.stop()
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Open the criterion that was clicked."""
        index = event.y * self._per_line(self.content_size.width) + event.x // self._cell
        if index < len(self._criteria):
            self.cursor = index
            self.post_message(CriterionChosen(self._criteria[index][0]))
