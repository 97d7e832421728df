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
    """One place in the navigation: its id, its name (message id) and its screen's module.

    ``below`` says that only an office without units below it has this place.
    """

    id: str
    label: str
    module: str
    screen: str
    below: bool = False


PLACES = (
    Spot("home", N_("Overview"), "ntm_tui.tui.screens.home", "Home"),
    Spot("criteria", N_("Criteria"), "ntm_tui.tui.screens.criteria", "Criteria", below=True),
    Spot("exchange", N_("Send – receive"), "ntm_tui.tui.screens.exchange", "Exchange"),
    Spot("settings", N_("Settings"), "ntm_tui.tui.screens.settings", "Settings"),
    Spot("keys", N_("Help"), "ntm_tui.tui.screens.keys", "Keys"),
)
"""The places that exist, in the order of the navigation bar; the first is where Esc leads."""


def places_of(places: tuple[Spot, ...], *, delegates: bool) -> tuple[Spot, ...]:
    """Return the places of an office; ``delegates`` if it has units below it."""
    return tuple(spot for spot in places if not (delegates and spot.below))


def open_place(spot: Spot) -> Place:
    """Return a new screen for ``spot``."""
    return cast("Place", getattr(import_module(spot.module), spot.screen)(spot))
