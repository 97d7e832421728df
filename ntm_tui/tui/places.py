"""The places of the desk and where their screens are; a screen is imported on its first visit."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

from ntm_tui.locale import N_

if TYPE_CHECKING:
    from ntm_tui.tui.screens.place import Place


@dataclass(frozen=True)
class Spot:
    """One place in the navigation: its id, its name (message id) and its screen's module."""

    id: str
    label: str
    module: str
    screen: str


PLACES = (
    Spot("home", N_("Overview"), "ntm_tui.tui.screens.home", "Home"),
    Spot("settings", N_("Settings"), "ntm_tui.tui.screens.settings", "Settings"),
    Spot("keys", N_("Help"), "ntm_tui.tui.screens.keys", "Keys"),
)
"""The places that exist, in the order of the navigation bar; the first is where Esc leads."""


def open_place(spot: Spot) -> Place:
    """Return a new screen for ``spot``."""
    return cast("Place", getattr(import_module(spot.module), spot.screen)(spot))
