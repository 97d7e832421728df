"""What frames every place: who and where, the navigation bar, the message line, the key hints."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text
from textual.screen import Screen
from textual.widgets import Static

from ntm_tui.locale import translate as _
from ntm_tui.tui.actions import Action, hints, spoken
from ntm_tui.tui.places import Spot

WIDE = 110
"""Columns from which on the Ctrl twins stand beside the F-keys."""


@dataclass(frozen=True)
class Office:
    """Who sits at this desk, as the header shows it. ``level`` is a text for people already."""

    unit: str = ""
    level: str = ""
    officer: str = ""
    unsent: int = 0


@dataclass(frozen=True)
class Said:
    """A sentence for the message line and its weight: ``done``, ``note`` or ``problem``."""

    text: str = ""
    weight: str = "note"


class Header(Static):
    """Unit, level, officer on the left; what has not been sent yet on the right."""

    def show(self, office: Office) -> None:
        """Show ``office``."""
        self._office = office
        self._draw()

    def on_resize(self) -> None:
        """Keep the right side at the right edge."""
        self._draw()

    def _draw(self) -> None:
        office = getattr(self, "_office", Office())
        unsent = _("Not yet sent: {count}").format(count=office.unsent) if office.unsent else ""
        who = [one for one in (office.unit, office.level, office.officer) if one]
        left = " · ".join(who) or _("New Rural Development ledger")
        room = self.content_size.width - len(unsent)
        line = Text(left, no_wrap=True, overflow="ellipsis")
        line.truncate(max(room - 2, 1), overflow="ellipsis")
        line.pad_right(max(room - line.cell_len, 0))
        self.update(line.append(unsent))


class PlaceBar(Static):
    """The places, the one we are in marked with brackets; slides where the screen is too narrow."""

    def __init__(self, places: tuple[Spot, ...], current: Spot) -> None:
        super().__init__()
        self._places, self._current = places, current

    def show(self, places: tuple[Spot, ...]) -> None:
        """Show these places."""
        self._places = places
        self.update(self._line(self.content_size.width))

    def on_resize(self) -> None:
        """Show as many places as there is room for."""
        self.update(self._line(self.content_size.width))

    def _line(self, width: int) -> Text:
        here = self._places.index(self._current)
        labels = [_(place.label) for place in self._places]
        first = 0
        while first < here and sum(len(one) + 2 for one in labels[first : here + 1]) > width - 4:
            first += 1
        line = Text("‹ " if first else "", no_wrap=True, overflow="crop")
        for index, label in enumerate(labels[first:], first):
            if line.cell_len + len(label) + 4 > width and index > here:
                return line.append("›")
            if index == here:
                line.append(f"[{label}]", "bold reverse")
            else:
                line.append(f" {label} ")
        return line


class MessageLine(Static):
    """One visible sentence for every save and every problem; empty when there is nothing to say."""

    def show(self, said: Said) -> None:
        """Show what was said, with a word for its weight."""
        words = {"done": "", "note": "", "problem": _("Not done:") + " "}
        self.set_classes(f"-{said.weight}" if said.text else "")
        self.update(Text(words[said.weight] + said.text))


class Hints(Static):
    """At most six keys that are useful here, the most useful first."""

    def on_mount(self) -> None:
        """Follow the bindings of the screen."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)

    def on_resize(self) -> None:
        """Use the room there is."""
        self._follow(self.screen)

    def _follow(self, screen: Screen[object]) -> None:
        names = {one.binding.id for one in screen.active_bindings.values() if one.enabled}
        self.update(self._line(hints(name for name in names if name), self.content_size.width))

    def _line(self, actions: list[Action], width: int) -> Text:
        line = Text(no_wrap=True, overflow="crop")
        for action in actions:
            keys = action.keys if width >= WIDE else action.keys[:1]
            said = "/".join(spoken(key) for key in keys)
            label = _(action.label)
            if line.cell_len + len(said) + len(label) + 3 > width:
                break
            line.append(f" {said} ", "reverse").append(f" {label} ")
        return line
