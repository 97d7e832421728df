"""From a ledger's old machine to its new one, so that nothing recorded loses its effect.

Entries count beyond the machine that wrote them only as far as it signed them. The old machine
signs off with its key where that is at hand; else the new one records anew what was not signed.
"""

from __future__ import annotations

from pathlib import Path

from ntm_tui.exchange.keys import has_key, load_key
from ntm_tui.exchange.outbox import sign_heads
from ntm_tui.ledger import slices
from ntm_tui.ledger.forms import Change
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.model.faults import Refusal
from ntm_tui.model.fields import RegisterValue


def sign_off(ledger: Ledger, keys: Path) -> bool:
    """Sign all that this device wrote; return whether its key was at hand and not locked."""
    if not has_key(keys, ledger.device):
        return False
    try:
        sign_heads(ledger, load_key(keys, ledger.device))
    except Refusal:  # damaged, or locked with a passphrase nobody is there to type
        return False
    return True


def unsigned_changes(ledger: Ledger) -> list[Change]:
    """Return the values in force that this device wrote and never signed, to record them anew.

    Each new entry supersedes only the one it repeats, so a disagreement stays one. Call before
    the ledger becomes another device.
    """
    changes = []
    for entry in slices.unsigned_entries(ledger.conn, ledger.device):
        heads = ledger.form(entry.record, entry.unit).state.heads
        values: dict[str, RegisterValue] = {
            register: entry.set[register]
            for register, found in heads.items()
            if any(head.identity == entry.identity for head in found)
        }
        if values:
            changes.append(Change(entry.unit, entry.record, values, (entry.identity,)))
    return changes
