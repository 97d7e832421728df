"""Playing the sample worlds through, one after the other, in a folder of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from ntm_tui.demo.commune import play_commune
from ntm_tui.demo.district import play_district
from ntm_tui.demo.scripts import commune_world, district_script
from ntm_tui.ledger.connection import worded_errors
from ntm_tui.locale import N_, _
from ntm_tui.model.faults import Fault, Refusal

DISTRICTS = ("phong-tho", "son-duong")
COMMUNE = "lai-chau"
"""The worlds, by their files in ``data/demo``."""

NOT_EMPTY = Fault(
    "D50",
    N_("{folder} is a file, or a folder that is not empty; nothing was written."),
    N_("Name an empty or a new folder for the sample offices."),
)


def play(folder: Path, seed: int, say: Callable[[str], None]) -> Path:
    """Play all worlds through in ``folder``; return the path of the Lai Châu commune's ledger.

    The same seed says the same and writes the same entries; no network, no user's settings,
    no system clock is used. Each office lies in a folder of its own with its ledger, its
    ``config.toml`` and its key. Raises :class:`Refusal` (D50 the folder is not empty, L06–L08).
    """
    with worded_errors(folder):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Refusal(NOT_EMPTY, folder=folder)
        folder.mkdir(parents=True, exist_ok=True)
    say(_("All figures of single communes and villages are illustrative figures."))
    for name in DISTRICTS:
        play_district(district_script(name), folder, seed, say)
    return play_commune(commune_world(COMMUNE), folder, seed, say)


def closing_day() -> date:
    """Return the last day of the commune's world: what its desk shows as of that day."""
    return commune_world(COMMUNE).days["met_again"]
