"""Who sits at this desk, for the header."""

from __future__ import annotations

from ntm_tui.exchange import outbox
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.setting import unit_name
from ntm_tui.locale import translate as _
from ntm_tui.model.faults import Refusal
from ntm_tui.tui.widgets.frame import Office


def office_of(ledger: Ledger) -> Office:
    """Return the office of this ledger with the number of entries that could go upward."""
    level = _("Office above") if ledger.own("delegates") else _("Commune level")
    return Office(unit_name(ledger.unit), level, ledger.own("officer"), unsent(ledger))


def unsent(ledger: Ledger) -> int:
    """Return how many entries the office above has not acknowledged; 0 where there is none."""
    try:
        return outbox.compose(ledger).count
    except Refusal:
        return 0


def upper_name(ledger: Ledger) -> str:
    """Return what the office above is called here; nothing where there is none."""
    upper = ledger.own("upper")
    return ledger.own("upper_name") or (unit_name(upper) if upper else "")
