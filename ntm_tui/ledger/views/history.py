"""What was recorded, by whom and when: of one record, or of all, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from ntm_tui.ledger.entries import Entry, stored_entry
from ntm_tui.ledger.journal import has_effect
from ntm_tui.ledger.ledger import Ledger


@dataclass(frozen=True)
class Recorded:
    """One entry. ``arrived`` is when it came here (UTC); ``effective`` whether it counts."""

    entry: Entry
    effective: bool
    arrived: str


def history(ledger: Ledger, *, record: str = "", unit: str = "", limit: int = 50) -> list[Recorded]:
    """Return the newest entries held here; only of one record or about one unit where given.

    ``record`` may be the beginning of one (``assessment/xa-ntm-51-2025``).
    """
    rows = ledger.conn.execute(
        "SELECT e.line, e.arrived, s.reach, e.seq, e.hash, e.record"
        " FROM entries e JOIN streams s ON s.id = e.stream"
        " WHERE (?='' OR e.record=? OR substr(e.record, 1, length(?) + 1) = ? || '/')"
        " AND (?='' OR s.unit=?) ORDER BY e.id DESC LIMIT ?",
        (record, record, record, record, unit, unit, limit),
    )
    return [Recorded(stored_entry(line), has_effect(*place), came) for line, came, *place in rows]
