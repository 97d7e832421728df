"""What another office last said it holds of ours."""

from __future__ import annotations

from datetime import datetime

from ntm_tui.ledger import exchanges
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.locale import translate as _
from ntm_tui.model.vietnamese import format_date


def moment_text(stored: str) -> str:
    """Return a stored moment (UTC) as people read it here: ``16:02 on 24/10/2026``."""
    try:
        found = datetime.fromisoformat(stored.partition("/")[0]).astimezone()
    except ValueError:
        return stored
    return _("{time} on {day}").format(time=f"{found:%H:%M}", day=format_date(found.date()))


def receipt_sentence(ledger: Ledger, unit: str, name: str) -> str:
    """Return what ``unit`` last gave receipt for in its newest bundle; nothing where none came
    or it holds nothing yet.

    Counted are the entries written at this office's machines.
    """
    came = exchanges.arrivals(ledger.conn, unit) if unit else []
    if not came:
        return ""
    held = exchanges.acknowledged(ledger.conn, [came[0].device], "").get(came[0].device, {})
    own = {ledger.device, *ledger.trust().devices_of(ledger.unit)}
    count = sum(seq for stream, (seq, _hash) in held.items() if stream.device in own)
    if not count:
        return ""
    text = _("{office} has received {count} entries, {moment}.")
    said = text.format(office=name, count=count, moment=moment_text(came[0].created))
    if came[0].device not in ledger.trust().devices_of(unit):
        said += " " + _("Its machine is not confirmed here yet.")
    return said
