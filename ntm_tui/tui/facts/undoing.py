"""Taking back and repeating what was recorded, said in words."""

from __future__ import annotations

from collections.abc import Sequence

from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.history import history
from ntm_tui.locale import translate as _
from ntm_tui.model.wording import record_text


def undo(ledger: Ledger) -> str:
    """Take back this machine's last action; return a sentence that says which.

    Raises :class:`Refusal` (L30, L32–L34).
    """
    written = ledger.undo(by=ledger.own("officer"))
    return _("Taken back: {what}. Ctrl+Y records it again.").format(what=_named(ledger, written))


def redo(ledger: Ledger) -> str:
    """Record again what was taken back last; return a sentence that says what.

    Raises :class:`Refusal` (L31, L32).
    """
    written = ledger.redo(by=ledger.own("officer"))
    return _("Recorded again: {what}.").format(what=_named(ledger, written))


def _named(ledger: Ledger, written: Sequence[str]) -> str:
    """Name the records of the newest entries; one undo writes them in one go."""
    newest = history(ledger, limit=len(written))
    return ", ".join(dict.fromkeys(record_text(one.entry.record) for one in newest))
