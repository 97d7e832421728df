"""How the commands write things; what the desk writes the same way is in ``model.wording``."""

from __future__ import annotations

from ntm_tui import library
from ntm_tui.model.wording import figure_text, level_text, record_text, set_text, verdict_text

__all__ = ["figure_text", "level_text", "record_text", "set_text", "unit_text", "verdict_text"]


def unit_text(unit: str) -> str:
    """Return a unit's name with its id."""
    catalogue = library.units()
    return f"{catalogue[unit].name} ({unit})" if unit in catalogue else unit
