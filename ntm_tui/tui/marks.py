"""Symbols and tones of a status: legible in CP437 consoles, never without a word beside them."""

from __future__ import annotations

from collections.abc import Mapping

from ntm_tui.model.verdicts import VERDICT_NAMES, Verdict

SYMBOLS: Mapping[Verdict, str] = {
    Verdict.MET: "√",
    Verdict.BASICALLY_MET: "±",
    Verdict.NOT_MET: "x",
    Verdict.NOT_APPLICABLE: "-",
    Verdict.NOT_ASSESSED: "·",
}

TONES: Mapping[Verdict, str] = {
    Verdict.MET: "success",
    Verdict.BASICALLY_MET: "warning",
    Verdict.NOT_MET: "error",
    Verdict.NOT_APPLICABLE: "muted",
    Verdict.NOT_ASSESSED: "plain",
}
"""The theme's colour for a verdict; see ``.tone--<name>`` in ``theme.tcss``."""

NAMES = VERDICT_NAMES
